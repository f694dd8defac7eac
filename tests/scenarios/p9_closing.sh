#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# P9: a provider is closed to new work only when none is open; opened again it gets new work again.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$root/tests/scenarios/parts/market.sh"

named() { json --arg n "$1" '{name: $n}'; }
stands() { # NUMBER KEY RELATION JQ [OPTION...]: how the provider stands for staff.
	step "$1" providers.v1.ProviderService/GetProvider "$(named "${provider[$2]}")" --token "$manager" \
		"${@:5}"
	expect ".relation == \"RELATION_$3\""
	expect "${4:-true}"
}

market a test-closing
join b1 amina 75
join b2 karim 75
exempt b3 amina
exempt b4 karim
client b5 lefevre
step b6 requests.v1.DistributionSettingsService/UpdateDistributionSettings "$(json --arg p "$P" '{
	distributionSettings: {name: ($p + "/distributionSettings"), distribution: true, requiredApplications: 1},
	updateMask: {paths: ["distribution", "required_applications"]}}')" \
	--token "$manager" --other '.distributionSettings.requiredApplications = 3'

## Work is planned: deactivating is refused, the work is listed, the provider stays what it was.
ask c1 75011 09:00 12:00 "$client_token"
booked=$asked
step c2 requests.v1.OfferService/SubmitApplication "$(named "$(offer amina)")" --token "${provider_token[amina]}"
step c3 requests.v1.OfferService/ChooseOffer "$(named "$(offer amina)")" --token "$client_token"
refused PERMISSION_DENIED PERMISSION_DENIED c4 providers.v1.ProviderService/DeactivateProvider \
	"$(named "${provider[amina]}")" --token "${provider_token[amina]}"
step c5 providers.v1.ProviderService/DeactivateProvider "$(named "${provider[amina]}")" --token "$manager"
expect '.relation == "RELATION_DEACTIVATING"'
stands c6 amina ACTIVE '(.openWork | length) == 1 and (.openWork[0] | test("/interventions/")) and .notices == []'
work=$(field '.openWork[0]')
step c7 requests.v1.InterventionService/GetIntervention "$(named "$work")" --token "$manager"
expect ".serviceRequest == \"$booked\""

## An application still open, the planned work cancelled: closed, and the application leaves its answer.
ask d1 75011 14:00 16:00 "$client_token"
step d2 requests.v1.OfferService/SubmitApplication "$(named "$(offer amina)")" --token "${provider_token[amina]}"
shows d3 ANSWERED '.applicationCount == 1'
step d4 requests.v1.ServiceRequestService/CancelServiceRequest "$(named "$booked")" --token "$client_token"
step d5 providers.v1.ProviderService/DeactivateProvider "$(named "${provider[amina]}")" --token "$manager"
expect '.openWork == []'
stands d6 amina DEACTIVATED '.openWork == []'
stands d6.1 amina DEACTIVATED true --until '[.notices[].code] == ["RELATION_INACTIVE"]' # Permissions are kept for 2 s.
step d7 requests.v1.ServiceRequestService/GetServiceRequest "$(named "$asked")" --token "$manager" \
	--until '.applicationCount == 0 and .fulfilment == "FULFILMENT_OPEN"'
step d8 requests.v1.OfferService/GetOffer "$(named "$(offer amina)")" --token "${provider_token[amina]}"
expect '.state == "OFFER_STATE_WITHDRAWN" and .canApply == false and .refusals == ["RELATION_INACTIVE"]'

## Closed: it may not apply, be chosen or assigned, and is asked for nothing.
refused FAILED_PRECONDITION RELATION_INACTIVE e1 requests.v1.OfferService/SubmitApplication \
	"$(named "$(offer amina)")" --token "${provider_token[amina]}"
refused FAILED_PRECONDITION STATE_CONFLICT e2 requests.v1.OfferService/ChooseOffer \
	"$(named "$(offer amina)")" --token "$client_token"
refused FAILED_PRECONDITION RELATION_INACTIVE e3 requests.v1.ServiceRequestService/AssignProvider "$(json \
	--arg r "$asked" --arg v "${provider[amina]}" '{name: $r, provider: $v, reason: "Connaît la cliente."}')" \
	--token "$manager"
ask e4 75011 17:00 19:00 "$client_token"
shows e5 OPEN '.offerCount == 1'
refused FAILED_PRECONDITION RELATION_INACTIVE e6 requests.v1.ServiceRequestService/SendOffers \
	"$(json --arg r "$asked" --arg v "${provider[amina]}" '{name: $r, providers: [$v]}')" --token "$manager"

## Opened again: asked, applies, is chosen.
step f1 providers.v1.ProviderService/ReactivateProvider "$(named "${provider[amina]}")" --token "$manager"
stands f2 amina ACTIVE '.notices == []'
ask f3 75011 20:00 22:00 "$client_token"
shows f4 OPEN '.offerCount == 2'
step f5 requests.v1.OfferService/SubmitApplication "$(named "$(offer amina)")" --token "${provider_token[amina]}"
step f6 requests.v1.OfferService/ChooseOffer "$(named "$(offer amina)")" --token "$client_token"
shows f7 ASSIGNED

## What could not be decided while requests was down is decided afterwards; meanwhile nothing new comes in.
stop_processes svc-requests
step g1 providers.v1.ProviderService/DeactivateProvider "$(named "${provider[karim]}")" --token "$manager"
stands g2 karim DEACTIVATING '.openWork == []'
start_process svc-requests
await svc-requests
step g3 providers.v1.ProviderService/GetProvider "$(named "${provider[karim]}")" --token "$manager" \
	--until '.relation == "RELATION_DEACTIVATED"'

replay h
finish "P9 closing"

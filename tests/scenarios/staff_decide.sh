#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Staff and client decide: distribution off (P1), offers to providers that staff pick, assignment past a closed
# gate only with a reason (S10), all applications rejected (P2b), nobody matches (P1).
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$root/tests/scenarios/parts/market.sh"

market a test-staff
join b1 amina 75
join b2 karim 75
sign_up b3 lucie 75
client b4 lefevre

## Off: a request waits in the inbox until staff send offers to those they pick, or assign.
ask c1 75011 09:00 12:00 "$client_token"
shows c2 NOT_OFFERED '.offerCount == 0'
refused FAILED_PRECONDITION RELATION_INACTIVE c3 requests.v1.ServiceRequestService/SendOffers \
	"$(json --arg r "$asked" --arg v "${provider[lucie]}" '{name: $r, providers: [$v]}')" --token "$manager"
step c4 requests.v1.ServiceRequestService/SendOffers "$(json --arg r "$asked" --arg a "${provider[amina]}" \
	--arg k "${provider[karim]}" '{name: $r, providers: [$k, $a]}')" --token "$manager"
shows c5 OPEN '.offerCount == 2'
step c6 requests.v1.OfferService/DeclineOffer "$(json --arg o "$(offer karim)" '{name: $o}')" --token "${provider_token[karim]}"
expect '.state == "OFFER_STATE_DECLINED"'
refused FAILED_PRECONDITION SUBSCRIPTION_INACTIVE c7 requests.v1.ServiceRequestService/AssignProvider \
	"$(json --arg r "$asked" --arg v "${provider[amina]}" '{name: $r, provider: $v}')" --token "$manager"
step c8 requests.v1.ServiceRequestService/AssignProvider "$(json --arg r "$asked" --arg v "${provider[amina]}" \
	'{name: $r, provider: $v, reason: "Connaît la cliente."}')" --token "$manager"
expect ".provider == \"${provider[amina]}\""
shows c9 ASSIGNED '.status == "REQUEST_STATUS_CONFIRMED"'
mail c10 '.to == "amina@courriel.example" and (.subject | test("choisi"))'

## On: asked at once; the client rejects all who applied, nobody is left to ask: stuck.
step d1 requests.v1.DistributionSettingsService/UpdateDistributionSettings "$(json --arg p "$P" '{
	distributionSettings: {name: ($p + "/distributionSettings"), distribution: true, requiredApplications: 2},
	updateMask: {paths: ["distribution", "required_applications"]}}')" \
	--token "$manager" --other '.distributionSettings.requiredApplications = 3'
exempt d2 amina
exempt d3 karim
ask d4 75011 14:00 16:00 "$client_token"
shows d5 OPEN '.offerCount == 2'
for who in amina karim; do
	step "d6.$who" requests.v1.OfferService/SubmitApplication "$(json --arg o "$(offer $who)" '{name: $o}')" \
		--token "${provider_token[$who]}"
done
shows d7 ANSWERED '.applicationCount == 2'
step d8 requests.v1.ServiceRequestService/RejectApplications "$(json --arg r "$asked" '{name: $r}')" --token "$client_token"
shows d9 STUCK '.applicationCount == 0'
step d10 requests.v1.OfferService/GetOffer "$(json --arg o "$(offer karim)" '{name: $o}')" --token "${provider_token[karim]}"
expect '.state == "OFFER_STATE_NOT_CHOSEN"'
mail d11 '.to == "karim@courriel.example" and (.subject | test("autre intervenant"))'

## Nobody's zone covers the place: stuck at once.
ask e1 93100 14:00 16:00 "$client_token"
shows e2 STUCK '.offerCount == 0'

replay g
finish "staff decide"

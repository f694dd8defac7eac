#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The main job: a platform is set up, a client asks for work, the providers that match are asked, one who pays
# and one who need not apply, the client chooses, the work is planned; then everything is sent again.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

platform=test-domicile
P=platforms/$platform

# commune POSTCODE: its name in the table of French postcodes.
commune() { awk -F, -v code="$1" '$1 == code { print $2; exit }' "$root/docs/data/postcodes-fr.csv"; }

## a. The platform, its payment key, modules and settings.
token OPERATOR demo
operator=$token
step a1 providers.v1.PlatformService/CreatePlatform "$(json --arg id $platform '{
	platformId: $id,
	platform: {displayName: "À domicile", edition: "EDITION_PRO", timeZone: "Europe/Paris", currency: "EUR",
		languages: ["fr", "en"], allowedModules: ["MODULE_PROVIDERS", "MODULE_INDEPENDENT_PROVIDERS",
			"MODULE_EMPLOYEES", "MODULE_EVENTS", "MODULE_ONLINE_DEPOSITS", "MODULE_NETWORK"]},
	firstManager: {displayName: "Claire Moreau", email: "claire.moreau@adomicile.example"}}')" \
	--token "$operator" --other '.platform.displayName = "Autre"'
expect '.name == "platforms/test-domicile" and .edition == "EDITION_PRO" and .modules == []'
manager_id=$(field '.firstManager | split("/") | last')
token MANAGER "$manager_id" $platform
manager=$token

step a2 billing.v1.PaymentKeyService/SetPaymentKey "$(json --arg p $P \
	'{name: ($p + "/paymentKey"), key: "test_dHar4XY7LxsDOtmnkVtjNVWXLSlXsM"}')" \
	--token "$manager" --other '.key = "test_8uBkRtZ3MvQw2LpXyN5cGjHsEaDf"'
expect '.mode == "MODE_TEST" and (tostring | test("dHar4XY7") | not)'

step a3 providers.v1.PlatformService/SwitchModules "$(json --arg p $P \
	'{name: $p, enable: ["MODULE_PROVIDERS", "MODULE_INDEPENDENT_PROVIDERS"]}')" \
	--token "$manager" --other '.enable += ["MODULE_EVENTS"]'
expect '.modules | sort == ["MODULE_INDEPENDENT_PROVIDERS", "MODULE_PROVIDERS"]'

step a4 requests.v1.DistributionSettingsService/UpdateDistributionSettings "$(json --arg p $P '{
	distributionSettings: {name: ($p + "/distributionSettings"), distribution: true, requiredApplications: 2,
		sendAfterDays: 3, remindAfterDays: 1},
	updateMask: {paths: ["distribution", "required_applications", "send_after_days", "remind_after_days"]}}')" \
	--token "$manager" --other '.distributionSettings.requiredApplications = 3'
expect '.distribution and .requiredApplications == 2 and .sendAfterDays == 3 and .remindAfterDays == 1'

step a5 billing.v1.PlanPriceService/CreatePlanPrice "$(json --arg p $P '{parent: $p,
	planPrice: {monthly: {currency: "EUR", minor: 2900}, yearly: {currency: "EUR", minor: 29000}}}')" \
	--token "$manager" --other '.planPrice.monthly.minor = 3900'

step a6 billing.v1.SubscriptionSettingsService/UpdateSubscriptionSettings "$(json --arg p $P '{
	subscriptionSettings: {name: ($p + "/subscriptionSettings"), enabled: true, vatBasisPoints: 2000},
	updateMask: {paths: ["enabled", "vat_basis_points", "require_card_at_signup"]}}')" \
	--token "$manager" --other '.subscriptionSettings.vatBasisPoints = 1000'
expect '.enabled and .vatBasisPoints == 2000 and (.requireCardAtSignup | not)'

step a7 providers.v1.TermsService/CreateTerms "$(json --arg p $P '{parent: $p, terms: {
	title: "Conditions générales d’utilisation", text: "L’intervenant réalise lui-même les prestations."}}')" \
	--token "$manager" --other '.terms.title = "Autres conditions"'
terms=$(field .name)

## b. The catalogue: cleaning by the hour in Ile-de-France, dearer in Paris; handiwork on quote.
step b1 providers.v1.CatalogueService/CreateItem "$(json --arg p $P '
	def zone($prefix; $minor): {prefix: $prefix, price: {currency: "EUR", minor: $minor}};
	{parent: $p, itemId: "menage", item: {displayName: "Ménage", kind: "ITEM_KIND_SERVICE",
		pricePolicy: "ITEM_PRICE_POLICY_HOURLY", vatBasisPoints: 1000, durationMinutes: 180,
		priceZones: [zone("75"; 3400), zone("77"; 2800), zone("78"; 2900), zone("91"; 2800), zone("92"; 3000),
			zone("93"; 2800), zone("94"; 2800), zone("95"; 2800)]}}')" \
	--token "$manager" --other '.item.displayName = "Grand ménage"'
menage=$(field .name)
step b2 providers.v1.CatalogueService/CreateItem "$(json --arg p $P '{parent: $p, itemId: "bricolage",
	item: {displayName: "Bricolage", kind: "ITEM_KIND_SERVICE", pricePolicy: "ITEM_PRICE_POLICY_ON_QUOTE",
		vatBasisPoints: 1000}}')" --token "$manager" --other '.item.displayName = "Petit bricolage"'
step b3 providers.v1.CatalogueService/PriceItem "$(json --arg i "$menage" '{name: $i, postcode: "75011"}')" --token "$manager"
expect '.price == {currency: "EUR", minor: "3400"} and .prefix == "75"'
step b4 providers.v1.CatalogueService/PriceItem "$(json --arg i "$menage" '{name: $i, postcode: "93100"}')" --token "$manager"
expect '.price.minor == "2800"'
refused FAILED_PRECONDITION POSTCODE_NOT_COVERED b5 providers.v1.CatalogueService/PriceItem \
	"$(json --arg i "$menage" '{name: $i, postcode: "69001"}')" --token "$manager"
refused FAILED_PRECONDITION NO_PRICE b6 providers.v1.CatalogueService/PriceItem \
	"$(json --arg p $P '{name: ($p + "/items/bricolage"), postcode: "75011"}')" --token "$manager"

## c. Four providers sign up, accept the terms, ask to join and are accepted, for cleaning in their zones.
step c1 providers.v1.SignUpService/CreateSignUpToken "$(json --arg p $P '{parent: $p, signUpToken: {title: "site"}}')" \
	--token "$manager" --other '.signUpToken.title = "flyer"'
step c2 providers.v1.SignUpService/GetSignUpToken "$(json --arg n "$(field .name)" '{name: $n}')" --token "$manager"
sign_up_token=$(field .token)
step c3 providers.v1.TermsService/GetCurrentTerms "$(json --arg p $P --arg t "$sign_up_token" '{parent: $p, signUpToken: $t}')"
expect ".name == \"$terms\""

declare -A provider=() provider_token=()

# join NUMBER KEY PROVIDER-JSON: from sign-up to accepted for cleaning.
join() {
	local n=$1 key=$2
	step "$n.1" providers.v1.SignUpService/SignUp "$(json --arg p $P --arg t "$sign_up_token" --arg terms "$terms" \
		--argjson provider "$3" '{parent: $p, token: $t, acceptedTerms: $terms, provider: $provider}')" \
		--other '.provider.lastName = "Autre"'
	expect '.relation == "RELATION_INVITED" and .kind == "PROVIDER_KIND_INDEPENDENT"'
	provider[$key]=$(field .name)
	token PROVIDER "${provider[$key]##*/}" $platform
	provider_token[$key]=$token
	step "$n.2" providers.v1.ProviderService/SubmitCandidature "$(json --arg n "${provider[$key]}" '{name: $n}')" \
		--token "${provider_token[$key]}"
	expect '.relation == "RELATION_CANDIDATE"'
	step "$n.3" providers.v1.ProviderService/AcceptProvider "$(json --arg n "${provider[$key]}" '{name: $n}')" --token "$manager"
	expect '.relation == "RELATION_ACTIVE"'
	step "$n.4" providers.v1.QualificationService/ProposeQualification \
		"$(json --arg n "${provider[$key]}/qualifications/menage" '{name: $n}')" \
		--token "${provider_token[$key]}" --other '.name |= sub("menage$"; "bricolage")'
	step "$n.5" providers.v1.QualificationService/AcceptQualification \
		"$(json --arg n "${provider[$key]}/qualifications/menage" '{name: $n}')" \
		--token "$manager" --other '.name |= sub("menage$"; "bricolage")'
	expect '.state == "QUALIFICATION_STATE_ACCEPTED"'
}
join c4 amina '{"company": "Ménage Benali", "firstName": "Amina", "lastName": "Benali", "email": "amina@benali.example",
	"phone": "+33611111111", "presentation": "Dix ans de métier.", "zonePrefixes": ["75", "93"]}'
join c5 sophie '{"firstName": "Sophie", "lastName": "Garnier", "email": "sophie.garnier@courriel.example",
	"phone": "+33622222222", "zonePrefixes": ["75011", "75020"]}'
join c6 karim '{"company": "Haddad Services", "firstName": "Karim", "lastName": "Haddad", "email": "karim@haddad.example",
	"phone": "+33633333333", "presentation": "Produits écologiques.", "zonePrefixes": ["75"]}'
join c7 lucie '{"firstName": "Lucie", "lastName": "Petit", "email": "lucie.petit@courriel.example",
	"phone": "+33644444444", "zonePrefixes": ["78"]}'
step c8 billing.v1.ExemptionService/CreateExemption "$(json --arg p $P --arg v "${provider[karim]}" \
	'{parent: $p, exemption: {provider: $v, note: "Partenaire depuis le début."}}')" \
	--token "$manager" --other '.exemption.note = "Autre"'

## d. A client asks for cleaning tomorrow from 9 to 12: asked are the three that match, subscribed or not.
step d1 requests.v1.ClientService/CreateClient "$(json --arg p $P --arg commune "$(commune 75011)" '{parent: $p, client: {
	firstName: "Jeanne", lastName: "Lefèvre", email: "jeanne.lefevre@courriel.example", phone: "+33655555555",
	street: "12 rue Oberkampf", postcode: "75011", commune: $commune}}')" \
	--token "$manager" --other '.client.lastName = "Autre"'
client=$(field .name)
token CLIENT "${client##*/}" $platform
client_token=$token

# ask NUMBER FROM TO TOKEN [CLIENT]: a request for cleaning at 75011; sets $asked.
ask() {
	step "$1" requests.v1.ServiceRequestService/CreateServiceRequest "$(json --arg p $P --arg item "$menage" \
		--arg from "$(tomorrow "$2")" --arg to "$(tomorrow "$3")" --arg commune "$(commune 75011)" --arg client "${5:-}" '
		{parent: $p, serviceRequest: {item: $item, client: $client, postcode: "75011", commune: $commune,
			street: "12 rue Oberkampf", startTime: $from, endTime: $to, note: "Deux chats."}}')" \
		--token "$4" --other '.serviceRequest.note = "Un chien."'
	expect '.status == "REQUEST_STATUS_PENDING" and .terms.title == "Ménage" and .terms.price.minor == "3400"'
	asked=$(field .name)
}
ask d2 09:00 12:00 "$client_token"
booking=$asked
step d3 requests.v1.OfferService/ListOffers "$(json --arg r "$booking" '{parent: $r}')" --token "$manager"
expect "[.offers[].provider] | sort == ([\"${provider[amina]}\", \"${provider[sophie]}\", \"${provider[karim]}\"] | sort)"
step d4 requests.v1.ServiceRequestService/GetServiceRequest "$(json --arg r "$booking" '{name: $r}')" --token "$client_token"
expect '.fulfilment == "FULFILMENT_OPEN" and .offerCount == 3 and .requiredApplications == 2'
step d5 requests.v1.OfferService/ListOffers "$(json --arg p $P '{parent: ($p + "/serviceRequests/-")}')" \
	--token "${provider_token[lucie]}"
expect '.offers == []'

# offer KEY: the name of the offer of the request to that provider.
offer() { echo "$booking/offers/${provider[$1]##*/}"; }

for who in amina sophie; do
	step "d6.$who" requests.v1.OfferService/GetOffer "$(json --arg o "$(offer $who)" '{name: $o}')" \
		--token "${provider_token[$who]}"
	expect '.state == "OFFER_STATE_WAITING" and (.canApply | not) and .refusals == ["SUBSCRIPTION_INACTIVE"]'
	expect 'tostring | test("Oberkampf|Lefèvre|Jeanne") | not'
done
step d7 requests.v1.OfferService/ListOffers "$(json --arg p $P '{parent: ($p + "/serviceRequests/-")}')" \
	--token "${provider_token[karim]}"
expect '.offers | length == 1 and (.[0].canApply and .[0].refusals == [])'
step d8 providers.v1.ProviderService/GetProvider "$(json --arg v "${provider[amina]}" '{name: $v}')" --token "$manager"
expect '[.notices[].code] == ["SUBSCRIPTION_INACTIVE"]'

## e. The gate: without a subscription no application; with a paid one, or an exemption, yes.
refused FAILED_PRECONDITION SUBSCRIPTION_INACTIVE e1 requests.v1.OfferService/SubmitApplication \
	"$(json --arg o "$(offer amina)" '{name: $o}')" --token "${provider_token[amina]}"
step e2 billing.v1.SubscriptionService/CreateSubscription "$(json --arg p $P '{parent: $p,
	subscription: {interval: "INTERVAL_MONTHLY"}, redirectUrl: "https://adomicile.example/abonnement"}')" \
	--token "${provider_token[amina]}" --other '.subscription.interval = "INTERVAL_YEARLY"'
expect '.state == "SUBSCRIPTION_STATE_PENDING"'
subscription=$(field .name) payment=$(field .payment)
step e3 billing.v1.PaymentService/GetPayment "$(json --arg n "$payment" '{name: $n}')" \
	--token "${provider_token[amina]}" --until '.checkoutUrl != ""'
expect '.amount == {currency: "EUR", minor: "3480"} and .vatAmount.minor == "580"'
expect '.sequence == "PAYMENT_SEQUENCE_FIRST"'
refused FAILED_PRECONDITION SUBSCRIPTION_INACTIVE e4 requests.v1.OfferService/SubmitApplication \
	"$(json --arg o "$(offer amina)" '{name: $o}')" --token "${provider_token[amina]}"
step e5 billing.v1.PaymentService/GetPayment "$(json --arg n "$payment" '{name: $n}')" --token "${provider_token[amina]}"
pay e6 "$(field .checkoutUrl)" paid
step e7 billing.v1.SubscriptionService/GetSubscription "$(json --arg n "$subscription" '{name: $n}')" \
	--token "${provider_token[amina]}" --until '.state == "SUBSCRIPTION_STATE_ACTIVE"'
step e8 billing.v1.PaymentService/GetPayment "$(json --arg n "$payment" '{name: $n}')" --token "${provider_token[amina]}"
expect '.state == "PAYMENT_STATE_PAID" and .payTime != null'
step e9 requests.v1.OfferService/SubmitApplication "$(json --arg o "$(offer amina)" '{name: $o}')" \
	--token "${provider_token[amina]}"
expect '.state == "OFFER_STATE_APPLIED"'
step e10 requests.v1.ServiceRequestService/GetServiceRequest "$(json --arg r "$booking" '{name: $r}')" --token "$client_token"
expect '.fulfilment == "FULFILMENT_OPEN" and .applicationCount == 1'
step e11 requests.v1.OfferService/SubmitApplication "$(json --arg o "$(offer karim)" '{name: $o}')" \
	--token "${provider_token[karim]}"
expect '.state == "OFFER_STATE_APPLIED"'
step e12 requests.v1.ServiceRequestService/GetServiceRequest "$(json --arg r "$booking" '{name: $r}')" --token "$client_token"
expect '.fulfilment == "FULFILMENT_ANSWERED" and .applicationCount == 2'
step e13 requests.v1.MessageService/ListMessages "$(json --arg r "$booking" '{parent: $r}')" --token "$client_token"
expect '.messages | length == 1 and (.[0].text | test("Ménage Benali") and test("Haddad Services"))'
mail e14 '.to == "jeanne.lefevre@courriel.example" and (.text | test("Ménage Benali") and test("Haddad Services"))'

## f. The client chooses: assigned and planned, the other told; the provider's time is taken.
step f1 requests.v1.OfferService/ListOffers "$(json --arg r "$booking" '{parent: $r}')" --token "$client_token"
expect "[.offers[].provider] | sort == ([\"${provider[amina]}\", \"${provider[karim]}\"] | sort)"
expect '(.offers | all(.terms.price.minor == "3400")) and
	([.offers[].identity.title] | any(test("^Ménage Benali \\(.+\\)$")) and any(test("Haddad Services")))'
step f2 requests.v1.OfferService/ChooseOffer "$(json --arg o "$(offer amina)" '{name: $o}')" --token "$client_token"
expect '.state == "OFFER_STATE_CHOSEN"'
step f3 requests.v1.ServiceRequestService/GetServiceRequest "$(json --arg r "$booking" '{name: $r}')" --token "$client_token"
expect ".fulfilment == \"FULFILMENT_ASSIGNED\" and .status == \"REQUEST_STATUS_CONFIRMED\" and .provider == \"${provider[amina]}\""
step f4 requests.v1.InterventionService/ListInterventions "$(json --arg p $P '{parent: $p}')" --token "${provider_token[amina]}"
expect '.interventions | length == 1 and (.[0] | .state == "INTERVENTION_STATE_PLANNED" and .street == "12 rue Oberkampf"
	and .clientLastName == "Lefèvre" and .clientEmail == "jeanne.lefevre@courriel.example")'
intervention=$(field '.interventions[0].name')
mail f5 '.to == "karim@haddad.example" and (.subject | test("autre intervenant|another provider"))'
mail f6 '.to == "amina@benali.example" and (.subject | test("choisi|chosen"))'
step f7 requests.v1.OfferService/GetOffer "$(json --arg o "$(offer karim)" '{name: $o}')" --token "${provider_token[karim]}"
expect '.state == "OFFER_STATE_NOT_CHOSEN"'
step f8 requests.v1.OfferService/GetOffer "$(json --arg o "$(offer sophie)" '{name: $o}')" --token "${provider_token[sophie]}"
expect '.state == "OFFER_STATE_CLOSED"'

step f9 requests.v1.ClientService/CreateClient "$(json --arg p $P '{parent: $p, client: {
	firstName: "Paul", lastName: "Rousseau", phone: "+33666666666", postcode: "75011"}}')" \
	--token "$manager" --other '.client.lastName = "Autre"'
ask f10 10:00 13:00 "$manager" "$(field .name)"
second=$asked
refused FAILED_PRECONDITION SLOT_TAKEN f11 requests.v1.OfferService/SubmitApplication \
	"$(json --arg o "$second/offers/${provider[amina]##*/}" '{name: $o}')" --token "${provider_token[amina]}"
refused FAILED_PRECONDITION SLOT_TAKEN f12 requests.v1.ServiceRequestService/AssignProvider \
	"$(json --arg r "$second" --arg v "${provider[amina]}" '{name: $r, provider: $v}')" --token "$manager"

## g. Sent again: the same answers and one effect. And who may not: another role, another platform, past the gateway.
replay g
step g.1 requests.v1.InterventionService/ListInterventions "$(json --arg p $P '{parent: $p}')" --token "$manager"
expect ".interventions | length == 1 and .[0].name == \"$intervention\""
step g.2 billing.v1.JournalService/ListJournalEntries "$(json --arg p $P '{parent: $p}')" --token "$manager"
expect '.journalEntries | (map(.kind) | sort) == ["JOURNAL_KIND_CHARGE", "JOURNAL_KIND_PAYMENT"]'
step g.3 requests.v1.ServiceRequestService/ListServiceRequests "$(json --arg p $P '{parent: $p}')" --token "$manager"
expect '.serviceRequests | length == 2'
refused PERMISSION_DENIED PERMISSION_DENIED g.4 requests.v1.ServiceRequestService/ListServiceRequests \
	"$(json --arg p $P '{parent: $p}')" --token "${provider_token[amina]}"
token MANAGER "$manager_id" test-ailleurs
refused NOT_FOUND NOT_FOUND g.5 requests.v1.ServiceRequestService/GetServiceRequest \
	"$(json --arg r "$booking" '{name: $r}')" --token "$token"
refused NOT_FOUND NOT_FOUND g.6 requests.v1.OfferService/ChooseOffer \
	"$(json --arg o "$(offer karim)" '{name: $o}')" --token "$token"
refused FAILED_PRECONDITION SUBSCRIPTION_INACTIVE g.7 requests.v1.OfferService/SubmitApplication \
	"$(json --arg o "$second/offers/${provider[sophie]##*/}" '{name: $o}')" --token "${provider_token[sophie]}" --at svc-requests
refused UNAUTHENTICATED UNAUTHENTICATED g.8 requests.v1.ServiceRequestService/GetServiceRequest \
	"$(json --arg r "$booking" '{name: $r}')"

finish "main job"

# SPDX-License-Identifier: Apache-2.0
# A platform with a catalogue and providers, for scenarios that begin where it stands. Sourced after lib.sh.
#
#   market NUMBER ID           sets $platform $P $manager $terms $menage $sign_up_token; subscriptions are on
#   join NUMBER KEY PREFIX...  a provider accepted for cleaning there: ${provider[KEY]} ${provider_token[KEY]}
#   client NUMBER LAST-NAME    sets $client $client_token
#   ask NUMBER POSTCODE FROM TO TOKEN    a request for cleaning, tomorrow, by $client; sets $asked
#   offer KEY                  prints the name of $asked's offer to that provider

declare -A provider=() provider_token=()

market() {
	local n=$1
	platform=$2 P=platforms/$2
	token OPERATOR demo
	step "$n.1" providers.v1.PlatformService/CreatePlatform "$(json --arg id "$2" '{platformId: $id,
		platform: {displayName: "À domicile", edition: "EDITION_PRO", timeZone: "Europe/Paris", currency: "EUR",
			languages: ["fr"], allowedModules: ["MODULE_PROVIDERS", "MODULE_INDEPENDENT_PROVIDERS"]},
		firstManager: {displayName: "Claire Moreau", email: "claire.moreau@adomicile.example"}}')" \
		--token "$token" --other '.platform.displayName = "Autre"'
	token MANAGER "$(field '.firstManager | split("/") | last')" "$2"
	manager=$token
	step "$n.2" providers.v1.PlatformService/SwitchModules "$(json --arg p "$P" \
		'{name: $p, enable: ["MODULE_PROVIDERS", "MODULE_INDEPENDENT_PROVIDERS"]}')" \
		--token "$manager" --other '.enable = []'
	step "$n.3" billing.v1.SubscriptionSettingsService/UpdateSubscriptionSettings "$(json --arg p "$P" '{
		subscriptionSettings: {name: ($p + "/subscriptionSettings"), enabled: true},
		updateMask: {paths: ["enabled"]}}')" --token "$manager" --other '.subscriptionSettings.enabled = false'
	step "$n.4" providers.v1.TermsService/CreateTerms "$(json --arg p "$P" '{parent: $p, terms: {
		title: "Conditions générales", text: "L’intervenant réalise lui-même les prestations."}}')" \
		--token "$manager" --other '.terms.title = "Autres conditions"'
	terms=$(field .name)
	step "$n.5" providers.v1.CatalogueService/CreateItem "$(json --arg p "$P" '{parent: $p, itemId: "menage",
		item: {displayName: "Ménage", kind: "ITEM_KIND_SERVICE", pricePolicy: "ITEM_PRICE_POLICY_HOURLY",
			vatBasisPoints: 1000, priceZones: [
				{prefix: "75", price: {currency: "EUR", minor: 3400}},
				{prefix: "93", price: {currency: "EUR", minor: 2800}}]}}')" \
		--token "$manager" --other '.item.displayName = "Grand ménage"'
	menage=$(field .name)
	step "$n.6" providers.v1.SignUpService/CreateSignUpToken "$(json --arg p "$P" '{parent: $p}')" \
		--token "$manager" --other '.signUpToken.title = "flyer"'
	step "$n.7" providers.v1.SignUpService/GetSignUpToken "$(json --arg n "$(field .name)" '{name: $n}')" --token "$manager"
	sign_up_token=$(field .token)
}

# sign_up NUMBER KEY PREFIX...: an account that has not asked to join.
sign_up() {
	local n=$1 key=$2
	shift 2
	step "$n" providers.v1.SignUpService/SignUp "$(json --arg p "$P" --arg t "$sign_up_token" --arg terms "$terms" \
		--arg key "$key" '{parent: $p, token: $t, acceptedTerms: $terms, provider: {lastName: $key,
			email: ($key + "@courriel.example"), zonePrefixes: $ARGS.positional}}' --args "$@")" \
		--other '.provider.lastName = "Autre"'
	provider[$key]=$(field .name)
	token PROVIDER "${provider[$key]##*/}" "$platform"
	provider_token[$key]=$token
}

join() {
	local n=$1 key=$2 name
	sign_up "$n.1" "${@:2}"
	name=$(json --arg n "${provider[$key]}" '{name: $n}')
	step "$n.2" providers.v1.ProviderService/SubmitCandidature "$name" --token "${provider_token[$key]}"
	step "$n.3" providers.v1.ProviderService/AcceptProvider "$name" --token "$manager"
	name=$(json --arg n "${provider[$key]}/qualifications/menage" '{name: $n}')
	step "$n.4" providers.v1.QualificationService/ProposeQualification "$name" --token "${provider_token[$key]}" \
		--other '.name += "x"'
	step "$n.5" providers.v1.QualificationService/AcceptQualification "$name" --token "$manager" --other '.name += "x"'
}

exempt() { # NUMBER KEY
	step "$1" billing.v1.ExemptionService/CreateExemption "$(json --arg p "$P" --arg v "${provider[$2]}" \
		'{parent: $p, exemption: {provider: $v}}')" --token "$manager" --other '.exemption.note = "Autre"'
}

client() {
	step "$1" requests.v1.ClientService/CreateClient "$(json --arg p "$P" --arg name "$2" '{parent: $p,
		client: {lastName: $name, email: ($name + "@courriel.example")}}')" \
		--token "$manager" --other '.client.lastName = "Autre"'
	client=$(field .name)
	token CLIENT "${client##*/}" "$platform"
	client_token=$token
}

ask() {
	step "$1" requests.v1.ServiceRequestService/CreateServiceRequest "$(json --arg p "$P" --arg item "$menage" \
		--arg code "$2" --arg from "$(tomorrow "$3")" --arg to "$(tomorrow "$4")" --arg client "$client" '
		{parent: $p, serviceRequest: {item: $item, client: $client, postcode: $code, street: "12 rue Oberkampf",
			startTime: $from, endTime: $to}}')" --token "$5" --other '.serviceRequest.note = "Un chien."'
	asked=$(field .name)
}

offer() { echo "$asked/offers/${provider[$1]##*/}"; }

# shows NUMBER FULFILMENT [JQ]: how $asked stands for staff.
shows() {
	step "$1" requests.v1.ServiceRequestService/GetServiceRequest "$(json --arg r "$asked" '{name: $r}')" --token "$manager"
	expect ".fulfilment == \"FULFILMENT_$2\""
	expect "${3:-true}"
}

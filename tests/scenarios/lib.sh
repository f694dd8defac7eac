# SPDX-License-Identifier: Apache-2.0
# What a scenario is written with: steps through the gateway of a running instance, by reflection. Sourced by
# tests/scenarios/NAME.sh, which runs against the instance named by $INSTANCE and ends with `finish NAME`.
#
#   step a1 platforms.v1.Platforms/GetPlatform '{"name": "platforms/x"}' --token "$t"     must succeed; sets $reply
#   refused NOT_FOUND PLATFORM_UNKNOWN a2 METHOD JSON --token "$t"          must fail with this code and reason
#   id=$(field .name)          a value of the last reply; there must be one
#   expect '.state == "OPEN"'  what must hold of the last reply
#   pay e2 "$checkout_url" paid    the payer's browser at the payment page: paid, failed, canceled, expired ...
#   mail e4 '.to == "ann@example.org" and (.text | test("Paul"))'    a mail like this arrives within 10 s
#
# Options of a step: --token T, --at PROCESS (not through the gateway), --header 'name: value',
# --until JQ (repeated, up to 10 s, until it holds of the reply), --other JQ (below).
#
# Every step that changes something is given a request id, and `replay g` sends each of them again: the same
# answer; then with another payload: REQUEST_ID_REUSED. What is other is made by --other, a jq filter over
# the request; without it, by another last segment of the name.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
for part in progress mariadb services instance calls; do
	. "$root/tools/dev/$part.sh"
done
instance_open "${INSTANCE:?names the instance to run against}"

codes=(OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED
	RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS
	UNAUTHENTICATED)
scenario_started=$EPOCHREALTIME scenario_steps=0
scenario_tmp=$(mktemp -d /tmp/entremise-scenario-XXXXXX)
trap 'rm -rf "$scenario_tmp"' EXIT
recorded_numbers=() recorded_methods=() recorded_requests=() recorded_replies=() recorded_others=() recorded_options=()
declare -A token_cache=()

differs() { # TEXT...: the first difference ends the scenario.
	printf '%s\n' "$@"
	exit 1
}

new_request_id() { read -r request_id </proc/sys/kernel/random/uuid; } # sets $request_id

# token ROLE [SUBJECT] [PLATFORM]: sets $token.
token() {
	local key="$*"
	[ -n "${token_cache[$key]:-}" ] || token_cache[$key]=$(sign_token "$@")
	token=${token_cache[$key]}
}

# send METHOD JSON: by the options in $sent_*; sets $reply (the message, or the status as JSON), $code and $reason.
send() {
	local exit_code=0 header options=() own=$BASHPID
	[ -z "$sent_token" ] || options+=(-H "authorization: Bearer $sent_token")
	for header in ${sent_headers[@]+"${sent_headers[@]}"}; do options+=(-H "$header"); done
	reply=$("$grpcurl" -plaintext -format-error -emit-defaults -max-time 20 ${options[@]+"${options[@]}"} -d @ \
		"$(address "$sent_at")" "$1" <<<"$2" 2>"$scenario_tmp/error-$own") || exit_code=$?
	code=OK reason=''
	[ "$exit_code" != 0 ] || return 0
	reply=$(<"$scenario_tmp/error-$own")
	code=NOT_SENT
	[ $exit_code -lt 64 ] || code=${codes[exit_code - 64]:-NOT_SENT}
	reason=$(jq -r 'first(.details[]? | select(.["@type"] | endswith("google.rpc.ErrorInfo")) | .reason)' \
		<<<"$reply" 2>/dev/null) || reason=''
}

# take_step NUMBER METHOD JSON OPTION...: sets $number $method $request and the options.
take_step() {
	local given
	number=$1 method=$2 request=$3
	sent_token='' sent_at=gateway sent_headers=() until='' other=''
	shift 3
	while [ $# -gt 0 ]; do
		case $1 in
		--token) sent_token=$2 ;;
		--at) sent_at=$2 ;;
		--header) sent_headers+=("$2") ;;
		--until) until=$2 ;;
		--other) other=$2 ;;
		*) differs "$number: what is $1?" ;;
		esac
		shift 2
	done
	[[ $method == entremise.* || $method == grpc.* ]] || method=entremise.$method
	takes_request_id "$method" || return 0
	new_request_id
	given=$request
	request=$(jq -c --arg id "$request_id" '{requestId: $id} + .' <<<"$given" 2>/dev/null) ||
		differs "$number: not a JSON object: $given"
}

# takes_request_id METHOD: reads and what repeats itself by other means (leases, fences, versions) do not.
takes_request_id() { ! [[ ${1##*/} =~ ^(Get|List|BatchGet|Check|Watch|Match|Price|Lease|Report|Apply) ]]; }

tell() { # RESULT SINCE
	scenario_steps=$((scenario_steps + 1))
	printf '%-5s %-52s %s (%d ms)\n' "$number" "${method#entremise.}" "$1" \
		$(((${EPOCHREALTIME/[.,]/} - ${2/[.,]/}) / 1000))
}

step() {
	local since=$EPOCHREALTIME deadline=$((SECONDS + 10))
	take_step "$@"
	send "$method" "$request"
	while [ -n "$until" ] && { [ "$code" != OK ] || ! jq -e "$until" >/dev/null <<<"$reply"; }; do
		[ $SECONDS -le $deadline ] || differs "$number $method: never came true: $until" "$request" "$reply"
		sleep 0.05
		send "$method" "$request"
	done
	[ "$code" = OK ] || differs "$number $method: wanted OK, got $code $reason" "$request" "$reply"
	if takes_request_id "$method"; then
		recorded_numbers+=("$number") recorded_methods+=("$method") recorded_requests+=("$request")
		recorded_replies+=("$reply") recorded_others+=("$other") recorded_options+=("$sent_at $sent_token")
	fi
	tell OK "$since"
}

refused() {
	local since=$EPOCHREALTIME wanted_code=$1 wanted_reason=$2
	take_step "${@:3}"
	send "$method" "$request"
	[ "$code $reason" = "$wanted_code $wanted_reason" ] ||
		differs "$number $method: wanted $wanted_code $wanted_reason, got $code $reason" "$request" "$reply"
	tell "$code $reason" "$since"
}

field() {
	jq -er "$1" <<<"$reply" || differs "$number $method: the reply has no $1:" "$reply" >&2
}

expect() {
	jq -e "$1" >/dev/null <<<"$reply" || differs "$number $method: does not hold: $1" "$reply"
}

# pay NUMBER URL STATUS
pay() {
	local since=$EPOCHREALTIME http
	number=$1 method="POST ${2#http://*/}"
	http=$(curl -s -o "$scenario_tmp/page" -w '%{http_code}' --max-time 10 -d "status=$3" "$2") || http=none
	[[ $http == 200 || $http == 303 ]] || differs "$number: the payment page answers $http" "$(cat "$scenario_tmp/page")"
	tell "$3" "$since"
}

# mail NUMBER FILTER: $reply is then the mail: from, to, subject, message_id, date, text.
mail() {
	local since=$EPOCHREALTIME deadline=$((SECONDS + 10))
	number=$1 method=mail
	until reply=$(jq -se "map(select($2)) | last" "$run/mail.jsonl" 2>/dev/null); do
		[ $SECONDS -le $deadline ] || differs "$number: no mail came with $2" "$(cat "$run/mail.jsonl")"
		sleep 0.05
	done
	tell "to $(jq -r .to <<<"$reply")" "$since"
}

# What other payload a step has that names none: the same call on another resource.
other_resource='if (.name // "") | test("/[0-9a-hjkmnp-tv-z]{26}$")
	then .name |= .[:-1] + (if .[-1:] == "0" then "1" else "0" end) else empty end'

# other_request JSON FILTER: another payload under the same request id.
other_request() { jq -ce "${2:-$other_resource}" <<<"$1"; }

same_json() { [ "$1" = "$2" ] || [ "$(jq -cS . <<<"$1")" = "$(jq -cS . <<<"$2")" ]; }

# replay LETTER: sends all that changed something again, in the order it was done.
# replay_one PREFIX INDEX: sends the recorded step again, as it was and with another payload.
replay_one() {
	local since=$EPOCHREALTIME i=$2 first request_again
	number=$1$((i + 1)) method=${recorded_methods[i]} sent_headers=()
	sent_at=${recorded_options[i]%% *} sent_token=${recorded_options[i]#* }
	request_again=${recorded_requests[i]} first=${recorded_replies[i]}
	send "$method" "$request_again"
	[ "$code" = OK ] && same_json "$reply" "$first" ||
		differs "$number $method: ${recorded_numbers[i]} sent again has another answer: $code $reason" \
			"$request_again" "was: $first" "is: $reply"
	request_again=$(other_request "$request_again" "${recorded_others[i]}") ||
		differs "${recorded_numbers[i]} $method: needs --other"
	send "$method" "$request_again"
	[ "$reason" = REQUEST_ID_REUSED ] ||
		differs "$number $method: ${recorded_numbers[i]} with another payload: wanted REQUEST_ID_REUSED, got $code $reason" \
			"$request_again" "$reply"
	tell "same answer; other payload: $reason" "$since"
}

# replay PREFIX: four at once, for none depends on another; told in their order.
replay() {
	local i k
	for ((i = 0; i < ${#recorded_numbers[@]}; i += 4)); do
		local jobs=() indexes=()
		for ((k = i; k < i + 4 && k < ${#recorded_numbers[@]}; k++)); do
			replay_one "$1" $k >"$scenario_tmp/replay-$k" &
			jobs+=($!) indexes+=($k)
		done
		for k in "${!jobs[@]}"; do
			wait "${jobs[k]}" || differs "$(cat "$scenario_tmp/replay-${indexes[k]}")"
			cat "$scenario_tmp/replay-${indexes[k]}"
			scenario_steps=$((scenario_steps + 1))
		done
	done
}

# json [--arg NAME VALUE]... FILTER: a request made by jq.
json() { jq -nc "$@"; }

# tomorrow HH:MM: that wall time in Paris, in UTC.
tomorrow() {
	date -u -d "@$(TZ=Europe/Paris date -d "$(TZ=Europe/Paris date -d tomorrow +%F) $1" +%s)" +%Y-%m-%dT%H:%M:%SZ
}

# finish NAME: the last line.
finish() {
	printf '%s: OK (%d steps, %s s)\n' "$1" "$scenario_steps" "$(seconds_since "$scenario_started")"
}

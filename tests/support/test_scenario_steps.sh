#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The steps of the scenarios notice what they are for: each case runs against a grpcurl that answers as told.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d /tmp/entremise-steps-XXXXXX)
trap 'rm -rf "$tmp"' EXIT
failures=0

# The fake: the method's name says what comes back; a mutation repeats itself by its request id.
cat >"$tmp/grpcurl" <<'END'
#!/bin/bash
body=$(cat) method=${@: -1}
refuse() { # CODE REASON
	echo "{\"code\":$1,\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"$2\"}]}" >&2
	exit $((64 + $1))
}
id=$(jq -r '.requestId // ""' <<<"$body") dir=$(dirname "$0")
case $method in
*/GetMissing) refuse 5 NOT_FOUND ;;
*/GetCounter)
	echo x >>"$dir/counter"
	echo "{\"n\":$(wc -l <"$dir/counter")}"
	;;
*/Forgetful) echo "{\"at\":$RANDOM$RANDOM}" ;;
*/Careless) echo "{}" ;;
*)
	[ -n "$id" ] || refuse 3 INVALID_ARGUMENT
	[ -f "$dir/$id" ] || echo "$body" >"$dir/$id"
	[ "$body" = "$(<"$dir/$id")" ] || refuse 9 REQUEST_ID_REUSED
	echo "{\"name\":\"platforms/x/things/01jd8w00000000000000000000\",\"token\":\"$*\"}"
	;;
esac
END
chmod +x "$tmp/grpcurl"

# case_of NAME WANTED-STATUS TEXT SCRIPT: the script's status, and a text in what it says.
case_of() {
	local said status=0
	{
		echo ". '$here/../scenarios/lib.sh'; grpcurl=$tmp/grpcurl port[gateway]=1 run=$tmp"
		echo "$4"
	} >"$tmp/script"
	said=$(INSTANCE=none bash "$tmp/script" 2>&1) || status=$?
	if [ "$status" = "$2" ] && grep -qF -- "$3" <<<"$said"; then
		echo "ok      $1"
	else
		echo "FAILED  $1: status $status, said: $said"
		failures=$((failures + 1))
	fi
}

case_of 'a step that succeeds is a line' 0 'a1    v1.S/CreateThing' 'step a1 v1.S/CreateThing "{}"'
case_of 'a step that is refused ends the run' 1 'wanted OK, got NOT_FOUND NOT_FOUND' 'step a1 v1.S/GetMissing "{}"; echo on'
case_of 'a refusal as wanted goes on' 0 'on' 'refused NOT_FOUND NOT_FOUND a1 v1.S/GetMissing "{}"; echo on'
case_of 'another reason ends the run' 1 'wanted NOT_FOUND GONE' 'refused NOT_FOUND GONE a1 v1.S/GetMissing "{}"'
case_of 'success where a refusal is wanted ends the run' 1 'got OK' 'refused NOT_FOUND X a1 v1.S/CreateThing "{}"'
case_of 'a field is read' 0 'things/01jd8w' 'step a1 v1.S/CreateThing "{}"; id=$(field .name); echo "$id"'
case_of 'a field that is not there ends the run' 1 'has no .nothing' 'step a1 v1.S/CreateThing "{}"; id=$(field .nothing); echo on'
case_of 'what does not hold ends the run' 1 'does not hold: .n == 9' 'step a1 v1.S/GetCounter "{}"; expect ".n == 9"'
case_of 'until waits' 0 'OK' 'step a1 v1.S/GetCounter "{}" --until ".n >= 5"; expect ".n >= 5"'
case_of 'the token is sent' 0 'Bearer secret' 'step a1 v1.S/CreateThing "{}" --token secret; field .token'
case_of 'a repetition with the same answer passes' 0 'REQUEST_ID_REUSED' \
	'step a1 v1.S/CreateThing "{\"x\":1}" --other ".x = 2"; replay g'
case_of 'without another payload to send, the replay says so' 1 'needs --other' 'step a1 v1.S/CreateThing "{\"x\":1}"; replay g'
case_of 'another resource is the other payload of a named call' 0 'REQUEST_ID_REUSED' \
	'step a1 v1.S/CloseThing "{\"name\":\"platforms/x/things/01jd8w00000000000000000000\"}"; replay g'
case_of 'a repetition with another answer ends the run' 1 'has another answer' \
	'step a1 v1.S/Forgetful "{\"x\":1}" --other ".x = 2"; replay g'
case_of 'another payload that is taken ends the run' 1 'wanted REQUEST_ID_REUSED, got OK' \
	'step a1 v1.S/Careless "{\"x\":1}" --other ".x = 2"; replay g'
echo '{"to":"ann@example.org","text":"Paul comes"}' >"$tmp/mail.jsonl"
case_of 'a mail that came is found' 0 'to ann@example.org' 'mail a1 ".text | test(\"Paul\")"'
case_of 'a payment is made at its page' 0 'POST checkout/tr_1' 'curl() { echo 303; }; pay a1 http://x:1/checkout/tr_1 paid'
case_of 'a payment page that refuses ends the run' 1 'answers 422' \
	'curl() { echo no >"$3"; echo 422; }; pay a1 http://x:1/checkout/tr_1 paid'
case_of 'reads are not repeated' 0 'main: OK (1 steps' 'step a1 v1.S/GetCounter "{}"; replay g; finish main'
exit $((failures > 0))

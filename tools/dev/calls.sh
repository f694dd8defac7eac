# SPDX-License-Identifier: Apache-2.0
# Talking to an instance: calls, tokens, logs. Sourced.

# take_options ARGUMENT...: sets $arguments (the rest) and $option[NAME] of each --NAME VALUE; opens the instance.
take_options() {
	declare -gA option=()
	arguments=()
	while [ $# -gt 0 ]; do
		case $1 in
		--*)
			[ $# -gt 1 ] || die "$1 needs a value"
			option[${1#--}]=$2
			shift
			;;
		*) arguments+=("$1") ;;
		esac
		shift
	done
	instance_open "${option[on]:-$(default_instance)}"
}

need_running() {
	pid_of gateway >/dev/null || die "instance $instance is not up; ./dev up $instance starts it"
}

# full_method NAME: Service/Method with the package that the gateway lists for it.
full_method() {
	local service=${1%/*}
	case $service in
	entremise.* | grpc.*) echo "$1" ;;
	*.*) echo "entremise.$1" ;;
	*) "$grpcurl" -plaintext "$(address gateway)" list | grep "\.$service\$" | sed "s|\$|/${1##*/}|" ;;
	esac
}

command_call() {
	local method header=()
	take_options "$@"
	[ ${#arguments[@]} -ge 1 ] || die "call METHOD JSON; methods: ./dev call list"
	need_running
	[ -z "${option[token]:-}" ] || header=(-H "authorization: Bearer ${option[token]}")
	case ${arguments[0]} in
	list | describe) exec "$grpcurl" -plaintext "$(address gateway)" "${arguments[@]}" ;;
	esac
	method=$(full_method "${arguments[0]}")
	[ -n "$method" ] || die "the gateway has no ${arguments[0]}"
	exec "$grpcurl" -plaintext -format-error -max-time "${option[seconds]:-10}" ${header[@]+"${header[@]}"} \
		-d "${arguments[1]:-{\}}" "$(address gateway)" "$method"
}

# sign_token ROLE [SUBJECT] [PLATFORM] [TTL] [AUDIENCE]
sign_token() {
	"$build/tools/token/token" sign --key "$keys/dev.key" --role "$1" \
		${2:+--subject "$2"} ${3:+--platform "$3"} --ttl "${4:-36000}" --audience "${5:-entremise}"
}

command_token() {
	take_options "$@"
	[ ${#arguments[@]} -ge 1 ] || die "token ROLE [SUBJECT] [--platform P]"
	[ -x "$build/tools/token/token" ] || command_build "$preset" token >&2
	make_keys
	sign_token "${arguments[0]^^}" "${arguments[1]:-}" "${option[platform]:-}" "${option[ttl]:-}" \
		"${option[audience]:-}"
}

command_logs() {
	take_options "$@"
	[ -d "$run/log" ] || die "there is no instance $instance"
	cd "$run/log"
	if [ ${#arguments[@]} -gt 0 ]; then
		[ -f "${arguments[0]}.log" ] || die "no log of ${arguments[0]}; there are: $(echo *.log)"
		exec tail -n 100 -F "${arguments[0]}.log"
	fi
	exec tail -n 20 -F -- *.log
}

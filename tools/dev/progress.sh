# SPDX-License-Identifier: Apache-2.0
# What ./dev says: one line a step with its seconds, and on a terminal what the step is at. Sourced.

say() { printf '%s\n' "$*"; }
die() {
	printf 'dev: %s\n' "$*" >&2
	exit 1
}

trim() {
	local text=$1
	text=${text#"${text%%[![:space:]]*}"}
	printf '%s' "${text%"${text##*[![:space:]]}"}"
}

seconds_since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'; }

# progress TEXT COMMAND...: runs it, its output in a file; prints one line with the time it took, on a failure
# also the end of the output. Returns what the command returned. Interrupted, it ends the command's whole group.
progress() {
	local text=$1 log status=0 start=$EPOCHREALTIME began=$SECONDS child traps
	shift
	log=$(mktemp "${TMPDIR:-/tmp}/entremise-step-XXXXXX")
	traps=$(trap -p INT TERM HUP)
	set -m
	{
		trap - INT TERM HUP
		"$@"
	} >"$log" 2>&1 </dev/null &
	child=$!
	set +m
	trap 'kill -TERM -- "-$child"; wait "$child" || true; rm -f "$log"; exit 130' INT TERM HUP
	progress_watch
	wait "$child" || status=$?
	trap - INT TERM HUP
	eval "$traps"
	if [ "$status" = 0 ]; then
		printf '%6s s  %s\n' "$(seconds_since "$start")" "$text"
	else
		printf '%6s s  %s: FAILED (%d)\n' "$(seconds_since "$start")" "$text" "$status"
		grep -vE '^\[[0-9]+/[0-9]+\] ' "$log" | tail -n "${PROGRESS_TAIL:-60}" # Without ninja's steps that went well.
	fi
	rm -f "$log"
	return "$status"
}

# progress_watch: shows progress's step while it lasts: the last line of its output, or a sign of life.
progress_watch() {
	local last told=$SECONDS
	while kill -0 "$child" 2>/dev/null; do
		if [ -t 1 ]; then
			last=$(tail -n 1 "$log" | tr -d '\r\033' | cut -c1-$((${COLUMNS:-100} - 12 - ${#text})))
			printf '\r\033[K%6d s  %s  %s' $((SECONDS - began)) "$text" "$last"
		elif [ $((SECONDS - told)) -ge 30 ]; then
			told=$SECONDS
			printf '%8s  %s ...\n' "$((SECONDS - began)) s" "$text"
		fi
		sleep 0.05
	done
	[ ! -t 1 ] || printf '\r\033[K'
}

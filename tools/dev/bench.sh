# SPDX-License-Identifier: Apache-2.0
# Measuring the runtime beside servers of the same contract made with other stacks. Sourced.

# peers_folder: sets $peers: $PEERS, or a copy of it with the peers built when it has only the sources.
peers_folder() {
	[ -x "${PEERS:-}/measure" ] || die "PEERS must name the folder of the peers, with their 'measure'"
	peers=$(cd "$PEERS" && pwd)
	if [ ! -d "$peers/bin" ]; then
		[ -d "$root/.deps/peers" ] || cp -r "$peers" "$root/.deps/peers"
		chmod -R u+w "$root/.deps/peers"
		peers=$root/.deps/peers
		[ -d "$peers/bin" ] || progress "build the peers" "$peers/build" c go rust
	fi
}

# measure_with_token FOLDER TOKEN: a copy of FOLDER/measure that sends the token with every call of its load.
measure_with_token() {
	sed -e "s|-H 'te: trailers'|& -H 'authorization: Bearer $2'|" \
		-e "s|ghz --insecure|& -m '{\"authorization\":\"Bearer $2\"}'|" \
		-e "s|^here=.*|here='$1'|" "$1/measure"
}

# command_bench peer [NAME...]: the peers named (default: go rust limit) and ours, without and with a token; two tables
# on stdout.
command_bench() {
	local peers server token
	[ "${1:-}" = peer ] || die "bench peer [NAME...]"
	shift
	peers_folder
	build=$root/build/release
	command_build release peer token >&2
	make_keys
	token=$("$build/tools/token/token" sign --key "$keys/dev.key" --role MANAGER --subject bench --platform p1 --audience entremise)
	server="entremise='$root/tools/dev/peer-server' '$build/bench/peer/peer' '$keys'"
	[ $# -gt 0 ] || set -- go rust limit
	echo "Without a token:"
	"$peers/measure" "$@" "$server"
	echo "With a token (the others do not look at it):"
	measure_with_token "$peers" "$token" >"$root/.run/measure"
	bash "$root/.run/measure" $(printf "%s\n" "$@" | grep -vx limit) "$server"
}

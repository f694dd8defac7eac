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

# command_bench peer [NAME...]: the peers named (default: go rust limit) and ours; the table goes to stdout.
command_bench() {
	local peers
	[ "${1:-}" = peer ] || die "bench peer [NAME...]"
	shift
	peers_folder
	command_build release peer >&2
	[ $# -gt 0 ] || set -- go rust limit
	"$peers/measure" "$@" entremise="'$root/tools/dev/peer-server' '$root/build/release/bench/peer/peer'"
}

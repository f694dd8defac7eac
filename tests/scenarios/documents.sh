#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every command that the documents show in an sh block is run as it stands there, block by block, against this
# instance. Those that this test is itself a part of, or that take a machine of their own, are only looked up.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
export INSTANCE

# They install, build, measure, start or stop: ./dev test, ./dev demo and CI are their tests.
looked_up='^(\./dev (install|demo|build|test|bench|fmt|new-rpc|up|down|logs)( |$)|\.ci/run)'

# commands FILE: the lines of its sh blocks, without comments.
commands() {
	awk '/^ *```sh$/ { inside = 1; next } /^ *```/ { inside = 0 } inside' "$1" | sed 's/  *# .*$//' | grep -v '^ *$'
}

help=$("$root/dev" help)

# is_there COMMAND-LINE: the script has such a command, or there is such a file.
is_there() {
	local words
	read -ra words <<<"$1"
	[ -x "$root/${words[0]}" ] || return 1
	[ "${words[0]}" != ./dev ] || grep -q "^  ${words[1]} " <<<"$help"
}

documents=0
for document in README.md CONTRIBUTING.md docs/*.md svc-*/README.md gateway/README.md shared/*/README.md tools/*/README.md; do
	[ -f "$root/$document" ] && commands "$root/$document" >"$scenario_tmp/commands" || continue
	documents=$((documents + 1))
	while IFS= read -r line; do
		line=${line#"${line%%[! ]*}"}
		while [[ $line =~ ^[A-Z_]+=[^[:space:]\"]+\ (.*) && $line != *'$('* ]]; do line=${BASH_REMATCH[1]}; done
		if [[ $line =~ $looked_up ]]; then
			is_there "$line" || differs "$document: there is no such command: $line"
		else
			printf '%s\n' "$line" >>"$scenario_tmp/script-$documents"
		fi
	done <"$scenario_tmp/commands"
	[ -f "$scenario_tmp/script-$documents" ] || continue
	since=$EPOCHREALTIME number=r$documents method=$document
	(cd "$root" && bash -euo pipefail "$scenario_tmp/script-$documents") >"$scenario_tmp/output" 2>&1 ||
		differs "$document: a command fails" "$(cat "$scenario_tmp/script-$documents" "$scenario_tmp/output")"
	tell "$(wc -l <"$scenario_tmp/script-$documents") commands" "$since"
done
[ -f "$scenario_tmp/script-1" ] || differs "README.md shows no command that can be run"
finish documents

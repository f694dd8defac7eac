#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every header of ours compiles alone, and twice. COMPILER "FOLDER;FOLDER..." are those of the layer `service`.
set -euo pipefail
cd "$(dirname "$0")/../.."
compiler=$1
options=(-std=c17 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Werror -fsyntax-only -x c)
IFS=';' read -ra folders <<<"$2"
for folder in "${folders[@]}"; do
	[ -z "$folder" ] || options+=(-isystem "$folder")
done

compile() { # HEADER
	printf '#include "%s"\n#include "%s"\n' "$1" "$1" |
		"$compiler" -I. -Ishared -I"$(dirname "$1")" "${options[@]}" - || echo "$1" >>"$refused"
}

refused=$(mktemp)
trap 'rm -f "$refused"' EXIT
count=0
for header in shared/*/*.h svc-*/*.h gateway/*.h; do
	[ -f "$header" ] || continue
	compile "$header" &
	count=$((count + 1))
	[ $((count % $(nproc))) != 0 ] || wait
done
wait
echo "$count headers, $(wc -l <"$refused") do not stand alone"
sed 's/^/  /' "$refused"
[ "$count" -gt 0 ] && [ ! -s "$refused" ]

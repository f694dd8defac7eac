#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# coverage.sh FOLDER: what the processes of a full test run have noted there (shared/rpc/coverage.h), against all
# that there is. A reason that no test provokes and a statement that no test runs are each a line, and rc 1.
set -euo pipefail
folder=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
exceptions=$root/tests/support/coverage-exceptions.txt
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

statements_of() { # SERVICE FILE...: "statement SERVICE NAME" of each.
	local service=$1
	shift
	sed -n "s/^-- name: \([a-z0-9_]*\).*/statement $service \1/p" "$@"
}

{
	sed -n 's/^  REASON_\([A-Z0-9_]*\) = [1-9].*/reason \1/p' "$root/api/entremise/common/v1/reason.proto"
	statements_of runtime "$root"/shared/durable/*.sql
	for part in "$root"/svc-*; do
		! compgen -G "$part/*.sql" >/dev/null || statements_of "$(basename "$part" | sed 's/^svc-//')" "$part"/*.sql
	done
} | sort -u >"$work/all"

# The runtime's statements run in every service.
find "$folder" -type f -exec cat {} + | sort -u >"$work/noted"
sed -n 's/^statement [a-z]* /statement runtime /p' "$work/noted" | sort -u - "$work/noted" >"$work/seen"
sed -n 's/^\(reason [A-Z0-9_]*\|statement [a-z]* [a-z0-9_]*\) .*/\1/p' "$exceptions" | sort -u >"$work/excepted"

missing=$(comm -23 "$work/all" <(sort -u "$work/seen" "$work/excepted"))
needless=$(comm -12 "$work/excepted" "$work/seen")
echo "$(grep -c ^reason "$work/all") reasons and $(grep -c ^statement "$work/all") statements, of which" \
	"$(wc -l <"$work/excepted") are excepted"
[ -z "$missing" ] || sed 's/$/: no test has seen it/' <<<"$missing"
[ -z "$needless" ] || sed 's/$/: seen, and needs no exception/' <<<"$needless"
[ -z "$missing$needless" ]

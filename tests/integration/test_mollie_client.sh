#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Drives the payment simulator with Mollie's official Node client, over HTTPS.
# Usage: test_mollie_client.sh SIMULATOR. Ends with 77 (skipped) where there is no node, or where the client is
# neither there nor to be fetched: with ENTREMISE_FETCH=yes npm puts it into .deps/mollie-client.
set -euo pipefail

simulator=$1
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
packages=$root/.deps/mollie-client
client=@mollie/api-client@4.6

command -v node >/dev/null || exit 77
if [ ! -d "$packages/node_modules/@mollie/api-client" ]; then
	[ "${ENTREMISE_FETCH:-}" = yes ] && command -v npm >/dev/null || exit 77
	mkdir -p "$packages"
	npm install --prefix "$packages" --no-audit --no-fund --no-save "$client" >/dev/null
fi

folder=$(mktemp -d)
stop() {
	kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true
	rm -rf "$folder"
}
"$simulator" --https --port-file "$folder/port" \
	--allow-loopback-webhooks --retry-scale 0.001 >"$folder/log" &
pid=$!
trap stop EXIT
for _ in $(seq 500); do
	[ -e "$folder/port" ] && break
	kill -0 "$pid" 2>/dev/null || { cat "$folder/log"; exit 1; }
	sleep 0.02 # Between two looks; the file itself is what is waited for.
done

# The client brings its own list of authorities, so that no certificate of ours can be added.
MOLLIE_URL="https://localhost:$(cat "$folder/port")" MOLLIE_PACKAGES=$packages \
	NODE_TLS_REJECT_UNAUTHORIZED=0 node --no-warnings --test "$here/test_mollie_client.mjs"
kill "$pid"
wait "$pid"

#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# new-rpc on a copy of the tree: what it writes, that tidy refuses it as it is and takes it when the marks are gone.
set -euo pipefail
tidy=$1
cd "$(dirname "$0")/../.."
copy=$(mktemp -d "${TMPDIR:-/tmp}/entremise-new-rpc-XXXXXX")
trap 'rm -rf "$copy"' EXIT
mkdir -p "$copy"/{shared,tests/integration}
cp -r api svc-requests "$copy"
cp shared/CMakeLists.txt "$copy/shared"
cp -r tests/integration/requests "$copy/tests/integration"
mkdir "$copy/tools"
cp tools/new-rpc "$copy/tools"
cp -r "$copy" "$copy.before"
trap 'rm -rf "$copy" "$copy.before"' EXIT
cd "$copy"

fail() {
	echo "FAILED: $*"
	exit 1
}

refused() { # ARGUMENT...: nothing is written.
	! tools/new-rpc "$@" >out 2>&1 || fail "accepted: $*"
	rm out
	diff -r "$copy.before" "$copy" || fail "written: $*"
}

has() { grep -qF -- "$2" "$1" || fail "$1 lacks $2"; }

"$tidy" . >out || fail "the copy is not tidy before: $(cat out)"
rm out
refused
refused svc-requests OfferService
refused svc-nothing OfferService PraiseOffer
refused svc-requests NothingService PraiseOffer
refused svc-requests OfferService DeclineOffer
refused svc-requests LabelService ListLabels
refused svc-requests OfferService praise_offer

tools/new-rpc svc-requests OfferService PraiseOffer >out
proto=api/entremise/requests/v1/offer.proto test=tests/integration/requests/test_applying.c
changed=$({ diff -rq "$copy.before" . || true; } | sed -n 's/^Files .* and \.\/\(.*\) differ$/\1/p' | sort | tr '\n' ' ')
[ "$changed" = "$proto svc-requests/offer.c $test " ] || fail "it changed $changed"
for file in $changed; do has out "  $file"; done
rm out
has $proto '  rpc PraiseOffer(PraiseOfferRequest) returns (Offer) {'
has $proto 'post: "/v1/{name=platforms/*/serviceRequests/*/offers/*}:praise"'
has $proto 'message PraiseOfferRequest {'
has svc-requests/offer.c 'RPC_METHOD(OfferService, praise_offer, PraiseOfferRequest, Offer);'
has $test 'PRAISE_OFFER_REQUEST__INIT'
[ "$(tail -n 1 svc-requests/offer.c)" = "OfferService_Service offer_service = OFFER_SERVICE__INIT(serve_);" ] ||
	fail "the vtable is not last"

! "$tidy" . >out || fail "tidy takes the marks"
for file in $changed; do has out "$file:"; done
rm out
# Filled, here by taking whole lines out, nothing of it is refused any more.
sed -i '/FIX''ME/d' $changed
"$tidy" . || fail "what new-rpc wrote is not tidy"
refused_again=$(tools/new-rpc svc-requests OfferService PraiseOffer 2>&1) && fail "begun twice"
echo "ok: $refused_again"

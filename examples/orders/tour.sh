#!/bin/sh
# A walk along the path of the orders app. Run it inside the app:
#
#     landbridge up examples/orders -- examples/orders/tour.sh
#
# It stops at the first answer that is not what it should be.
set -eu

: "${LANDBRIDGE_URL:?run me as: landbridge up examples/orders -- examples/orders/tour.sh}"

answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

section() { printf '\n== %s\n' "$1"; }
fail() { printf '\nFAILED: %s\n' "$1" >&2; exit 1; }

# from VANTAGE_PROXY CURL_ARGUMENTS...: prints the status; the body is in $answer
from() {
    proxy=$1
    shift
    curl --silent --show-error --max-time 30 --noproxy '' --proxy "$proxy" --cacert "$LANDBRIDGE_CA" \
        --output "$answer" --write-out '%{http_code}' "$@"
}

# expect STATUS TEXT PATH CURL_ARGUMENTS...: asks from the corporate network
expect() {
    status=$1 text=$2 path=$3
    shift 3
    got=$(from "$LANDBRIDGE_PROXY_CORPORATE" "$@" "$LANDBRIDGE_URL$path") || fail "no answer for $path"
    printf '%s %s\n' "$got" "$path"
    [ "$got" = "$status" ] || { cat "$answer" >&2; fail "$path answered $got, not $status"; }
    grep -q "$text" "$answer" || { cat "$answer" >&2; fail "the answer for $path does not contain $text"; }
}

section "From the corporate network: the page, a deep link, and a file that is not there"
expect 200 '<title>Orders</title>' /
expect 200 '<title>Orders</title>' /orders/7
expect 200 'showOrder' /assets/app.js
expect 404 'NoSuchKey' /assets/missing.js

section "The API: a Lambda function with a DynamoDB table"
expect 200 '"ok"' /api/health
expect 200 '"orders"' /api/orders
expect 201 '"placed"' /api/orders --request POST --header 'Content-Type: application/json' \
    --data '{"customer": "Ada", "item": "Difference engine", "quantity": 2}'
cat "$answer"; echo
id=$(sed -n 's/.*"id": "\([0-9][0-9]*\)".*/\1/p' "$answer")
[ -n "$id" ] || fail "the new order has no id"
expect 200 'Difference engine' "/api/orders/$id"
expect 400 'quantity must be' /api/orders --request POST --header 'Content-Type: application/json' \
    --data '{"customer": "Ada", "item": "Difference engine", "quantity": 0}'

section "From the internet: the name does not even resolve"
if from "$LANDBRIDGE_PROXY_INTERNET" "$LANDBRIDGE_URL/" > /dev/null; then
    fail "the internet reached the app"
fi
echo "no connection, as it should be"

section "Why it works from the corporate network"
landbridge trace "$LANDBRIDGE_URL/api/orders" --from corporate || fail "the trace from corporate stopped"

section "Why it does not from the internet"
if landbridge trace "$LANDBRIDGE_URL/api/orders" --from internet; then
    fail "the trace from the internet was delivered"
fi

printf '\nAll as it should be.\n'

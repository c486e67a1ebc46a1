#!/bin/sh
# ParkBot from the command line: ask, stream, search, and one measure in full. Needs curl.
#   PARKBOT_URL=http://127.0.0.1:8080 PARKBOT_KEY=sk_… sh examples/portal/ask.sh
set -eu
: "${PARKBOT_URL:=http://127.0.0.1:8080}"
: "${PARKBOT_KEY:=none}"
QUESTION='园区怎么利用余热余压？'

call() {
  curl --silent --show-error --fail-with-body \
    --header "Authorization: Bearer $PARKBOT_KEY" --header 'Content-Type: application/json' "$@"
  echo
}

echo '# ask'
call "$PARKBOT_URL/v1/ask" --data "{\"question\": \"$QUESTION\"}"

echo '# stream'
call --no-buffer "$PARKBOT_URL/v1/ask" --data "{\"question\": \"$QUESTION\", \"stream\": true}"

echo '# search'
found=$(call "$PARKBOT_URL/v1/search" --data "{\"query\": \"$QUESTION\", \"k\": 1}")
echo "$found"

echo '# measure'
id=$(printf '%s' "$found" | sed 's/.*"measure_id":"\([^"]*\)".*/\1/')
call --get "$PARKBOT_URL/v1/measures/$id"

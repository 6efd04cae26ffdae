#!/usr/bin/env bash
# Measures ftpreply lint against grep -c '^[45][0-9][0-9] ' on a long transcript, which
# repeats the bytes of servers: 5 rounds, in which the two take turns. Prints the medians
# of the seconds, and of the ratio.
#
#	scripts/bench-grep.sh [bytes [server.raw...]]
set -euo pipefail
cd "$(dirname "$0")/.."

bytes=${1:-1073741824}
shift $(($# > 0))
(($#)) || set -- testdata/captures/vsftpd/*/server.raw

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
go build -o "$dir" ./cmd/ftpreply
cat "$@" >"$dir/unit"
for _ in {1..1000}; do cat "$dir/unit"; done >"$dir/many"
(while cat "$dir/many"; do :; done) 2>/dev/null | head -c "$bytes" >"$dir/transcript" || true

TIMEFORMAT=%R
seconds() { { time "$@" >"$dir/out" 2>"$dir/err" || true; } 2>&1; }
median() { sort -n | sed -n 3p; }

for _ in {1..5}; do
	lint=$(seconds "$dir/ftpreply" lint --from raw --fail-on never "$dir/transcript")
	grep '^1 file' "$dir/out" >"$dir/summary"
	grep=$(seconds grep -c '^[45][0-9][0-9] ' "$dir/transcript")
	echo "$lint $grep $(awk "BEGIN { print $lint / $grep }")"
done >"$dir/times"
cat "$dir/summary"
printf 'ftpreply  %6.2f s\ngrep      %6.2f s\nratio     %6.2f\n' \
	"$(cut -d ' ' -f 1 "$dir/times" | median)" "$(cut -d ' ' -f 2 "$dir/times" | median)" "$(cut -d ' ' -f 3 "$dir/times" | median)"

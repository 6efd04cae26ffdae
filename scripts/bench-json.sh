#!/usr/bin/env bash
# Measures ftpreply parse against jq -c . on its output, and if another build of the command is
# given against that: 5 rounds, in which they take turns. Prints the medians of the seconds of
# processor time, and of the ratios.
#
#	scripts/bench-json.sh [other-ftpreply [server.raw...]]
set -euo pipefail
cd "$(dirname "$0")/.."

other=${1:-}
shift $(($# > 0))
(($#)) || set -- testdata/captures/*/*/server.raw

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
go build -o "$dir" ./cmd/ftpreply
cat "$@" >"$dir/unit"
for _ in {1..400}; do cat "$dir/unit"; done >"$dir/server.raw"
"$dir/ftpreply" parse --from raw "$dir/server.raw" >"$dir/output"

TIMEFORMAT='%U %S'
seconds() { { time "$@" >/dev/null; } 2>&1 | awk '{ print $1 + $2 }'; }
median() { sort -n | sed -n 3p; }
column() { awk -v "n=$1" '{ print $n }' "$dir/times" | median; }

for _ in {1..5}; do
	parse=$(seconds "$dir/ftpreply" parse --from raw "$dir/server.raw")
	jq=$(seconds jq -c . "$dir/output")
	before=0
	[ -z "$other" ] || before=$(seconds "$other" parse --from raw "$dir/server.raw")
	echo "$parse $jq $before $(awk "BEGIN { print $jq / $parse, $before / $parse }")"
done >"$dir/times"
printf '%d MB of replies, %d MB of JSON\n' $(($(wc -c <"$dir/server.raw") / 1000000)) $(($(wc -c <"$dir/output") / 1000000))
printf 'ftpreply parse %7.2f s\njq -c .        %7.2f s, %.1f times that\n' "$(column 1)" "$(column 2)" "$(column 4)"
[ -z "$other" ] || printf 'the other build%7.2f s, %.1f times that\n' "$(column 3)" "$(column 5)"

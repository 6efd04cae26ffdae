#!/usr/bin/env bash
# Compares two builds of the command on recordings: the findings of lint, the objects of
# parse, the sessions and the statistics. Prints a diff for each file that differs.
#
#	scripts/compare.sh OLD NEW file...
#
# FILTER is a sed script that is applied to both outputs first, for differences that are
# intended: FILTER='s/"message":"[^"]*"//' scripts/compare.sh ...
set -euo pipefail

old=$1 new=$2
shift 2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

run() { # name, binary, arguments
	local status=0
	"${@:2}" >"$dir/out" 2>&1 || status=$?
	{ sed -E "${FILTER:-}" "$dir/out"; echo "exit status $status"; } >"$dir/$1"
}

differ=0 compared=0
for file; do
	for command in 'lint -v --format ndjson' 'parse' 'sessions -v --format ndjson' 'stats --format ndjson'; do
		# shellcheck disable=SC2086 # the arguments are words
		run old "$old" $command "$file"
		# shellcheck disable=SC2086
		run new "$new" $command "$file"
		compared=$((compared + 1))
		if ! diff -u "$dir/old" "$dir/new" >"$dir/diff"; then
			differ=$((differ + 1))
			echo "== ftpreply $command $file"
			head -n "${LINES_SHOWN:-20}" "$dir/diff"
		fi
	done
done
echo "$compared outputs compared, $differ differ"
[ "$differ" = 0 ]

#!/usr/bin/env bash
# Runs each fuzz target of some packages for a time, one after the other:
#
#	scripts/fuzz.sh 10s . ./payload
#
# Without packages, those of all modules.
set -euo pipefail
cd "$(dirname "$0")/.."

time=${1:-10s}
shift || true
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Up to Go 1.26 a target may fail for no other reason than "context deadline exceeded"
# when its time is over. With a finding it names the input that failed.
fuzz() {
	echo "$2 $1"
	go test -run '^$' -fuzz "^$2\$" -fuzztime "$time" "$1" >"$log" 2>&1 || {
		cat "$log"
		grep -q '^ *context deadline exceeded$' "$log" && ! grep -qi 'failing input' "$log"
	}
	grep '^fuzz: elapsed' "$log" | tail -n 1
}

packages=$(go list "${@:-work}")
for package in $packages; do
	targets=$(go test -list '^Fuzz' "$package")
	for target in $(grep '^Fuzz' <<<"$targets"); do
		fuzz "$package" "$target"
	done
done

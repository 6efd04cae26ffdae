#!/usr/bin/env bash
# Runs each fuzz target of the given packages for a time, one target after another:
#
#	scripts/fuzz.sh 10s . ./payload
#
# Without packages it runs the targets of all modules. The seeds of a target run first and
# count toward the time, so a run that ends before it fuzzes is repeated with twice the
# time.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-10s}
seconds=${seconds%s}
case $seconds in *m) seconds=$((60 * ${seconds%m})) ;; esac
shift || true
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Up to Go 1.26 a target may fail with "context deadline exceeded" only because its time is
# over. A real failure names the input.
fuzz() { # package, target, seconds
	echo "$2 $1"
	go test -run '^$' -fuzz "^$2\$" -fuzztime "$3s" "$1" >"$log" 2>&1 || {
		if grep -qi 'failing input' "$log" || ! grep -q '^ *context deadline exceeded$' "$log"; then
			cat "$log"
			return 1
		fi
	}
	if ! grep -q 'now fuzzing with' "$log"; then
		echo "the seeds took $3 s"
		fuzz "$1" "$2" $((2 * $3))
		return
	fi
	grep '^fuzz: elapsed' "$log" | tail -n 1
}

packages=$(go list "${@:-work}")
for package in $packages; do
	targets=$(go test -list '^Fuzz' "$package")
	for target in $(grep '^Fuzz' <<<"$targets"); do
		fuzz "$package" "$target" "$seconds"
	done
done

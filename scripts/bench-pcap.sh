#!/usr/bin/env bash
# Measures ftpreply lint against tshark -r on a large packet capture, which repeats small
# ones, many connections at a time: one run, both right after the other. Prints seconds
# and the most memory of each, and the ratio.
#
#	scripts/bench-pcap.sh [bytes [connections [capture.pcap...]]]
#
# It needs tshark and GNU time.
set -euo pipefail
cd "$(dirname "$0")/.."

bytes=${1:-1073741824}
shift $(($# > 0))
connections=${1:-1000}
shift $(($# > 0))
(($#)) || set -- recording/testdata/pcap/*.pcap

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
go build -o "$dir" ./cmd/ftpreply ./cmd/ftpreply/internal/bigpcap
"$dir/bigpcap" -bytes "$bytes" -connections "$connections" "$dir/big.pcap" "$@"

measure() {
	local name=$1
	shift
	/usr/bin/time -a -o "$dir/times" -f "$name %e %U %M" "$@" >"$dir/$name.out" 2>"$dir/$name.err" || (($? == 1))
}
measure ftpreply "$dir/ftpreply" lint --fail-on never "$dir/big.pcap"
measure tshark tshark -r "$dir/big.pcap"
grep '^1 file' "$dir/ftpreply.out"
awk '
	NF == 4 {
		printf "%-9s %8.1f s  %8.1f s of user time  %6d MiB\n", $1, $2, $3, $4 / 1024
		elapsed[$1] = $2
		user[$1] = $3
	}
	END {
		printf "ratio     %8.1f    %8.1f\n", elapsed["tshark"] / elapsed["ftpreply"], user["tshark"] / user["ftpreply"]
	}' "$dir/times"

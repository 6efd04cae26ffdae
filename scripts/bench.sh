#!/usr/bin/env bash
# Measures the parser against net/textproto and against bytes.IndexByte, which only
# looks for the LFs: 10 rounds, in each of which all three run one right after the
# other on the same input. Prints the medians as a table; a ratio is of one round. The
# linter is measured so against the parser.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "$(go version), $(uname -srm), $(getconf _NPROCESSORS_ONLN) cores"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
go test -c -o "$dir/bench.test" .
go test -c -o "$dir/lint.test" ./lint

for _ in {1..10}; do
	for input in session single feat banner; do
		"$dir/bench.test" -test.run '^$' -test.benchtime 0.3s \
			-test.bench "^Benchmark(Parser|Textproto|IndexByte)\$/^$input\$"
	done
done | awk '
	/^cpu:/ { cpu = $0 }
	/^Benchmark/ {
		split($1, name, /[\/-]/)
		for (i = 3; i < NF; i += 2) value[name[1], $(i + 1)] = $i
	}
	/^BenchmarkIndexByte/ {
		input = name[2]
		if (!(input in rounds)) order[++inputs] = input
		rounds[input]++
		mine = value["BenchmarkParser", "MB/s"]
		speed[input] = speed[input] " " mine
		textproto[input] = textproto[input] " " mine / value["BenchmarkTextproto", "MB/s"]
		indexByte[input] = indexByte[input] " " mine / value["BenchmarkIndexByte", "MB/s"]
		allocs[input] = allocs[input] " " value["BenchmarkParser", "allocs/op"]
	}
	function median(list,    v, n, i, j, t) {
		n = split(list, v, " ")
		for (i = 2; i <= n; i++)
			for (j = i; j > 1 && v[j - 1] > v[j]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
		return (v[int((n + 1) / 2)] + v[int(n / 2) + 1]) / 2
	}
	END {
		print cpu
		print "| input | MB/s | of net/textproto | of bytes.IndexByte | allocations |"
		print "| --- | --- | --- | --- | --- |"
		for (i = 1; i <= inputs; i++) {
			input = order[i]
			printf "| `%s` | %.0f | %.1f | %.2f | %d |\n", input, median(speed[input]),
				median(textproto[input]), median(indexByte[input]), median(allocs[input])
		}
	}'

median() { sort -n | sed -n '5p;6p' | awk '{ sum += $1 } END { print sum / 2 }'; }
printf '\n| replies linted | MB/s | of the parser |\n| --- | --- | --- |\n'
for input in connection session listing; do
	for _ in {1..10}; do
		(cd lint && "$dir/lint.test" -test.run '^$' -test.benchtime 0.3s -test.bench "^Benchmark(LintReplies|Parser)\$/^$input\$")
	done | awk '
		/^BenchmarkLintReplies/ { for (i = 3; i < NF; i += 2) if ($(i + 1) == "MB/s") lint = $i }
		/^BenchmarkParser/ { for (i = 3; i < NF; i += 2) if ($(i + 1) == "MB/s") print lint, lint / $i }' >"$dir/rounds"
	printf '| `%s` | %.0f | %.2f |\n' "$input" "$(cut -d ' ' -f 1 "$dir/rounds" | median)" \
		"$(cut -d ' ' -f 2 "$dir/rounds" | median)"
done

# The cost of other parts, and of the parser as its input grows: one run each.
rows() {
	printf '\n| %s | ns | MB/s | bytes allocated | allocations |\n| --- | --- | --- | --- | --- |\n' "$1"
	go test -run '^$' -benchtime 0.3s -benchmem -bench "$2" "$3" | awk '
		/^Benchmark/ {
			sub(/-[0-9]+$/, "", $1)
			for (i = 3; i < NF; i += 2) value[$(i + 1)] = $i
			printf "| `%s` | %s | %s | %s | %s |\n", substr($1, 10), value["ns/op"], value["MB/s"], value["B/op"], value["allocs/op"]
			delete value
		}'
}
rows 'the parser as its input grows' '^BenchmarkGrowth$' .
rows 'a new parser and its first reply' '^BenchmarkStart$' .
rows 'a payload' . ./payload
rows 'the sequencer, a session of 91 events' . ./dialogue
rows 'the linter beside the parser' . ./lint

# The command next to other programs, where they are installed.
printf '\nlint --from raw next to grep, 256 MiB\n'
scripts/bench-grep.sh $((256 << 20))
if command -v jq >/dev/null; then
	printf '\nparse next to jq\n'
	scripts/bench-json.sh
fi
if command -v tshark >/dev/null; then
	printf '\nlint of a packet capture next to tshark\n'
	scripts/bench-pcap.sh
fi

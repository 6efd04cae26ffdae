#!/usr/bin/env bash
# Counts words that make our English hard to read, per 1,000 words of comments and prose,
# for each directory with Go files and for the documents:
#
#	scripts/words.sh [directory|file.md...]
#
# The words are the ones that model code bases hardly use. This is an aid for reviews and
# not a gate: a sentence can be bad without any of them.
set -euo pipefail
cd "$(dirname "$0")/.."

patterns=(
	'what:\bwhat\b'
	'behind:\bbehind\b'
	'is-none/no:\b(is|are|was|were) (none|no)\b'
	'stands:\b(stand|stands|stood)\b'
	'whoever:\b(whoever|whatever|nobody|somebody|anybody)\b'
	'lent:\b(lent|lend|lends)\b'
	'tells:\b(tell|tells|told)\b'
	'being:\bbeing\b'
)

# prose prints the comments of Go files, raw string literals and strings with several
# words (messages and rule texts), and the text of documents.
prose() {
	local file
	for file; do
		case $file in
		*.go)
			perl -ne '
				if (/^\s*\/\/(.*)/) { print "$1\n"; next }
				if (/\s\/\/ (.*)/) { print "$1\n" }
				while (/"((?:[^"\\]|\\.)* (?:[^"\\]|\\.)* (?:[^"\\]|\\.)*)"/g) { print "$1\n" }
			' "$file"
			perl -0777 -ne 'while (/`([^`]*)`/g) { print "$1\n" }' "$file"
			;;
		*) cat "$file" ;;
		esac
	done
}

printf '%-34s %7s' place words
for pattern in "${patterns[@]}"; do printf ' %10s' "${pattern%%:*}"; done
echo

count() { # name, files
	local name=$1 words
	shift
	prose "$@" >"$text"
	words=$(wc -w <"$text")
	((words)) || return 0
	printf '%-34s %7d' "$name" "$words"
	for pattern in "${patterns[@]}"; do
		local n
		n=$({ grep -oiE "${pattern#*:}" "$text" || true; } | wc -l)
		printf ' %10.1f' "$(awk "BEGIN { print 1000 * $n / $words }")"
	done
	echo
}
text=$(mktemp)
trap 'rm -f "$text"' EXIT

(($#)) || set -- $(git ls-files '*.go' | grep -v testdata/ | xargs -n 1 dirname | sort -u) $(git ls-files '*.md' | grep -v testdata/)
all=()
for place; do
	if [ -d "$place" ]; then
		files=("$place"/*.go)
	else
		files=("$place")
	fi
	count "$place" "${files[@]}"
	all+=("${files[@]}")
done
count total "${all[@]}"

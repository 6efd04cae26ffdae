#!/usr/bin/env bash
# Runs the tests of the FTP client github.com/jlaffaye/ftp as it is, over net/textproto, and
# again with its import changed to compat/textproto of this tree; prints the results of both.
# Then it shows the results of the client with misbehaving servers, before and after.
# Nothing of the client is kept. Another version may be given: run.sh v0.2.0
set -euo pipefail
cd "$(dirname "$0")/../.."

version=${1:-v0.2.4}
root=$PWD
copy=$(mktemp -d)
trap 'chmod -R u+w "$copy"; rm -rf "$copy"' EXIT
export GOWORK=off

if ! json=$(cd "$copy" && go mod download -json "github.com/jlaffaye/ftp@$version"); then
	echo "skipped: the module proxy does not give github.com/jlaffaye/ftp@$version"
	exit
fi
source=$(sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p' <<<"$json")
for tree in before after; do
	cp -r "$source" "$copy/$tree"
	chmod -R u+w "$copy/$tree"
done

sed -i 's|"net/textproto"|"github.com/ftpreply/ftpreply/compat/textproto"|' "$copy"/after/*.go
echo "github.com/jlaffaye/ftp $version, lines changed: $(diff -r "$copy/before" "$copy/after" | grep -c '^>')"

for tree in before after; do
	(cd "$copy/$tree" && go mod edit -go=1.25 -require github.com/ftpreply/ftpreply@v0.0.0 -replace "github.com/ftpreply/ftpreply=$root")
done

# count prints how often the log has an action of a test, subtests included.
count() { grep -c "\"Action\":\"$2\".*\"Test\":" "$copy/$1.json" || true; }

printf '%-16s %6s %6s %6s\n' '' pass fail skip
failed=0
for tree in before after; do
	# The higher version of Go in go.mod would switch on more of go vet.
	(cd "$copy/$tree" && go test -count=1 -vet=off -mod=mod -json ./...) >"$copy/$tree.json" || failed=1
	name=net/textproto
	[ $tree = before ] || name=compat/textproto
	printf '%-16s %6s %6s %6s\n' $name "$(count $tree pass)" "$(count $tree fail)" "$(count $tree skip)"
done
if [ $failed = 1 ]; then
	grep -h '"Action":"\(fail\|build-output\)"' "$copy/before.json" "$copy/after.json"
	exit 1
fi

echo
for tree in before after; do
	sed 1d interop/jlaffaye/gains_test.go >"$copy/$tree/gains_test.go"
	(cd "$copy/$tree" && TREE=$tree go test -count=1 -vet=off -mod=mod -v -run '^TestGains$' . 2>&1) >"$copy/$tree.log" || failed=1
	grep -v '^ *\(===\|---\|PASS\|ok\)' "$copy/$tree.log"
done
exit $failed

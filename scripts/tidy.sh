#!/usr/bin/env bash
# Fails, with a diff, when a go.mod or go.sum is not tidy. go mod tidy ignores go.work,
# so that it would look for a released library; the files of the other modules are
# therefore checked in a copy that replaces it by this tree.
set -euo pipefail
cd "$(dirname "$0")/.."

go mod tidy -diff

root=$PWD
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
for module in cmd/ftpreply interop recording; do
	cd "$root/$module"
	cp go.mod go.sum "$copy"
	go mod edit -replace "github.com/ftpreply/ftpreply=$root" \
		-replace "github.com/ftpreply/ftpreply/recording=$root/recording" "$copy/go.mod"
	GOWORK=off go mod tidy -diff -modfile="$copy/go.mod"
done

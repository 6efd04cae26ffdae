#!/usr/bin/env bash
# Builds the C library and runs its tests in C and, if Python is installed, through ctypes.
set -euo pipefail
cd "$(dirname "$0")/.."

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
go build -buildmode=c-shared -o "$dir/libftpreply.so" ./clib
gcc -Wall -Wextra -Werror -Iclib -o "$dir/test" clib/testdata/test.c -L"$dir" -lftpreply
LD_LIBRARY_PATH=$dir "$dir/test"
if command -v python3 >/dev/null; then
	python3 clib/testdata/test.py "$dir/libftpreply.so"
fi

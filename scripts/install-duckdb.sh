#!/usr/bin/env bash
# Installs DuckDB for the test of the Parquet output. It needs node and npm, and installs them with
# apt if they are missing.
set -euo pipefail
cd "$(dirname "$0")/../cmd/ftpreply/testdata/duckdb"

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
	sudo=
	[ "$(id -u)" = 0 ] || sudo=sudo
	$sudo apt-get update -q
	$sudo apt-get install -q -y --no-install-recommends nodejs npm
fi

# The test looks in the cache of the user, as npm may not write beside the sources.
modules=${XDG_CACHE_HOME:-$HOME/.cache}/ftpreply-duckdb
mkdir -p "$modules"
if ! cmp -s package-lock.json "$modules/package-lock.json" || [ ! -d "$modules/node_modules" ]; then
	cp package.json package-lock.json "$modules"
	npm ci --prefix "$modules" --no-audit --no-fund
fi

#!/usr/bin/env bash
# Installs, on Debian and its kin, the FTP clients that the tests of clients/ run.
# Quick when all is there.
set -euo pipefail
cd "$(dirname "$0")/clients/testdata/npm"

# perl-base has no Net::FTP, and python3-minimal no ftplib.
packages=(curl wget lftp ncftp tnftp inetutils-ftp perl python3)
command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)

mapfile -t wanted < <(for package in "${packages[@]}"; do
	dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' || echo "$package"
done)
if [ ${#wanted[@]} != 0 ]; then
	sudo=
	[ "$(id -u)" = 0 ] || sudo=sudo
	$sudo apt-get update -q
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${wanted[@]}"
fi

# The tests look in the cache of the user, as npm may not write beside the sources.
modules=${XDG_CACHE_HOME:-$HOME/.cache}/ftpreply-clients
mkdir -p "$modules"
if ! cmp -s package-lock.json "$modules/package-lock.json" || [ ! -d "$modules/node_modules" ]; then
	cp package.json package-lock.json "$modules"
	npm ci --prefix "$modules" --no-audit --no-fund
fi

#!/usr/bin/env bash
# Installs, on Debian and its kin, the FTP servers and clients that the tests of this
# module run. Quick when all is there. It starts no service.
set -euo pipefail

"$(dirname "$0")/install-clients.sh"

prefix=/opt/ftpreply-servers # the tests look here, and in PATH

# Debian's FTP servers exclude each other, so these are unpacked, not installed.
servers=(vsftpd proftpd-core proftpd-mod-crypto pure-ftpd inetutils-ftpd)
packages=(python3 python3-pyftpdlib python3-openssl libnss-wrapper)

sudo=
[ "$(id -u)" = 0 ] || sudo=sudo

# missing prints those of the packages that are not installed.
missing() {
	for package in "$@"; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' || echo "$package"
	done
}

install_packages() {
	mapfile -t wanted < <(missing "$@")
	[ ${#wanted[@]} = 0 ] || $sudo env DEBIAN_FRONTEND=noninteractive \
		apt-get install -q -y --no-install-recommends "${wanted[@]}"
}

if [ -z "$(missing "${packages[@]}")" ] && [ -e "$prefix/complete" ]; then
	exit
fi
$sudo apt-get update -q
install_packages "${packages[@]}"

[ ! -e "$prefix/complete" ] || exit 0
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cd "$copy"
apt-get download -q "${servers[@]}"
mapfile -t libraries < <(for archive in *.deb; do dpkg-deb -f "$archive" Depends; done |
	tr ',' '\n' | sed -n 's/^ *\(lib[^ ]*\).*/\1/p' | sort -u)
install_packages "${libraries[@]}"
for archive in *.deb; do
	$sudo dpkg-deb -x "$archive" "$prefix"
done
$sudo touch "$prefix/complete"

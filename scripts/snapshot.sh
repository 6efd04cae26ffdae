#!/usr/bin/env bash
# Builds all archives and packages of a release without a tag, into dist/.
set -euo pipefail
cd "$(dirname "$0")/.."

# 2.15.1 is the newest version that builds with the Go versions of CI.
go run github.com/goreleaser/goreleaser/v2@v2.15.1 release --snapshot --clean --skip=publish "$@"
ls -l dist/*.tar.gz dist/*.zip dist/*.deb dist/*.rpm dist/*.apk dist/checksums.txt

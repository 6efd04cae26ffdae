#!/usr/bin/env bash
# The step of action.yml. It installs ftpreply unless FTPREPLY names a binary, lints the paths
# or checks a server, and appends a summary in Markdown to GITHUB_STEP_SUMMARY.
set -euo pipefail

ftpreply=${FTPREPLY:-}
if [ -z "$ftpreply" ]; then
	GOBIN=$(mktemp -d)
	export GOBIN
	go install "github.com/ftpreply/ftpreply/cmd/ftpreply@${INPUT_VERSION:-latest}"
	ftpreply=$GOBIN/ftpreply
fi

report=$(mktemp)
status=0
if [ -n "${INPUT_PROBE:-}" ]; then
	"$ftpreply" probe --fail-on "${INPUT_FAIL_ON:-error}" "$INPUT_PROBE" >"$report" || status=$?
else
	read -r -a paths <<<"${INPUT_PATHS:?paths or probe must be set}"
	if [ -n "${INPUT_SARIF:-}" ]; then
		"$ftpreply" lint --format sarif --fail-on never -o "$INPUT_SARIF" "${paths[@]}"
	fi
	"$ftpreply" lint --fail-on "${INPUT_FAIL_ON:-error}" "${paths[@]}" >"$report" || status=$?
fi
cat "$report"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
	{
		echo '### ftpreply'
		echo
		sed 's/^/    /' "$report" # an indented block: no markup of the report is obeyed
	} >>"$GITHUB_STEP_SUMMARY"
fi
exit "$status"

#!/bin/sh
# Every shell script of the tree, looked over by shellcheck.
# Usage: shellcheck.sh ROOT        77 if there is no shellcheck.
set -eu
cd "${1:?root of the project}"

if ! command -v shellcheck >/dev/null; then
	echo "skipped: there is no shellcheck here"
	exit 77
fi
find . -name build -prune -o -name .git -prune -o -name '*.sh' -print |
	sort | xargs shellcheck --severity=warning .ci/run

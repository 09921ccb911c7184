#!/bin/sh
# All C is laid out as .clang-format says.
# Usage: format.sh ROOT        77 if there is no clang-format.
set -eu
cd "${1:?root of the project}"

if ! command -v clang-format >/dev/null; then
	echo "skipped: there is no clang-format here"
	exit 77
fi
find include src tests -name '*.[ch]' -print | sort |
	xargs -P 2 -n 40 clang-format --dry-run --Werror

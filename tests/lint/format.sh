#!/bin/sh
# All C is laid out as .clang-format says.
# Usage: format.sh ROOT        77 if there is no clang-format 14.
set -eu
cd "${1:?root of the project}"
. tests/lint/lib/tool.sh

need_tool clang-format 14
find include src tests -name '*.[ch]' -print | sort |
	xargs -P 2 -n 40 clang-format --dry-run --Werror

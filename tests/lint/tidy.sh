#!/bin/sh
# clang-tidy, with the tree's .clang-tidy, has nothing to say about the sources.
# Usage: tidy.sh ROOT [FILE...]        The build's folder is ROLEKEY_BUILD.
# 77 if there is no clang-tidy 14.
set -eu
cd "${1:?root of the project}"
shift
. tests/lint/lib/flags.sh
. tests/lint/lib/tool.sh
build=$(build_of "$PWD")

need_tool clang-tidy 14
if [ $# -eq 0 ]; then # two at a time, the longest first
	find src -name '*.c' -exec wc -c {} + | sort -rn |
		awk '$2 != "total" { print $2 }' |
		xargs -P 2 -n 1 sh tests/lint/tidy.sh "$PWD"
	exit
fi

# Leaves out flags of gcc 12 that clang 14 does not have.
for_clang() {
	sed 's/-ftrivial-auto-var-init=[^ ]* //; s/-fzero-call-used-regs=[^ ]* //'
}

bad=0
for file in "$@"; do
	flags=$(flags_of "$build" "$file" | for_clang)
	if [ -z "$flags" ]; then
		echo "$file: $build does not say how it is compiled"
		bad=1
		continue
	fi
	eval "set -- $flags"
	clang-tidy --quiet "$file" -- "$@" -Wno-unknown-warning-option || bad=1
done
exit $bad

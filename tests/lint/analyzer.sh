#!/bin/sh
# gcc's -fanalyzer has nothing to say about the sources.
# Usage: analyzer.sh ROOT [FILE...]        The build's folder is ROLEKEY_BUILD.
# 77 if gcc is not gcc 12.
set -eu
cd "${1:?root of the project}"
shift
. tests/lint/lib/flags.sh
. tests/lint/lib/tool.sh
build=$(build_of "$PWD")
need_tool gcc 12

if [ $# -eq 0 ]; then # two at a time
	find src -name '*.c' -print | sort |
		xargs -P 2 -n 8 sh tests/lint/analyzer.sh "$PWD"
	exit
fi
bad=0
for file in "$@"; do
	flags=$(flags_of "$build" "$file")
	if [ -z "$flags" ]; then
		echo "$file: $build does not say how it is compiled"
		bad=1
		continue
	fi
	eval "set -- $flags"
	gcc "$@" -O2 -fanalyzer -Werror -c -o /dev/null "$file" || bad=1
done
exit $bad

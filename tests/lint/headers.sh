#!/bin/sh
# Every header says itself what it needs: each is compiled alone, and twice in
# one file, with the flags of its room.
# Usage: headers.sh ROOT        The build's folder is ROLEKEY_BUILD.
set -eu
cd "${1:?root of the project}"
. tests/lint/lib/flags.sh
build=$(build_of "$PWD")

# A file that is compiled as those that include the header are.
neighbour() {
	room=$(echo "$1" | cut -d / -f 2)
	case $1 in
	tests/unit/*)	find "$(dirname "$1")" -name '*.c' ;;
	tests/*)	find tests/unit/walk -name '*.c' ;;
	src/*)		find "src/$room" -name '*.c' ;;
	*)		find "src/$room" src/base -name '*.c' 2>/dev/null ;;
	esac | sort | head -n 1
}

# The file that is included everywhere is not: it could stand in for others.
flags_for() {
	flags_of "$build" "$(neighbour "$1")" |
		sed 's/-include [^ ]*banned\.h//'
}

bad=0
n=0
# tests/proof is read by Frama-C, which has headers of its own.
for header in $(find include src tests -name '*.h' ! -path 'tests/proof/*' |
	sort); do
	flags=$(flags_for "$header")
	if [ -z "$flags" ]; then
		echo "$header: $build does not say how it is compiled"
		bad=1
		continue
	fi
	n=$((n + 1))
	eval "set -- $flags"
	printf '#include "%s"\n#include "%s"\nextern int more;\n' \
		"$PWD/$header" "$PWD/$header" |
		gcc "$@" -fsyntax-only -x c - || { echo "in $header"; bad=1; }
done
echo "$n headers"
[ "$n" -gt 0 ] && [ "$bad" -eq 0 ]

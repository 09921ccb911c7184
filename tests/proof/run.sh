#!/bin/sh
# Proves with Frama-C's Eva that functions of room base have no undefined
# behaviour, whatever they are given, up to the length of text that is tried.
# Usage: sh tests/proof/run.sh
# Needs the package frama-c-base; 3 minutes.  The last line is "N passed, N failed".
set -eu

cd "$(dirname "$0")/../.."
command -v frama-c >/dev/null || { echo "frama-c is not installed"; exit 1; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0
failed=0

# prove UNIT FUNCTION LENGTHS [OPTION...]: no alarm, for each length.
prove() {
	unit=$1 function=$2 lengths=$3
	shift 3
	for len in $lengths; do
		frama-c -machdep gcc_x86_64 -main "$function" \
			-cpp-extra-args="-Iinclude -D_GNU_SOURCE -DLEN=$len" \
			-eva -eva-no-show-progress -eva-slevel 3000 \
			-eva-ilevel 256 -eva-auto-loop-unroll 60 "$@" \
			"tests/proof/$unit.c" "src/base/$unit.c" >"$log" 2>&1 || :
		if grep -q '^  0 alarms generated' "$log"; then
			passed=$((passed + 1))
			continue
		fi
		failed=$((failed + 1))
		echo "FAILED $unit: $function, $len bytes"
		grep -a -A 2 'alarm\]' "$log" || tail -5 "$log"
	done
	echo "$unit: $function: $lengths"
}

up_to_8='0 1 2 3 4 5 6 7 8'
prove text parse "$up_to_8" -eva-split-return-function take_digits:0
prove text print "$up_to_8"
prove text environment "$up_to_8"
prove text characters '0 1 2 3' -eva-split-return full
prove timefmt format 0
prove timefmt parse_http '0 28 29 30'
prove timefmt parse_iso '0 18 19 20 21 22 24 25 26 27 29' \
	-eva-split-return-function from_parts:0,zone_offset:0
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

#!/bin/sh
# The flags that make an attack harder have reached the executables and
# their modules.  What the
# compiler did is read from the debug information, one record a source file.
# FORTIFY is an optimised build's alone.
# Usage: hardening.sh ROOT        The build's folder is ROLEKEY_BUILD.
set -eu
cd "${1:?root of the project}"
. tests/lint/lib/flags.sh
build=$(build_of "$PWD")
export LC_ALL=C

flags='-fstack-protector-strong -fstack-clash-protection -fPI[CE]
	-ftrivial-auto-var-init=zero -fzero-call-used-regs=used-gpr
	-fno-strict-overflow'
if [ "$(uname -m)" = x86_64 ]; then
	flags="$flags -fcf-protection=full"
fi

bad=0
wrong() {
	echo "$exe: $*"
	bad=1
}

# has WHAT PATTERN TEXT
has() {
	printf '%s\n' "$3" | grep -Eq "$2" || wrong "no $1"
}

# hasnt WHAT PATTERN TEXT
hasnt() {
	! printf '%s\n' "$3" | grep -E "$2" || wrong "$1"
}

check_linked() {
	head=$(readelf -hlW "$exe")
	dynamic=$(readelf -dW "$exe")
	has "position-independent code" 'Type: +DYN' "$head"
	case $exe in
	*.so) ;;
	*) has "PIE flag" 'FLAGS_1.*PIE' "$dynamic" ;;
	esac
	has "RELRO segment" '^ +GNU_RELRO' "$head"
	has "binding at start (full RELRO)" 'FLAGS.*BIND_NOW' "$dynamic"
	has "mark that the stack holds no code" '^ +GNU_STACK.* RW ' "$head"
	hasnt "a segment is writable and executable" '(LOAD|STACK).* RWE ' "$head"
	hasnt "relocations in the code" TEXTREL "$dynamic"
	hasnt "libraries are looked for in a folder of its own" \
		'RPATH|RUNPATH' "$dynamic"
}

# A line each of our own source files: its name and the compiler's flags.
flags_within() {
	readelf -W --debug-dump=info "$exe" 2>/dev/null | awk '
		/DW_AT_producer/ { flags = $0 }
		/DW_AT_name/ && flags {
			sub(/.*: /, "")
			if (/^\.\/src\//)
				print $0 "\t" flags
			flags = ""
		}'
}

is_optimised() {
	grep -q '^CMAKE_BUILD_TYPE:.*=\(Release\|RelWithDebInfo\)$' \
		"$build/CMakeCache.txt"
}

check_compiled() {
	symbols=$(readelf -sW "$exe")
	records=$(flags_within)
	has "stack protector" '__stack_chk_fail' "$symbols"
	if [ -z "$records" ]; then
		wrong "no debug information to read flags from"
		return 0
	fi
	for flag in $flags; do
		without=$(printf '%s\n' "$records" | grep -ve " $flag") || continue
		wrong "without $flag:" "$(printf '%s\n' "$without" | cut -f 1)"
	done
	if is_optimised; then
		has "FORTIFY" '__(memcpy|v?snprintf)_chk' "$symbols"
	fi
}

check_fortified() {
	without=$(grep '"command".* -c .*/src/[a-z]' \
		"$build/compile_commands.json" |
		grep -vce '-D_FORTIFY_SOURCE=3') || return 0
	echo "$build: $without source files without FORTIFY"
	bad=1
}

n=0
exes=$(find "$build/tree" -type f -name 'rolekey*')
for exe in $exes; do
	n=$((n + 1))
	check_linked
	check_compiled
done
if is_optimised; then
	check_fortified
fi
if [ "$n" -ne 6 ]; then
	echo "$build/tree: $n executables and modules instead of 6"
	bad=1
fi
[ "$bad" -eq 0 ]

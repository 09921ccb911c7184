# shellcheck shell=sh
# Sourced by the checks of this folder: how the build compiles a file.

# Finds the build folder of ROOT, unless ctest has set it.
build_of() {
	echo "${ROLEKEY_BUILD:-$1/build/dev}"
}

# flags_of BUILD FILE: the flags, for eval, that the build compiles FILE (a
# path from its root) with, but for the sanitizers'.  Without the compiler's
# name, the input and the output.
flags_of() {
	sed -n 's/^  "command": "[^ ]* \(.* \)-o [^ ]* -c [^ ]*\/'"$(
		printf %s "$2" | sed 's/[.\/]/\\&/g'
	)"'",\{0,1\}$/\1/p' "$1/compile_commands.json" | head -n 1 |
		sed 's/\\\(.\)/\1/g
			s/-f\(no-\)\{0,1\}sanitize[^ ]* //g'
}

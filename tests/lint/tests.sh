#!/bin/sh
# Checks that ctest knows every test file: a test in a new folder must not stay
# unbuilt.  Usage: tests.sh ROOT        The build's folder is ROLEKEY_BUILD.
# 77 where the build leaves tests out on purpose (a release, valgrind, fuzz).
set -eu
cd "${1:?root of the project}"
. tests/lint/lib/flags.sh
build=$(build_of "$PWD")

case $(sed -n 's/^CMAKE_BUILD_TYPE:STRING=//p;s/^ROLEKEY_VALGRIND:BOOL=//p' \
	"$build/CMakeCache.txt" | tr '\n' ' ') in
Debug\ OFF*) ;;
*)
	echo "skipped: this build leaves some tests out"
	exit 77
	;;
esac
ctest --test-dir "$build" -N | sed -n 's/^ *Test *#[0-9]*: //p' |
	sort >"$build/tests.known"
{
	find tests/unit -name 'test_*.c' | sed 's/^tests\///; s/\.c$//
		s/test_\([^/]*\)$/\1/'
	find tests/fuzz -name 'fuzz_*.c' | sed 's/.*\/fuzz_\(.*\)\.c$/fuzz\/\1/'
	find tests/e2e -maxdepth 1 -name 'test_*.py' |
		grep -v '/test_package\.py$' | # of a release alone
		sed 's/.*\/test_\(.*\)\.py$/e2e\/\1/'
	find tests/lint -maxdepth 1 -name '*.sh' |
		sed 's/.*\/\(.*\)\.sh$/lint\/\1/'
} | sort >"$build/tests.files"
wc -l <"$build/tests.files" | sed 's/ *\(.*\)/\1 test files/'
if ! diff "$build/tests.files" "$build/tests.known" >"$build/tests.diff"; then
	sed -n 's/^< /ctest does not know /p; s/^> /no file makes /p' \
		"$build/tests.diff"
	exit 1
fi

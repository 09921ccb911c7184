#!/bin/sh
# Refuses a shared library's file name in the sources: sonames differ between
# distributions, so CMake reads them from the libraries that it finds.
# Usage: sonames.sh ROOT
set -eu
cd "${1:?root of the project}"

if grep -rnE '"[^"]*lib[^"]*\.so' include src --include='*.[ch]'; then
	echo "a soname comes from CMake: see find_soname in CMakeLists.txt"
	exit 1
fi

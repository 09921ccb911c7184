#!/bin/sh
# Refuses a shared library's file name in the sources: sonames differ between
# distributions, so libraries are linked, and modules are files of our own.
# Usage: sonames.sh ROOT
set -eu
cd "${1:?root of the project}"

if grep -rnE '"[^"]*lib[^"]*\.so' include src --include='*.[ch]'; then
	echo "a soname comes from the linker"
	exit 1
fi

#!/bin/sh
# Checks that each exported function and variable begins with the name of its
# file: cache.c exports cache_find().  The room's name, or those of its folders,
# may stand in front.  The symbols are read from the objects of the build.
# Usage: names.sh ROOT        The build's folder is ROLEKEY_BUILD.
set -eu
cd "${1:?root of the project}"
. tests/lint/lib/flags.sh
exec /usr/bin/python3 -B tests/lint/lib/names.py "$PWD" "$(build_of "$PWD")"

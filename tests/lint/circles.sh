#!/bin/sh
# Checks that no files depend on each other in a circle: headers by what they
# include, sources by what they call in each other.
# Usage: circles.sh ROOT        The build's folder is ROLEKEY_BUILD.
set -eu
cd "${1:?root of the project}"
. tests/lint/lib/flags.sh
exec /usr/bin/python3 -B tests/lint/lib/circles.py "$PWD" "$(build_of "$PWD")"

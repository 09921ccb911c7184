#!/bin/sh
# Checks that no folder of src/ has more than 24 sources, that no function is
# longer than 60 lines, and that their median is at most 10.
# Usage: sizes.sh ROOT
set -eu
cd "${1:?root of the project}"
exec /usr/bin/python3 -B tests/lint/lib/sizes.py .

#!/bin/sh
# Checks that nothing compares the words of our own messages: a test or a
# decision compares the reason and the facts of an error (base/error.h).
# Usage: words.sh ROOT
set -eu
cd "${1:?root of the project}"
exec /usr/bin/python3 -B tests/lint/lib/words.py "$PWD"

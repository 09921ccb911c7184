#!/bin/sh
# Runs newest AWS SDKs beside rolekey and prints a table: each SDK with
# credentials in its environment, by credential_process, from exec --server and
# from exec --ec2-server.  Usage: sh tests/sdk.sh [SDK...]
# Clients are built below build/sdk from the registries of their languages
# (PyPI, npm, Go's proxy, Maven Central, crates.io); an SDK whose registry or
# tool is not there is skipped by name.  Needs a build: ROLEKEY_BUILD, or
# build/dev.  Not a part of tests/run.sh.
set -eu
cd "$(dirname "$0")/.."
exec /usr/bin/python3 -B tests/sdk/table.py "$@"

#!/bin/sh
# Prints a table of the cost of a call, next to fork and exec and other tools.
# Usage: sh tests/bench/run.sh [BUILD [GROUP...]]
# BUILD is a folder with a release build; build/release is made if none is named.
# Installs what is missing.  Best on a machine that does nothing else: the fastest
# runs count for the targets.  Status 1 if a target is not met.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"

# The programs, and Debian's packages of them.
programs='hyperfine:hyperfine valgrind:valgrind strace:strace time:time
	openssl:openssl oathtool:oathtool keyctl:keyutils
	gnome-keyring-daemon:gnome-keyring dbus-run-session:dbus
	gdbus:libglib2.0-bin secret-tool:libsecret-tools pass:pass gpg:gpg
	gpg-agent:gpg-agent aws:awscli'

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

install_missing() {
	missing=
	/usr/bin/python3 -c 'import botocore, pexpect' 2>/dev/null ||
		missing='python3-botocore python3-pexpect'
	for program in $programs; do
		command -v "${program%:*}" >/dev/null ||
			missing="$missing ${program#*:}"
	done
	[ -n "$missing" ] || return 0
	echo "installing: $missing"
	# shellcheck disable=SC2086
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
		--no-install-recommends install $missing >/dev/null
}

build() {
	mkdir -p build
	{ cmake --preset release &&
		cmake --build --preset release --target rolekey; } \
		>build/release.log 2>&1 || { cat build/release.log; return 1; }
}

install_missing
[ $# -gt 0 ] || build
[ $# -gt 0 ] || set -- build/release
exec /usr/bin/python3 -B tests/bench/run.py "$@"

#!/bin/sh
# Proves the README on a Debian that has nothing yet: its build, its package and
# its two commands, in folders that debootstrap makes from the mirror that this
# machine's own apt has.  Usage: sh tests/fresh.sh [--quick] [SUITE]
# As root, on a Debian.  SUITE is bookworm, the default, or trixie.  --quick
# leaves out the README's second command, tests/run.sh, which takes long.
# Installs debootstrap where it is missing; needs 4 GB below $TMPDIR, or
# /var/tmp, and leaves nothing there.  What runs has its own mounts
# and processes, which end with it.  The last line is "N passed, N failed".
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
. tests/support/debian.sh
deb='rolekey_*.deb'
main_job='add_asks_on_the_terminal_and_finds_the_device
	one_role_for_long_goes_straight_from_the_key
	remove_takes_the_key_and_what_came_of_it'

# -- what is tried -------------------------------------------------------------

# block SECTION NUMBER: the n-th piece of code of a section of the README.
block() {
	awk -v section="## $1" -v wanted="$2" '
		/^## / { inside = $0 == section; n = 0 }
		inside && sub(/^    /, "") {
			n += !code
			code = 1
			if (n == wanted)
				print
			next
		}
		{ code = 0 }' README.md
}

# typed NUMBER USER TEXT: the lines, as they would be typed.
typed() {
	in_debian "$1" "$2" bash -euxc "cd rolekey
$3"
}

nothing_is_left() {
	left=$(find "$folder/$1" -xdev \
		-path "$folder/$1/home/person" -prune -o \
		\( -type f -o -type l \) -name '*rolekey*' -print)
	echo "$left"
	[ -z "$left" ]
}

build_and_install() {
	typed 1 person "$(block Install 1)"
	if grep -q '[0-9]: warning: ' "$folder/log"; then
		return 1
	fi
	in_debian 1 person rolekey --version
	in_debian 1 person man -w rolekey
}

uninstall() {
	typed 1 person "$(block 'Files and removal' 1 |
		grep install_manifest)"
	nothing_is_left 1
}

package() {
	typed 1 person "$(block Install 2)"
	in_debian 1 person rolekey --version
	in_debian 1 root apt-get purge rolekey
	nothing_is_left 1
}

# Where nothing was built, so that what the package needs is what it says.
install_package() {
	for file in "$folder"/1/home/person/rolekey/build/release/$deb; do
		cp "$file" "$folder/2/tmp/"
	done
	in_debian 2 root sh -c "apt-get install /tmp/$deb && rm /tmp/$deb"
	in_debian 2 person rolekey --version
	in_debian 2 person man -w rolekey rolekey-exec rolekey.conf
	# as root, because a user cannot read the executable
	in_debian 2 root sh -c '! ldd /usr/libexec/rolekey/* |
		grep "not found"'
}

# shellcheck disable=SC2016
use_package() {
	in_debian 2 person env ROLEKEY_PASSPHRASE='of a test' \
		AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE \
		AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY \
		bash -euxc 'mkdir -p .config/rolekey
			printf "[rolekey]\nbackend = file\n" >.config/rolekey/config
			rolekey add custodian --env --no-verify
			rolekey exec custodian --no-session -- sh -c \
				"test \$AWS_ACCESS_KEY_ID = AKIAIOSFODNN7EXAMPLE"
			rolekey list --backend secret-service || test $? -eq 6
			rolekey lock'
}

# The tests read messages with the table that a tool of the same build prints.
dump_messages() {
	in_debian 1 root apt-get install libcmocka-dev
	typed 1 person 'cmake --preset release -DBUILD_TESTING=ON
		cmake --build --preset release --target messages_tool
		build/release/tests/messages_tool >/tmp/messages.json'
	cp "$folder/1/tmp/messages.json" "$folder/2/tmp/"
}

main_job() {
	dump_messages
	in_debian 2 root apt-get install python3-pexpect python3-botocore \
		oathtool keyutils
	give_sources 2
	# shellcheck disable=SC2086
	in_debian 2 person env ROLEKEY_BIN=/usr/bin/rolekey \
		ROLEKEY_MESSAGES=/tmp/messages.json \
		/usr/bin/python3 -B rolekey/tests/e2e/test_main_job.py $main_job
}

purge_package() {
	in_debian 2 root apt-get purge rolekey
	nothing_is_left 2
	if in_debian 2 root dpkg-query -W rolekey; then
		return 1
	fi
	test -s "$folder/2/home/person/.local/share/rolekey/keyring"
}

# The second is for the package, which nothing was built in.
make_both() {
	make_debian
	copy_debian
}

# With --quick the first command alone.
two_commands() {
	commands=$(block 'Try it' 1)
	step "README: tests/demo.sh" typed 1 person \
		"$(echo "$commands" | sed -n 1p)"
	if [ -z "$quick" ]; then
		step "README: tests/run.sh" typed 1 root \
			"$(echo "$commands" | sed -n 2p)"
	fi
}

# That the package does what it should where nothing was built.
of_the_package() {
	step "the package on another Debian" install_package
	step "a key, a settings file, a command" use_package
	step "the main job" main_job
	step "purge: the person's own files stay" purge_package
}

within() {
	folder=$1
	suite=$2
	export LC_ALL=C
	step "debootstrap makes a Debian: $suite" make_both
	if [ "$verdict" = ok ]; then
		give_sources 1
		step "README: build and install" build_and_install
		step "README: removal" uninstall
		step "README: the package" package
		if [ "$verdict" = ok ]; then
			of_the_package
		fi
		two_commands
	fi
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
}

quick=
if [ "${1:-}" = --quick ]; then
	quick=$1
	shift
fi
case $#,${1:-} in
3,--within)
	shift
	within "$@"
	;;
0, | 1,bookworm | 1,trixie)
	suite=${1:-$suite}
	outside $quick
	;;
*)
	echo "usage: sh tests/fresh.sh [--quick] [bookworm | trixie]" >&2
	exit 2
	;;
esac

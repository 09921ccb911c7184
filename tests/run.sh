#!/bin/sh
# Installs what is missing, builds with ASan and UBSan, as a release, for valgrind,
# for fuzzing and with clang, and runs every test.  Usage: sh tests/run.sh
# Writes below build/ and, while it runs, to a folder of its own in /tmp.  Ends
# with the line "N passed, N failed" (", N skipped" may follow: each is named
# above it, and a program that skips a part of itself counts as skipped) and
# status 0 only if nothing failed.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

# A|B: the first that this Debian has.
packages="build-essential ca-certificates cmake ninja-build pkg-config
	libcurl4-openssl-dev libssl-dev libexpat1-dev libmicrohttpd-dev libsecret-1-dev
	libiniparser-dev libsodium-dev libjansson-dev libqrencode-dev
	libncurses-dev
	libkeyutils-dev liboath-dev libcmocka-dev clang clang-tidy clang-format
	libclang-rt-dev|libclang-rt-14-dev valgrind strace gnome-keyring dbus libglib2.0-bin
	libsecret-tools keepassxc libkf5wallet-bin libqca-qt5-2-plugins python3
	python3-botocore python3-boto3 python3-venv python3-pexpect
	python3-dbus iproute2 socat
	python3-gi python3-secretstorage python3-argon2 python3-cryptography
	awscli direnv oathtool faketime jq mandoc shellcheck keyutils openssl curl file xvfb xdotool
	zbar-tools lintian zenity kdialog pinentry-curses pinentry-tty pinentry-gtk2
	bash-completion zsh fish fzf pass gnupg chromium chromium-driver
	python3-selenium firefox-esr xdg-utils"

# Of the release's tests only those that the sanitizers would get in the way of.
release_tests='^(e2e/(main_job|bound|secrets|canary|environment|quick|network|install|doctor|package|serve|failing_calls|failing_memory)|bench/.*|lint/hardening)$'

say() {
	printf '\n== %s\n' "$*"
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

is_installed() {
	status=$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) &&
		[ "$status" = installed ]
}

is_any_installed() {
	for name in $(echo "$1" | tr '|' ' '); do
		is_installed "$name" && return
	done
	return 1
}

# first_known A|B: the last one if apt knows none, so that its error names it.
first_known() {
	for name in $(echo "$1" | tr '|' ' '); do
		apt-cache show "$name" >/dev/null 2>&1 && break
	done
	echo "$name"
}

install_missing() {
	missing=
	for package in $packages; do
		is_any_installed "$package" || missing="$missing $package"
	done
	if [ -z "$missing" ]; then
		echo "nothing is missing"
		return 0
	fi
	echo "missing:$missing"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update
	chosen=
	for package in $missing; do
		chosen="$chosen $(first_known "$package")"
	done
	# shellcheck disable=SC2086
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -qq -y --no-install-recommends install $chosen
}

# Keeps the user's AWS configuration away from the tests.
forget_environment() {
	for name in $(env | sed -n 's/^\(AWS_[A-Z0-9_]*\)=.*/\1/p
		s/^\(ROLEKEY_[A-Z0-9_]*\)=.*/\1/p'); do
		unset "$name"
	done
}

# build PRESET [TARGET...]: a warning is an error, also in the release.
build() {
	preset=$1
	shift
	{
		cmake --preset "$preset" -DCMAKE_COMPILE_WARNING_AS_ERROR=ON &&
			cmake --build --preset "$preset" ${1:+--target "$@"}
	} >"build/$preset.build.log" 2>&1 ||
		{ cat "build/$preset.build.log"; return 1; }
}

# start PRESET [CTEST-OPTION...]: in a session of its own, which stop() ends.
start() {
	preset=$1
	shift
	rm -f "build/$preset/report.xml"
	setsid ctest --preset "$preset" \
		--output-junit "$root/build/$preset/report.xml" "$@" \
		>"build/$preset.tests.log" 2>&1 </dev/null &
	started="$started $preset:$!"
}

# Ends all tests that still run, with what they started.
stop() {
	for test in $started; do
		kill -TERM -- "-${test#*:}" 2>/dev/null || true
	done
}

# Shows the tests of each preset until they have ended, and adds their counts.
finish() {
	for test in $started; do
		say "Tests: preset ${test%:*}"
		tail -n +1 -f --pid="${test#*:}" "build/${test%:*}.tests.log"
		wait "${test#*:}" || true
		add_counts "${test%:*}"
	done
	started=
}

# add_counts PRESET: to passed, failed and skipped.
add_counts() {
	report="$root/build/$1/report.xml"
	if [ ! -s "$report" ]; then
		failed=$((failed + 1))
		return 0
	fi
	name_skipped "$1"
	all=$(count tests)
	wrong=$(count failures)
	left_out=$(($(count skipped) + $(count disabled)))
	passed=$((passed + all - wrong - left_out))
	failed=$((failed + wrong))
	skipped=$((skipped + left_out))
}

# Prints the parts that tests left out, from the lines that report them.
name_skipped() {
	sed -n "s/^[0-9]*\/[0-9]* Testing: /test /p
		s/^skipped: /what /p
		s/^\[  SKIPPED \] \([a-z].*\)/what \1/p" \
		"build/$1/Testing/Temporary/LastTest.log" |
		awk -v preset="$1" '
			$1 == "test" { test = $2; next }
			{ sub(/^what /, "") }
			!seen[test, $0]++ {
				print "skipped: " preset ": " test ": " $0
			}' >>"$left_out_list"
}

# An attribute of the report's <testsuite>.
count() {
	sed -n "s/^[[:space:]]*$1=\"\\([0-9]*\\)\".*/\\1/p" "$report" | head -n 1
}

# The tests make their folders here, so that one that is killed leaves none.
make_folder() {
	TMPDIR=$(mktemp -d /tmp/rolekey-tests.XXXXXX)
	export TMPDIR
	trap 'stop; rm -rf "$TMPDIR"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap 'exit 129' HUP
	chmod 755 "$TMPDIR" # some tests go on as another user
	left_out_list=$TMPDIR/skipped
	: >"$left_out_list"
}

passed=0
failed=0
skipped=0
started=
cores=$(nproc)
mkdir -p build
make_folder
forget_environment
say "Packages"
install_missing
say "Build: preset dev, with AddressSanitizer and UndefinedBehaviorSanitizer"
build dev
# Many tests wait for the next half minute, so many run at once, and the other
# presets are built meanwhile.
start dev -j $((cores * 4))
say "Build: presets release, valgrind, fuzz and clang, while dev's tests run"
build release rolekey rolekey-dynamic completions messages_tool
start release -j "$cores" -R "$release_tests"
build valgrind
start valgrind -j "$cores"
build fuzz # so that its programs stay buildable
build clang
start clang -j "$cores" -R '^(unit|fuzz)/'
finish
say "Result"
cat "$left_out_list"
if [ "$passed" -eq 0 ]; then # a run without any test has not passed
	failed=$((failed + 1))
fi
if [ "$skipped" -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]

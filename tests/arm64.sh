#!/bin/sh
# Builds for arm64 on a Debian 13 of its own, without a warning, and runs the
# unit tests, the corpus of the fuzz targets and the program under qemu-user.
# Usage: sh tests/arm64.sh        As root, on a Debian; see tests/fresh.sh.
# The last line is "N passed, N failed".
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
. tests/support/debian.sh
suite=trixie

install_packages() {
	in_debian 1 root dpkg --add-architecture arm64
	in_debian 1 root apt-get -qq update
	in_debian 1 root apt-get -qq install cmake ninja-build pkg-config \
		gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user \
		python3 openssl libcurl4-openssl-dev:arm64 libssl-dev:arm64 \
		libexpat1-dev:arm64 libmicrohttpd-dev:arm64 libsecret-1-dev:arm64 \
		libiniparser-dev:arm64 libsodium-dev:arm64 \
		libjansson-dev:arm64 \
		libqrencode-dev:arm64 libncurses-dev:arm64 libkeyutils-dev:arm64 \
		liboath-dev:arm64 libcmocka-dev:arm64
}

# The preset makes warnings errors, also those of the linker.
build() {
	in_debian 1 person sh -c 'cd rolekey && cmake --preset arm64 \
		-DCMAKE_EXE_LINKER_FLAGS=-Wl,--fatal-warnings &&
		cmake --build --preset arm64'
}

# bin/rolekey hands over by execve, which qemu-user cannot do.
start_program() {
	in_debian 1 person qemu-aarch64 \
		rolekey/build/arm64/tree/libexec/rolekey/rolekey-full --version
}

# shellcheck disable=SC2016
# Without what qemu-user cannot do: run another arm64 program by execve, give
# the kernel's keys, or show /proc/self/smaps as it is.
run_tests() {
	in_debian 1 person sh -c 'cd rolekey &&
		{ ctest --preset arm64 -j "$(nproc)" -R "^(unit|fuzz)/" -E "$1" ||
			{ ctest --preset arm64 --rerun-failed; exit 1; }; }' \
		sh "$without"
}
without='^unit/(base/secbuf|edge/(keyring/(file/keyring_file_door|kernel/.*)|process/helpers))$'

within() {
	folder=$1
	export LC_ALL=C
	step "debootstrap makes a Debian: $suite" make_debian
	if [ "$verdict" = ok ]; then
		give_sources 1
		step "compiler, libraries and qemu" install_packages
		step "build" build
		step "the program starts" start_program
		step "unit tests and fuzz corpus" run_tests
	fi
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
}

case $#,${1:-} in
3,--within)
	within "$2"
	;;
0,)
	outside
	;;
*)
	echo "usage: sh tests/arm64.sh" >&2
	exit 2
	;;
esac

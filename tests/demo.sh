#!/bin/sh
# Shows what rolekey is for: one key, one code, every role; against the
# stand-in for AWS in tests/aws, on the embedded keyring.  Usage: sh tests/demo.sh
# Installs what is missing, builds a release, writes only below build/, asks
# nothing and ends by itself.  The last line is "N passed, N failed".
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

packages="build-essential cmake ninja-build pkg-config
	libcurl4-openssl-dev libssl-dev libexpat1-dev libmicrohttpd-dev libsecret-1-dev
	libiniparser-dev libsodium-dev libjansson-dev libqrencode-dev
	libncurses-dev
	libkeyutils-dev liboath-dev libcmocka-dev python3 python3-botocore awscli oathtool
	keyutils"

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

install_missing() {
	missing=
	for package in $packages; do
		is_installed "$package" || missing="$missing $package"
	done
	[ -n "$missing" ] || return 0
	echo "Installing:$missing"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update
	# shellcheck disable=SC2086
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -qq -y --no-install-recommends install $missing \
		>/dev/null
}

build() {
	echo "Building a release in build/release"
	mkdir -p build
	{ cmake --preset release &&
		cmake --build --preset release --target rolekey; } \
		>build/release.log 2>&1 || { cat build/release.log; return 1; }
}

forget_environment() {
	for name in $(env | sed -n 's/^\(AWS_[A-Z0-9_]*\)=.*/\1/p
		s/^\(ROLEKEY_[A-Z0-9_]*\)=.*/\1/p'); do
		unset "$name"
	done
	unset DBUS_SESSION_BUS_ADDRESS DISPLAY WAYLAND_DISPLAY
	unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
}

# Makes a home directory and starts the stand-in for AWS.
start() {
	demo=$(mktemp -d "$root/build/demo.XXXXXX")
	stand_in=
	trap finish EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	export HOME="$demo" XDG_CONFIG_HOME="$demo/.config"
	export XDG_DATA_HOME="$demo/.local/share"
	export XDG_STATE_HOME="$demo/.local/state" XDG_RUNTIME_DIR="$demo/run"
	mkdir -m 700 "$XDG_RUNTIME_DIR" "$HOME/.aws"
	export PATH="$root/build/release/tree/bin:$PATH"
	export ROLEKEY_BACKEND=file ROLEKEY_UNLOCK_TIMEOUT=10m
	export ROLEKEY_NO_PROMPT=1 # whatever happens, nobody is waited for
	export ROLEKEY_PASSPHRASE="a passphrase for the demo only"
	tests/aws/stand_in.py --port 0 --ready "$demo/port" --log "$demo/log" &
	stand_in=$!
	until [ -s "$demo/port" ]; do
		kill -0 "$stand_in" || exit 1
		sleep 0.1
	done
	AWS_ENDPOINT_URL="http://127.0.0.1:$(cat "$demo/port")"
	export AWS_ENDPOINT_URL
	cd "$HOME"
	echo "HOME is $demo for now, and AWS is $AWS_ENDPOINT_URL (tests/aws)"
	write_config
}

# The kernel keeps the keyring's key, by the salt in the keyring's file.
forget_kernel_key() {
	salt=$(od -An -v -tx1 -j20 -N16 "$XDG_DATA_HOME/rolekey/keyring" \
		2>/dev/null | tr -d ' \n')
	key=$(keyctl search @u user "rolekey:$salt" 2>/dev/null) || return 0
	keyctl unlink "$key" @u >/dev/null
}

finish() {
	status=$?
	trap - EXIT
	cd "$root"
	forget_kernel_key || true
	if [ -n "$stand_in" ]; then
		kill "$stand_in" 2>/dev/null || true
		wait "$stand_in" 2>/dev/null || true
	fi
	rm -rf "$demo"
	exit "$status"
}

write_config() {
	cat >.aws/config <<-END
		[default]
		region = ap-northeast-1

		[profile testing]
		role_arn = arn:aws:iam::222233334444:role/TestingAdmin
		source_profile = custodian

		[profile staging]
		role_arn = arn:aws:iam::333344445555:role/StagingAdmin
		source_profile = custodian

		[profile testing-for-sdks]
		region = ap-northeast-1
		credential_process = rolekey credential-process testing
	END
}

steps=0
wrong=0

title() {
	printf '\n# %s\n' "$*"
}

# step WANTED COMMAND: shows and runs a command, and searches its output for WANTED.
step() {
	steps=$((steps + 1))
	printf '$ %s\n' "$2"
	status=0
	sh -c "$2" >"$demo/said" 2>&1 || status=$?
	cat "$demo/said"
	if [ "$status" -ne 0 ] || ! grep -q -e "$1" "$demo/said"; then
		wrong=$((wrong + 1))
		echo "^^^ status $status, and \"$1\" was wanted"
	fi
}

# asked WANTED: compares the requests to AWS since the last call.
asked() {
	steps=$((steps + 1))
	lines=$(wc -l <"$demo/log")
	all=$(tail -n "+$((seen + 1))" "$demo/log" |
		sed 's/.*"action": "\([A-Za-z]*\)".*/\1/' | tr '\n' ' ')
	seen=$lines
	echo "  (AWS was asked: ${all:-nothing})"
	if [ "$all" != "$1" ]; then
		wrong=$((wrong + 1))
		echo "^^^ \"$1\" was wanted"
	fi
}

show() {
	seen=0
	endpoint="--endpoint-url \$AWS_ENDPOINT_URL"

	title "The AWS files of a person who has roles in two accounts."
	step source_profile "cat ~/.aws/config"

	title "Store the key of the one IAM user; its MFA device is found."
	step custodian "export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE
  export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
  rolekey add custodian --env"
	asked "GetCallerIdentity ListMFADevices "

	title "What there is, and what a role would take."
	step testing "rolekey list"
	step AssumeRole "rolekey explain testing"
	asked ""

	title "A command in the role, with the code that the device shows."
	step assumed-role/TestingAdmin/alex "code_of_the_device |
  rolekey exec testing -t - -- /usr/bin/aws $endpoint sts get-caller-identity"
	asked "GetSessionToken AssumeRole GetCallerIdentity "

	title "Again, from the cache: no code, and no request to AWS."
	step AWS_SESSION_TOKEN "rolekey exec testing -- env | grep -o '^AWS_[A-Z_]*'"
	asked ""

	title "Another role: no code either."
	step staging "rolekey exec staging -- sh -c 'echo in \$AWS_VAULT'"
	asked "AssumeRole "

	title "For a shell, and for programs that read the AWS files."
	step ASIA "eval \"\$(rolekey export testing)\"; echo \$AWS_ACCESS_KEY_ID"
	step Expiration "rolekey credential-process testing | sed -E 's/\"(Secret[^\"]*|SessionToken)\": *\"[^\"]*\"/\"\\1\": \"...\"/g'"
	step assumed-role/TestingAdmin/alex \
		"/usr/bin/aws --profile testing-for-sdks $endpoint sts get-caller-identity"
	asked "GetCallerIdentity "
}

# The device of the demo's user, as a program of the name above.
make_device() {
	seed=$(PYTHONPATH="$root/tests/aws" /usr/bin/python3 -B -c \
		'import world; print(world.DEFAULT["users"][0]["devices"][0]["seed"])')
	mkdir "$demo/bin"
	printf '#!/bin/sh\nexec oathtool --totp -b %s\n' "$seed" \
		>"$demo/bin/code_of_the_device"
	chmod +x "$demo/bin/code_of_the_device"
	export PATH="$demo/bin:$PATH"
}

forget_environment
install_missing
build
start
make_device
show
echo
echo "$((steps - wrong)) passed, $wrong failed"
[ "$wrong" -eq 0 ]

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
deb='rolekey_*.deb'
main_job='add_asks_on_the_terminal_and_finds_the_device
	one_role_for_long_goes_straight_from_the_key
	remove_takes_the_key_and_what_came_of_it'

# -- outside: the folder, and its end ------------------------------------------

finish() {
	status=$?
	trap - EXIT
	if [ -n "$child" ]; then
		# The first process of its own space: all others end with it.
		first=$(cat "/proc/$child/task/$child/children" 2>/dev/null) &&
			kill -KILL ${first:+"${first% }"} 2>/dev/null
		wait "$child" || true
	fi
	rm -rf --one-file-system "$folder"
	exit "$status"
}

outside() {
	if [ "$(id -u)" -ne 0 ]; then
		echo "only root can make a Debian: sudo sh tests/fresh.sh" >&2
		exit 2
	fi
	command -v debootstrap >/dev/null ||
		DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
			--no-install-recommends install debootstrap >/dev/null
	child=
	folder=$(mktemp -d "${TMPDIR:-/var/tmp}/rolekey-fresh.XXXXXX")
	chmod 755 "$folder"
	trap finish EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap 'exit 129' HUP
	unshare --mount --pid --fork --kill-child --propagation private \
		sh tests/fresh.sh $quick --within "$folder" "$suite" &
	child=$!
	status=0
	wait "$child" || status=$?
	child=
	exit "$status"
}

# -- a Debian ------------------------------------------------------------------

# shellcheck disable=SC2016
# Lines of a sources.list: what this machine has of its own suite, with the name
# of the other one in its place.
candidates() {
	own=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' \
		'Created-By: Packages' |
		awk -v own="${own:-?}" -v suite="$suite" '
			$3 != "main" || index($2, own) != 1 { next }
			{ $2 = suite substr($2, length(own) + 1) }
			!seen[$0]++ { print "deb", $0 }'
}

# Those that the mirror really has.
sources() {
	candidates | while read -r kind site release component; do
		/usr/lib/apt/apt-helper download-file \
			"$site/dists/$release/Release" "$folder/release" \
			>/dev/null 2>&1 || continue
		echo "$kind $site $release $component"
	done
}

# How this machine's apt reaches the mirror, and what it holds for true.
settings() {
	apt-config dump Acquire |
		grep -iE '(proxy|verify|cainfo|sslcert|sslkey|check-[a-z-]*)( |::)' ||
		true
	echo 'APT::Get::Assume-Yes "true";' # as a user would answer
	echo 'APT::Install-Recommends "false";'
}

make_debian() {
	sources >"$folder/sources.list"
	site=$(awk -v suite="$suite" '$3 == suite { print $2; exit }' \
		"$folder/sources.list")
	if [ -z "$site" ]; then
		echo "apt knows no mirror here that has $suite: is it Debian?"
		return 1
	fi
	proxy=$(apt-config dump Acquire::http::Proxy |
		sed -n 's/.*::Proxy "\(.*\)";/\1/p')
	http_proxy=${http_proxy:-$proxy} debootstrap --variant=minbase \
		--include=sudo,man-db,ca-certificates "$suite" "$folder/1" "$site"
	cp "$folder/sources.list" "$folder/1/etc/apt/sources.list"
	settings >"$folder/1/etc/apt/apt.conf.d/90here"
	cp /etc/hosts "$folder/1/etc/hosts"
	cp -L /etc/resolv.conf "$folder/1/etc/resolv.conf"
	# No service starts, as there is no init.
	printf '#!/bin/sh\nexit 101\n' >"$folder/1/usr/sbin/policy-rc.d"
	chmod 755 "$folder/1/usr/sbin/policy-rc.d"
	chroot "$folder/1" useradd -m -s /bin/bash person
	echo 'person ALL=(ALL) NOPASSWD: ALL' >"$folder/1/etc/sudoers.d/person"
	cp -a "$folder/1" "$folder/2"
	give_devices 1
	give_devices 2
	in_debian 1 root apt-get -qq update
	in_debian 2 root apt-get -qq update
}

give_devices() {
	mount -t proc proc "$folder/$1/proc"
	mkdir -p "$folder/$1/dev/shm" "$folder/$1/dev/pts"
	mount -t tmpfs -o mode=1777 tmpfs "$folder/$1/dev/shm"
	mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts \
		"$folder/$1/dev/pts"
	ln -sf pts/ptmx "$folder/$1/dev/ptmx"
}

# in_debian NUMBER USER COMMAND...: in the user's home, without our environment.
in_debian() {
	number=$1
	user=$2
	shift 2
	# shellcheck disable=SC2016
	chroot "$folder/$number" env -i \
		PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		TERM=xterm LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
		${http_proxy:+"http_proxy=$http_proxy"} \
		${https_proxy:+"https_proxy=$https_proxy"} \
		setpriv --reuid "$user" --regid "$user" --init-groups -- \
		env HOME="$(home_of "$user")" USER="$user" LOGNAME="$user" \
		sh -c 'cd /home/person && exec "$@"' sh "$@"
}

home_of() {
	if [ "$1" = root ]; then
		echo /root
	else
		echo "/home/$1"
	fi
}

give_sources() {
	mkdir "$folder/$1/home/person/rolekey"
	tar --exclude=./build --exclude=./.git -cf - . |
		tar -xf - -C "$folder/$1/home/person/rolekey"
	chroot "$folder/$1" chown -R person: /home/person/rolekey
}

# -- what is tried -------------------------------------------------------------

passed=0
failed=0

# step WHAT COMMAND...: verdict is ok or FAILED.  Never after if, && or ||, where
# a function would continue after its first failure.
step() {
	what=$1
	shift
	before=$(date +%s)
	"$@" >"$folder/log" 2>&1 </dev/null &
	verdict=ok
	wait $! || verdict=FAILED
	if [ "$verdict" = ok ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		tail -n 60 "$folder/log" | sed 's/^/    /'
	fi
	echo "$verdict $what ($(($(date +%s) - before)) s)$(
		sed -n '$s/^\([0-9]* passed, .*\)/: \1/p' "$folder/log")"
}

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
	in_debian 2 person sh -c '! ldd /usr/libexec/rolekey/rolekey-full |
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

main_job() {
	in_debian 2 root apt-get install python3-pexpect python3-botocore \
		oathtool keyutils
	give_sources 2
	# shellcheck disable=SC2086
	in_debian 2 person env ROLEKEY_BIN=/usr/bin/rolekey \
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
	step "debootstrap makes a Debian: $suite" make_debian
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
suite=bookworm
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
	outside
	;;
*)
	echo "usage: sh tests/fresh.sh [--quick] [bookworm | trixie]" >&2
	exit 2
	;;
esac

# Sourced by tests/fresh.sh and tests/arm64.sh: folders in which debootstrap makes
# a Debian, from the mirror that this machine's own apt has, and steps that are
# counted.  $suite is the one to make; $folder/1 is it.
# shellcheck shell=sh

suite=bookworm
passed=0
failed=0

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
		echo "only root can make a Debian: sudo sh $0" >&2
		exit 2
	fi
	command -v debootstrap >/dev/null ||
		DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
			--no-install-recommends install debootstrap >/dev/null
	child=
	folder=$(mktemp -d "${TMPDIR:-/var/tmp}/rolekey-debian.XXXXXX")
	chmod 755 "$folder"
	trap finish EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap 'exit 129' HUP
	unshare --mount --pid --fork --kill-child --propagation private \
		sh "$0" "$@" --within "$folder" "$suite" &
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
	give_devices 1
	in_debian 1 root apt-get -qq update
}

copy_debian() {
	mkdir "$folder/2"
	tar --one-file-system -C "$folder/1" -cf - . | tar -C "$folder/2" -xpf -
	give_devices 2
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

# The warnings and the tests that failed, with what follows each, and the end.
show_failure() {
	grep -E -A 8 'warning: |\*\*\*Failed|^FAILED' "$1" | head -n 400 || true
	tail -n 60 "$1"
}

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
		show_failure "$folder/log" | sed 's/^/    /'
	fi
	echo "$verdict $what ($(($(date +%s) - before)) s)$(
		sed -n '$s/^\([0-9]* passed, .*\)/: \1/p' "$folder/log")"
}

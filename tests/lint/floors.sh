#!/bin/sh
# Doors open downward only: fails if a room includes a room that it may not.
# Usage: floors.sh ROOT        The house rule is the table below.
set -eu
cd "${1:?root of the project}"

may() { # what a room may include, besides its own doors
	case $1 in
	base)	echo "" ;;
	message) echo "base" ;;
	crypto)	echo "base" ;;
	format)	echo "base" ;;
	aws)	echo "base crypto format" ;;
	plan)	echo "base aws" ;;
	port)	echo "base" ;;
	edge)	echo "base crypto format port" ;;
	api)	echo "base crypto format aws port" ;;
	session) echo "base crypto format aws plan port api" ;;
	serve)	echo "base message format aws port session" ;;
	cmd)	echo "base message crypto format aws plan port api session serve" ;;
	cli)	echo "base cmd port" ;;
	*)	echo "unknown room $1" >&2; exit 2 ;;
	esac
}

library() { # which file, or files of one name, may open a third-party library
	case $1 in
	curl/*)		echo "src/edge/http_curl.c" ;;
	libsecret/*)	echo "src/edge/keyring_libsecret*" ;;
	libxml/*)	echo "src/format/xml.c" ;;
	openssl/*)	echo "src/crypto/*.c" ;;
	iniparser/*)	echo "src/format/settings.c" ;;
	qrencode.h)	echo "src/edge/display_tty.c" ;;
	liboath/*)	echo "src/crypto/totp.c" ;;
	jansson.h)	echo "src/format/json.c" ;;
	sodium.h)	echo "src/crypto/*.c" ;;
	systemd/*)	echo "src/edge/keyring_sdbus*" ;;
	keyutils.h)	echo "src/edge/unlock_kernel.c" ;;
	microhttpd.h)	echo "src/edge/listener_microhttpd.c" ;;
	*)		echo "" ;;
	esac
}

bad=0
for room in src/*/; do
	room=$(basename "$room")
	allowed=" $room $(may "$room") "
	files=$(find "src/$room" "include/$room" -name '*.[ch]' 2>/dev/null)
	for file in $files; do
		for door in $(sed -n 's/^#include "\([a-z0-9_]*\)\/.*/\1/p' "$file"); do
			case $allowed in
			*" $door "*) ;;
			*) echo "$file: $room may not open $door/"; bad=1 ;;
			esac
		done
		for lib in $(sed -n 's/^#include <\([a-z0-9_\/.-]*\)>/\1/p' "$file"); do
			owner=$(library "$lib")
			[ -z "$owner" ] && continue
			# shellcheck disable=SC2254
			case $file in
			$owner) ;;
			*) echo "$file: <$lib> belongs in $owner"; bad=1 ;;
			esac
		done
	done
done
exit $bad

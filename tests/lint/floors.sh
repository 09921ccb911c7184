#!/bin/sh
# Checks that doors open downward only. Fails if a room, or a sub-room, includes
# or forward-declares something that it may not, or opens a third-party library
# that belongs to another file.
# Usage: floors.sh ROOT        The rules are the three tables below.
set -eu
cd "${1:?root of the project}"

may() { # the rooms that a room may include, besides base and itself
	case $1 in
	base)	echo "" ;;
	message) echo "" ;;
	crypto)	echo "" ;;
	format)	echo "" ;;
	port)	echo "" ;;
	pick)	echo "port" ;;
	aws)	echo "crypto format" ;;
	plan)	echo "aws" ;;
	edge)	echo "crypto format port pick" ;;
	api)	echo "crypto format aws port" ;;
	session) echo "crypto format aws plan port api" ;;
	check)	echo "format aws plan" ;;
	access)	echo "crypto format pick aws plan port api session check sync" ;;
	sync)	echo "aws" ;;
	serve)	echo "message crypto format aws plan port session access" ;;
	cmd)	echo "message crypto format aws plan port api session check access sync serve" ;;
	cli)	echo "port access cmd" ;;
	main)	echo "message crypto format aws plan port session access cli cmd edge" ;;
	*)	echo "unknown room $1" >&2; exit 2 ;;
	esac
}

sub_may() { # the sub-rooms that a sub-room may include, besides itself
	case $1 in
	edge/time)	echo "" ;;
	edge/files)	echo "edge/time edge/process" ;;
	edge/net)	echo "" ;;
	edge/process)	echo "edge/time" ;;
	edge/system)	echo "edge/time edge/files edge/process" ;;
	edge/prompt)	echo "edge/time edge/files edge/process" ;;
	edge/keyring)	echo "edge/files edge/process" ;;
	edge/keyring/file) echo "edge/keyring edge/files" ;;
	edge/keyring/kernel) echo "edge/keyring edge/keyring/file edge/files" ;;
	edge/keyring/pass) echo "edge/keyring edge/files edge/process" ;;
	edge/keyring/secret_service) echo "edge/time edge/keyring" ;;
	edge/aws_vault)	echo "edge/files edge/process edge/keyring/pass
				edge/keyring/secret_service" ;;
	session/store)	echo "" ;;
	session/source)	echo "session/store" ;;
	session/sso|session/login) echo "" ;;
	session/mfa)	echo "session/store" ;;
	cmd/import)	echo "cmd/add" ;;
	api/iam|api/sso) echo "" ;;
	cli/*|cmd/*)	echo "" ;;
	*)	echo "unknown sub-room $1" >&2; exit 2 ;;
	esac
}

library() { # the file, or files of one name, that may open a library
	case $1 in
	curl/*)		echo "src/edge/net/http_curl.c" ;;
	libsecret/*)	echo "src/edge/keyring/secret_service/libsecret* src/edge/aws_vault/secret_service.c" ;;
	libxml/*)	echo "src/format/xml.c" ;;
	openssl/*)	echo "src/crypto/*.c" ;;
	iniparser/*)	echo "src/format/settings_file.c" ;;
	curses.h|term.h) echo "src/edge/prompt/picker_curses.c src/edge/prompt/picker_term.c" ;;
	qrencode.h)	echo "src/edge/prompt/qr_tty.c" ;;
	liboath/*)	echo "src/crypto/totp.c" ;;
	jansson.h)	echo "src/format/json.c" ;;
	sodium.h)	echo "src/crypto/*.c" ;;
	keyutils.h)	echo "src/edge/keyring/kernel/unlock.c" ;;
	microhttpd.h)	echo "src/edge/net/listener_microhttpd.c" ;;
	*)		echo "" ;;
	esac
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

# Lines of "FILE<tab>include<tab>PATH", "FILE<tab>library<tab>HEADER",
# "FILE<tab>forward<tab>STRUCT" and "FILE<tab>defines<tab>STRUCT".
find src include -name '*.[ch]' | sort | xargs awk '
	/^#include "/ { split($0, a, "\""); print FILENAME "\tinclude\t" a[2] }
	/^#include </ { split($0, a, "[<>]"); print FILENAME "\tlibrary\t" a[2] }
	/^(struct|enum|union) [a-z_0-9]+;/ {
		sub(/;.*/, "", $2); print FILENAME "\tforward\t" $2
	}
	/^(struct|enum|union) [a-z_0-9]+ \{/ && FILENAME ~ /\.h$/ {
		print FILENAME "\tdefines\t" $2
	}' >"$work/facts"

room_of() { # of a path below src/ or include/, or as an include names it
	path=${1#src/}
	path=${path#include/}
	echo "${path%%/*}"
}

allows() { # allows LIST WORD
	case " $1 " in *" $2 "*) return 0 ;; esac
	return 1
}

for room in $(find src include -mindepth 1 -maxdepth 1 -type d |
	sed 's/.*\///' | sort -u); do
	[ "$room" = package ] && continue
	allowed="base $room $(may "$room")" || exit 2
	awk -F '\t' -v room="$room" '
		{ split($1, p, "/") }
		p[2] == room && $2 != "library" && $2 != "defines"' \
		"$work/facts" >"$work/of_room"
	while IFS='	' read -r file kind what; do
		if [ "$kind" = include ]; then
			case $what in */*) ;; *)
				echo "$file: \"$what\" is not named from the room on"
				bad=1
				continue
				;;
			esac
			door=$(room_of "$what")
			if ! allows "$allowed" "$door"; then
				echo "$file: $room may not open $door/"
				bad=1
			fi
			case $what in *_internal.h)
				if [ "$door" != "$room" ]; then
					echo "$file: $what belongs to $door/ alone"
					bad=1
				fi ;;
			esac
			continue
		fi
		homes=$(awk -F '\t' -v what="$what" '
			$2 == "defines" && $3 == what { print $1 }' "$work/facts")
		ok=
		for home in $homes; do
			door=$(room_of "$home")
			allows "$allowed" "$door" && ok=yes
		done
		if [ -n "$homes" ] && [ -z "$ok" ]; then
			echo "$file: $room may not name struct $what of $door/"
			bad=1
		fi
	done <"$work/of_room"
done

for folder in $(find src -mindepth 2 -type d | sort); do
	sub=${folder#src/}
	case $sub in package*) continue ;; esac
	allowed="$sub $(sub_may "$sub")" || exit 2
	allowed=$(echo "$allowed" | tr '\n\t' '  ')
	for header in $(find "$folder" -maxdepth 1 -name '*.[ch]' | sort); do
		awk -F '\t' -v file="$header" '
			$1 == file && $2 == "include" && $3 ~ /_internal\.h$/ {
				print $3
			}' "$work/facts" >"$work/internal"
		while read -r what; do
			door=${what%/*}
			case $door in
			*/*) ;;
			*) continue ;; # of the room itself: common to its sub-rooms
			esac
			if ! allows "$allowed" "$door"; then
				echo "$header: $sub may not open $door/"
				bad=1
			fi
		done <"$work/internal"
	done
done

awk -F '\t' '$2 == "library"' "$work/facts" >"$work/libraries"
while IFS='	' read -r file kind lib; do
	owners=$(library "$lib")
	[ -z "$owners" ] && continue
	ok=
	for owner in $owners; do
		# shellcheck disable=SC2254
		case $file in
		$owner) ok=yes ;;
		esac
	done
	if [ -z "$ok" ]; then
		echo "$file: <$lib> belongs in $owners ($kind)"
		bad=1
	fi
done <"$work/libraries"
exit $bad

#!/bin/sh
# The manual: mandoc has nothing to say, every command, other name and option of
# the program is in a page, and pages name none that the program does not have.
# The options of the program come from its own help, which is made from tables.
# Usage: manual.sh ROOT        The program is ROLEKEY_BIN.
# 77 if there is no mandoc or no program.
set -eu
cd "${1:?root of the project}"
bin=${ROLEKEY_BIN:-build/dev/tree/bin/rolekey}

if ! command -v mandoc >/dev/null || [ ! -x "$bin" ]; then
	echo "skipped: there is no mandoc here, or no $bin"
	exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

help() {
	env -i HOME="$work" "$bin" "$@" --help
}

# options COMMAND TITLE: the options below TITLE in the help on stdin.
options() {
	awk -v command="$1" -v title="$2:" '
		$0 == title { on = 1; next }
		/^$/ { on = 0 }
		on && /^  .* --?[a-z]/ {
			value = ""
			for (i = 1; i < NF && ($i ~ /^-/); i++)
				name[i] = $i
			if ($i ~ /^[A-Z]+$/)
				value = $i
			for (j = 1; j < i; j++) {
				sub(/,$/, "", name[j])
				printf "option\t%s\t%s\t%s\n", command, name[j], value
			}
		}'
}

commands() {
	help | sed -n '/^Commands:$/,/^$/s/^  \([a-z-]*\( [a-z-]*\)\{0,1\}\).*/\1/p'
}

facts() {
	help | options '*' 'Global options'
	commands | sed 's/ $//' | while read -r command; do
		printf 'command\t%s\n' "$command"
		[ "$command" != help ] || continue # of no table
		# shellcheck disable=SC2086 # a command may be two words
		help $command >"$work/help"
		options "$command" Options <"$work/help"
		sed -n "s/^Alias: \(.*\)/alias	$command	\1/p
			s/^Manual: man \(.*\)/page	$command	\1/p" "$work/help"
	done
}

bad=0
mandoc -T lint -W warning man/*.[1-8] || bad=1
facts >"$work/facts"
for kind in command alias option; do # a help that is not understood
	grep -q "^$kind	" "$work/facts" || { echo "no $kind in the help"; bad=1; }
done
awk -f tests/lint/lib/macros.awk man/*.[1-8] >"$work/named"
awk -v FACTS="$work/facts" -f tests/lint/lib/manual.awk \
	"$work/facts" "$work/named" | sort -u >"$work/wrong"
cat "$work/wrong"
[ "$bad" -eq 0 ] && [ ! -s "$work/wrong" ]

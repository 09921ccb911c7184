#!/bin/sh
# Fails if the page of messages is not the one that the table makes, or if a
# reason is used nowhere.  Usage: reasons.sh ROOT
set -eu
cd "${1:?root of the project}"
tool=${ROLEKEY_BUILD:-build/dev}/tests/messages_tool
[ -x "$tool" ] || { echo "skipped: reasons: there is no $tool"; exit 77; }
bad=0
/usr/bin/python3 -B tests/tools/messages_page.py --check || bad=1
for name in $(sed -n 's/^REASON(\([A-Z0-9_]*\),.*/\1/p' include/base/reasons.def); do
	case $name in NONE|DEBUG|OUT_OF_MEMORY) continue ;; esac
	grep -rqw "REASON_$name" src --include='*.c' --include='*.h' \
		--include=sources.def || {
		echo "REASON_$name is used nowhere"
		bad=1
	}
done
exit $bad

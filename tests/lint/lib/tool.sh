# shellcheck shell=sh
# need_tool NAME VERSION: ends with 77 unless NAME has that major version.
# Another version judges the same sources in another way.
need_tool() {
	if ! command -v "$1" >/dev/null; then
		echo "skipped: there is no $1 here"
		exit 77
	fi
	if ! "$1" --version | grep -Eq "(version|[)]) $2\\."; then
		echo "skipped: the sources are checked with $1 $2"
		exit 77
	fi
}

#include "base/strbuf.h"
#include "cli/completion/completion_internal.h"

/* fish quotes completions and evaluates nothing. */
static const char work[] =
	"# Where the cursor is: sets command, seen, wants and child.\n"
	"function __rolekey_walk --no-scope-shadowing\n"
	"    set -l dashes\n"
	"    set -l i 2\n"
	"    while test $i -le (count $words)\n"
	"        set -l word $words[$i]\n"
	"        if test -z \"$dashes\"; and test \"$word\" = --\n"
	"            set dashes 1\n"
	"            if contains -- \"$operands\" command commands\n"
	"                set child (math $i + 1)\n"
	"                return\n"
	"            end\n"
	"        else if test -z \"$dashes\"; and string match -qr -- '^-.' "
	"$word\n"
	"            if not string match -q -- '*=*' $word\n"
	"                __rolekey_values $word\n"
	"                if test -n \"$values\"\n"
	"                    set i (math $i + 1)\n"
	"                    test $i -gt (count $words); and set wants $word\n"
	"                end\n"
	"            end\n"
	"        else if test -z \"$command\"\n"
	"            set command $word\n"
	"            __rolekey_takes $command\n"
	"            if test \"$operands\" = group; and test $i -lt (count "
	"$words)\n"
	"                set i (math $i + 1)\n"
	"                set command \"$command $words[$i]\"\n"
	"                __rolekey_takes $command\n"
	"            end\n"
	"        else if test \"$operands\" = command; and test $seen -eq 1\n"
	"            set child $i\n"
	"            return\n"
	"        else\n"
	"            set seen (math $seen + 1)\n"
	"        end\n"
	"        set i (math $i + 1)\n"
	"    end\n"
	"    if test \"$operands\" = command; and test $seen -eq 1; and test "
	"-z "
	"\"$wants\"\n"
	"        string match -q -- '-*' $current; or set child (math (count "
	"$words) + 1)\n"
	"    end\n"
	"end\n"
	"\n"
	"# The values of an option: ? is any, and a flag has none.\n"
	"function __rolekey_values --no-scope-shadowing\n"
	"    set values\n"
	"    for pair in $valued\n"
	"        set -l parts (string split -m 1 = -- $pair)\n"
	"        test \"$parts[1]\" = $argv[1]; and set values "
	"(string split , -- $parts[2])\n"
	"    end\n"
	"end\n"
	"\n"
	"function __rolekey_complete\n"
	"    set -l words (commandline -opc)\n"
	"    set -l current (commandline -ct)\n"
	"    set -l command\n"
	"    set -l operands\n"
	"    set -l follow\n"
	"    set -l options\n"
	"    set -l valued\n"
	"    set -l values\n"
	"    set -l wants\n"
	"    set -l seen 0\n"
	"    set -l child 0\n"
	"    __rolekey_takes ''\n"
	"    __rolekey_walk\n"
	"    if test $child -gt (count $words)\n"
	"        complete -C \"$current\"\n"
	"    else if test $child -gt 0\n"
	"        set -l line (string escape -- $words[$child..-1])\n"
	"        complete -C (string join ' ' -- $line $current)\n"
	"    else if test -z \"$wants\"; and string match -q -- '--*=*' "
	"$current\n"
	"        set -l option (string split -m 1 = -- $current)[1]\n"
	"        __rolekey_values $option\n"
	"        test \"$values\" = '?'; or printf '%s\\n' $option=$values\n"
	"    else if test -n \"$wants\"\n"
	"        __rolekey_values $wants\n"
	"        test \"$values\" = '?'; or printf '%s\\n' $values\n"
	"    else if string match -q -- '-*' $current\n"
	"        printf '%s\\n' $options\n"
	"    else if contains -- \"$operands\" profiles commands\n"
	"        command rolekey list --profiles 2>/dev/null\n"
	"    else if test $seen -eq 0\n"
	"        switch \"$operands\"\n"
	"            case profile command\n"
	"                # out of the config: no keyring and no network\n"
	"                command rolekey list --profiles 2>/dev/null\n"
	"            case file\n"
	"                __fish_complete_path $current\n"
	"            case group first word\n"
	"                printf '%s\\n' $follow\n"
	"        end\n"
	"    end\n"
	"end\n"
	"\n"
	"complete -c rolekey -e\n"
	"complete -c rolekey -f -a '(__rolekey_complete)'\n";

/* Prints WORD, a tab and its description, as fish expects. */
static void put_item(struct strbuf *out, const char *word, const char *what)
{
	completion_quoted(out, word, true);
	if (!what)
		return;
	strbuf_puts(out, "\\t");
	completion_quoted(out, what, true);
}

const struct completion_shell completion_fish = {
	.name = "fish",
	.head = "# fish's completion of rolekey, as `rolekey completion fish` "
		"prints it.\n\n"
		"# What a command takes.\n"
		"function __rolekey_takes --no-scope-shadowing\n"
		"    set follow\n"
		"    switch $argv[1]\n",
	.in_case = "        case ",
	.or_name = " ",
	.do_case = "\n",
	.set = "            set ",
	.to = "",
	.end_set = "\n",
	.end_case = "",
	.tail = "        case '*'\n            set operands\n"
		"            set options\n            set valued\n"
		"    end\nend\n\n",
	.work = work,
	.put = put_item,
};

#include <stddef.h>
#include <string.h>

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
	"            if test \"$operands\" = command\n"
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
	"function __rolekey_complete\n"
	"    set -l words (commandline -opc)\n"
	"    set -l current (commandline -ct)\n"
	"    set -l command\n"
	"    set -l operands\n"
	"    set -l options\n"
	"    set -l follow\n"
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
	"    else if test $seen -eq 0\n"
	"        switch \"$operands\"\n"
	"            case profile command\n"
	"                # out of the config: no keyring and no network\n"
	"                command rolekey list --profiles 2>/dev/null\n"
	"            case group first shell\n"
	"                printf '%s\\n' $follow\n"
	"        end\n"
	"    end\n"
	"end\n"
	"\n"
	"complete -c rolekey -e\n"
	"complete -c rolekey -f -a '(__rolekey_complete)'\n";

/* Prints WORD, a tab and its description, as fish expects. */
static void put_pair(struct strbuf *out, const char *dashes, const char *word,
		     const char *what)
{
	strbuf_puts(out, " ");
	strbuf_puts(out, dashes);
	strbuf_puts(out, word);
	strbuf_puts(out, "\\t");
	completion_quoted(out, what, true);
}

static void put_options(struct strbuf *out, const struct command *command)
{
	strbuf_puts(out, "\n            set options");
	for (size_t i = 0; i < options_count; i++) {
		const struct option_row *row = &options_table[i];
		const char letter[] = { row->letter, '\0' };

		if (!completion_takes(command, row))
			continue;
		if (row->letter)
			put_pair(out, "-", letter, row->help);
		put_pair(out, "--", row->name, row->help);
	}
	strbuf_puts(out, "\n");
}

/* Prints the second words of a group or, without one, all first words. */
static void put_follow(struct strbuf *out, const struct command *const *table,
		       const char *group, size_t len)
{
	char first[32];

	strbuf_puts(out, "\n            set follow");
	for (size_t i = 0; table[i]; i++) {
		const char *name = table[i]->name;

		if (group && strncmp(name, group, len) == 0 && name[len] == ' ')
			put_pair(out, "", name + len + 1, table[i]->summary);
		else if (!group && completion_group(table, i, first))
			put_pair(out, "", first, "");
		else if (!group && !strchr(name, ' '))
			put_pair(out, "", name, table[i]->summary);
	}
	if (!group)
		put_pair(out, "", "help", "show a command's help");
}

static void put_takes(struct strbuf *out, const struct command *const *table)
{
	char group[32];

	strbuf_puts(out,
		    "# What a command takes.\n"
		    "function __rolekey_takes --no-scope-shadowing\n"
		    "    set follow\n    switch $argv[1]\n"
		    "        case '' help\n            set operands first");
	put_follow(out, table, NULL, 0);
	put_options(out, NULL);
	for (size_t i = 0; table[i]; i++) {
		if (completion_group(table, i, group)) {
			strbuf_printf(out,
				      "        case %s\n"
				      "            set operands group",
				      group);
			put_follow(out, table, group, strlen(group));
			put_options(out, NULL);
		}
		strbuf_printf(out,
			      "        case '%s' %s\n"
			      "            set operands %s",
			      table[i]->name,
			      table[i]->alias ? table[i]->alias : "",
			      completion_operands(table[i]));
		if (table[i]->operands == OPERANDS_SHELL)
			strbuf_puts(out,
				    "\n            set follow bash zsh fish");
		put_options(out, table[i]);
	}
	strbuf_puts(out, "        case '*'\n            set operands\n"
			 "            set options\n    end\nend\n\n");
}

static void put_values(struct strbuf *out)
{
	strbuf_puts(out,
		    "# What an option's value may be: ? is anything, and a "
		    "flag has none.\n"
		    "function __rolekey_values --no-scope-shadowing\n"
		    "    set values\n    switch $argv[1]\n");
	for (size_t i = 0; i < options_count; i++) {
		const struct option_row *row = &options_table[i];

		if (!row->value)
			continue;
		strbuf_printf(out, "        case --%s", row->name);
		if (row->letter)
			strbuf_printf(out, " -%c", row->letter);
		strbuf_printf(out, "\n            set values %s\n",
			      strcmp(completion_values(row), "?") == 0
				      ? "'?'"
				      : completion_values(row));
	}
	strbuf_puts(out, "    end\nend\n\n");
}

void completion_fish(struct strbuf *out, const struct command *const *table)
{
	strbuf_puts(out,
		    "# fish's completion of rolekey, as `rolekey completion "
		    "fish` prints it.\n\n");
	put_takes(out, table);
	put_values(out);
	strbuf_puts(out, work);
}

#include <stddef.h>
#include <string.h>

#include "base/strbuf.h"
#include "cli/completion/completion_internal.h"

/* compadd and _describe quote what they add and evaluate nothing. */
static const char work[] =
	"# Where the cursor is: sets command, seen, wants and child.\n"
	"_rolekey_walk() {\n"
	"	local word dashes\n"
	"	local -i i\n"
	"	for ((i = 2; i < CURRENT; i++)); do\n"
	"		word=$words[i]\n"
	"		if [[ -z $dashes && $word == -- ]]; then\n"
	"			dashes=1\n"
	"			if [[ $operands == command ]]; then\n"
	"				child=$((i + 1))\n"
	"				return\n"
	"			fi\n"
	"		elif [[ -z $dashes && $word == -?* ]]; then\n"
	"			[[ $word == *=* ]] && continue\n"
	"			_rolekey_values $word\n"
	"			[[ -n $values ]] || continue\n"
	"			i+=1\n"
	"			((i == CURRENT)) && wants=$word\n"
	"		elif [[ -z $command ]]; then\n"
	"			command=${(Q)word}\n"
	"			_rolekey_takes $command\n"
	"			if [[ $operands == group ]] && ((i + 1 < "
	"CURRENT)); "
	"then\n"
	"				i+=1\n"
	"				command+=\" ${(Q)words[i]}\"\n"
	"				_rolekey_takes $command\n"
	"			fi\n"
	"		elif [[ $operands == command ]] && ((seen == 1)); "
	"then\n"
	"			child=i\n"
	"			return\n"
	"		else\n"
	"			seen+=1\n"
	"		fi\n"
	"	done\n"
	"	if [[ $operands == command && -z $wants && $PREFIX != -* ]] "
	"&&\n"
	"		((seen == 1)); then\n"
	"		child=CURRENT\n"
	"	fi\n"
	"}\n"
	"\n"
	"# The profiles, out of the config: no keyring and no network.\n"
	"_rolekey_profiles() {\n"
	"	local -a names\n"
	"	names=(${(f)\"$(command rolekey list --profiles "
	"2>/dev/null)\"})\n"
	"	compadd -a names\n"
	"}\n"
	"\n"
	"_rolekey() {\n"
	"	local command operands values wants\n"
	"	local -a options follow\n"
	"	local -i seen=0 child=0\n"
	"	_rolekey_takes ''\n"
	"	_rolekey_walk\n"
	"	if ((child > 0)); then\n"
	"		words=(\"${(@)words[child,-1]}\")\n"
	"		((CURRENT -= child - 1))\n"
	"		_normal\n"
	"	elif [[ -z $wants && $PREFIX == --*=* ]]; then\n"
	"		_rolekey_values ${PREFIX%%=*}\n"
	"		compset -P '*='\n"
	"		[[ $values == '?' ]] || compadd - ${=values}\n"
	"	elif [[ -n $wants ]]; then\n"
	"		_rolekey_values $wants\n"
	"		[[ $values == '?' ]] || compadd - ${=values}\n"
	"	elif [[ $PREFIX == -* ]]; then\n"
	"		_describe -o option options\n"
	"	elif ((seen == 0)); then\n"
	"		case $operands in\n"
	"		profile | command) _rolekey_profiles ;;\n"
	"		group | first | shell) _describe command follow ;;\n"
	"		esac\n"
	"	fi\n"
	"}\n"
	"\n"
	"# Loaded by compinit from a folder of fpath, or by eval.\n"
	"if [[ ${funcstack[1]} == _rolekey ]]; then\n"
	"	_rolekey \"$@\"\n"
	"else\n"
	"	compdef _rolekey rolekey\n"
	"fi\n";

/* Prints 'WORD:DESCRIPTION', with a backslash before a colon in the word. */
static void put_pair(struct strbuf *out, const char *dashes, const char *word,
		     const char *what)
{
	struct strbuf pair = strbuf_with_max(1024);

	strbuf_printf(&pair, "%s%s:%s", dashes, word, what);
	strbuf_puts(out, " ");
	completion_quoted(out, strbuf_ok(&pair) ? strbuf_text(&pair) : word,
			  false);
	strbuf_clear(&pair);
}

static void put_options(struct strbuf *out, const struct command *command)
{
	strbuf_puts(out, "\n		options=(");
	for (size_t i = 0; i < options_count; i++) {
		const struct option_row *row = &options_table[i];
		const char letter[] = { row->letter, '\0' };

		if (!completion_takes(command, row))
			continue;
		if (row->letter)
			put_pair(out, "-", letter, row->help);
		put_pair(out, "--", row->name, row->help);
	}
	strbuf_puts(out, " )\n		;;\n");
}

/* Prints the second words of a group or, without one, all first words. */
static void put_follow(struct strbuf *out, const struct command *const *table,
		       const char *group, size_t len)
{
	char first[32];

	strbuf_puts(out, "\n		follow=(");
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
	strbuf_puts(out, " )");
}

static void put_takes(struct strbuf *out, const struct command *const *table)
{
	char group[32];

	strbuf_puts(out, "# What a command takes.\n_rolekey_takes() {\n"
			 "	follow=()\n	case $1 in\n"
			 "	('' | help)\n		operands=first");
	put_follow(out, table, NULL, 0);
	put_options(out, NULL);
	for (size_t i = 0; table[i]; i++) {
		if (completion_group(table, i, group)) {
			strbuf_printf(out, "	(%s)\n		operands=group",
				      group);
			put_follow(out, table, group, strlen(group));
			put_options(out, NULL);
		}
		strbuf_printf(out, "	('%s'%s%s)\n		operands=%s",
			      table[i]->name, table[i]->alias ? " | " : "",
			      table[i]->alias ? table[i]->alias : "",
			      completion_operands(table[i]));
		if (table[i]->operands == OPERANDS_SHELL)
			strbuf_puts(out, "\n		follow=(bash zsh "
					 "fish)");
		put_options(out, table[i]);
	}
	strbuf_puts(out,
		    "	(*)\n		operands=\n		options=()\n"
		    "		;;\n	esac\n}\n\n");
}

static void put_values(struct strbuf *out)
{
	strbuf_puts(out,
		    "# What an option's value may be: ? is anything, and a "
		    "flag has none.\n_rolekey_values() {\n"
		    "	case $1 in\n");
	for (size_t i = 0; i < options_count; i++) {
		const struct option_row *row = &options_table[i];

		if (!row->value)
			continue;
		strbuf_printf(out, "	(--%s", row->name);
		if (row->letter)
			strbuf_printf(out, " | -%c", row->letter);
		strbuf_printf(out, ") values='%s' ;;\n",
			      completion_values(row));
	}
	strbuf_puts(out, "	(*) values= ;;\n	esac\n}\n\n");
}

void completion_zsh(struct strbuf *out, const struct command *const *table)
{
	strbuf_puts(out, "#compdef rolekey\n# zsh's completion of rolekey, as "
			 "`rolekey completion zsh` prints it.\n\n");
	put_takes(out, table);
	put_values(out);
	strbuf_puts(out, work);
}

#include <stddef.h>
#include <string.h>

#include "base/strbuf.h"
#include "cli/completion/completion_internal.h"

/*
 * Does not use `compgen -W`, which expands its argument: the name of a profile
 * could be a command.  Words are only compared and quoted.
 */
static const char work[] =
	"# The words before the cursor; what bash parts at \":\" and \"=\" is "
	"put "
	"together.\n"
	"_rolekey_words() {\n"
	"	local rest=$COMP_LINE lead i\n"
	"	words=() begins=()\n"
	"	for ((i = 0; i <= COMP_CWORD; i++)); do\n"
	"		lead=${rest%%[![:space:]]*}\n"
	"		rest=${rest#\"$lead\"}\n"
	"		rest=${rest#\"${COMP_WORDS[i]}\"}\n"
	"		if ((i == 0)) || [[ -n $lead ]]; then\n"
	"			words+=(\"${COMP_WORDS[i]}\")\n"
	"			begins+=(\"$i\")\n"
	"		else\n"
	"			words[${#words[@]} - 1]+=${COMP_WORDS[i]}\n"
	"		fi\n"
	"	done\n"
	"	cword=$((${#words[@]} - 1))\n"
	"	cur=${words[cword]}\n"
	"	last=${COMP_WORDS[COMP_CWORD]}\n"
	"	[[ $last == [:=] ]] && last=\n"
	"	before=${cur%\"$last\"} # is there already, and is not "
	"offered\n"
	"}\n"
	"\n"
	"# Words that go on from what is typed, quoted for the shell.\n"
	"_rolekey_offer() {\n"
	"	local word quoted\n"
	"	for word; do\n"
	"		case $cur in\n"
	"		\\'*)\n"
	"			[[ $word == \"${cur:1}\"* && $word != *\\'* ]] "
	"&&\n"
	"				COMPREPLY+=(\"$word\")\n"
	"			;;\n"
	"		\\\"*)\n"
	"			[[ $word == \"${cur:1}\"* && $word != "
	"*[\\\"\\`\\$\\\\!]* ]] &&\n"
	"				COMPREPLY+=(\"$word\")\n"
	"			;;\n"
	"		*)\n"
	"			printf -v quoted %q \"$word\"\n"
	"			[[ $word == \"$cur\"* || $quoted == \"$cur\"* "
	"]] &&\n"
	"				"
	"COMPREPLY+=(\"${quoted#\"$before\"}\")\n"
	"			;;\n"
	"		esac\n"
	"	done\n"
	"}\n"
	"\n"
	"# The profiles, out of the config: no keyring and no network.\n"
	"_rolekey_profiles() {\n"
	"	local names\n"
	"	mapfile -t names < <(command rolekey list --profiles "
	"2>/dev/null)\n"
	"	_rolekey_offer \"${names[@]}\"\n"
	"}\n"
	"\n"
	"# What exec runs completes its own words.\n"
	"_rolekey_child() {\n"
	"	if declare -F _command_offset >/dev/null; then\n"
	"		_command_offset \"${begins[child]}\"\n"
	"	elif ((child == cword)); then\n"
	"		mapfile -t COMPREPLY < <(compgen -c -- \"$cur\")\n"
	"	else\n"
	"		compopt -o default 2>/dev/null\n"
	"	fi\n"
	"}\n"
	"\n"
	"# Where the cursor is: sets command, seen, wants and child.\n"
	"_rolekey_walk() {\n"
	"	local i word dashes=\n"
	"	for ((i = 1; i < cword; i++)); do\n"
	"		word=${words[i]}\n"
	"		if [[ -z $dashes && $word == -- ]]; then\n"
	"			dashes=1\n"
	"			[[ $operands == command ]] && child=$((i + 1)) "
	"&& "
	"return\n"
	"		elif [[ -z $dashes && $word == -?* ]]; then\n"
	"			[[ $word == *=* ]] && continue\n"
	"			_rolekey_values \"$word\"\n"
	"			[[ -n $values ]] || continue\n"
	"			((++i == cword)) && wants=$word\n"
	"		elif [[ -z $command ]]; then\n"
	"			command=$word\n"
	"			_rolekey_takes \"$command\"\n"
	"			if [[ $operands == group ]] && ((i + 1 < "
	"cword)); "
	"then\n"
	"				command+=\" ${words[++i]}\"\n"
	"				_rolekey_takes \"$command\"\n"
	"			fi\n"
	"		elif [[ $operands == command ]] && ((seen == 1)); "
	"then\n"
	"			child=$i\n"
	"			return\n"
	"		else\n"
	"			((seen++))\n"
	"		fi\n"
	"	done\n"
	"	[[ $operands == command && -z $wants && $cur != -* ]] &&\n"
	"		((seen == 1)) && child=$cword\n"
	"}\n"
	"\n"
	"_rolekey() {\n"
	"	local words begins cword cur last before\n"
	"	local command='' operands='' options='' values='' "
	"follow=''\n"
	"	local wants='' seen=0 child=-1\n"
	"	COMPREPLY=()\n"
	"	_rolekey_words\n"
	"	_rolekey_takes ''\n"
	"	_rolekey_walk\n"
	"	if ((child >= 0)); then\n"
	"		_rolekey_child\n"
	"		return\n"
	"	fi\n"
	"	if [[ -z $wants && $cur == --*=* ]]; then\n"
	"		_rolekey_values \"${cur%%=*}\"\n"
	"		[[ $values == '?' ]] && return\n"
	"		# shellcheck disable=SC2086 # words of ours\n"
	"		set -- $values\n"
	"		_rolekey_offer \"${@/#/${cur%%=*}=}\"\n"
	"	elif [[ -n $wants ]]; then\n"
	"		_rolekey_values \"$wants\"\n"
	"		# shellcheck disable=SC2086\n"
	"		[[ $values == '?' ]] || _rolekey_offer $values\n"
	"	elif [[ $cur == -* ]]; then\n"
	"		# shellcheck disable=SC2086\n"
	"		_rolekey_offer $options\n"
	"	else\n"
	"		case $operands in\n"
	"		profile | command)\n"
	"			((seen > 0)) || _rolekey_profiles\n"
	"			;;\n"
	"		group | first | shell)\n"
	"			# shellcheck disable=SC2086\n"
	"			((seen > 0)) || _rolekey_offer $follow\n"
	"			;;\n"
	"		esac\n"
	"	fi\n"
	"}\n"
	"\n"
	"complete -F _rolekey rolekey\n";

static void put_options(struct strbuf *out, const struct command *command)
{
	strbuf_puts(out, " options='");
	for (size_t i = 0; i < options_count; i++) {
		const struct option_row *row = &options_table[i];

		if (!completion_takes(command, row))
			continue;
		if (row->letter)
			strbuf_printf(out, "-%c ", row->letter);
		strbuf_printf(out, "--%s ", row->name);
	}
	strbuf_puts(out, "'");
}

/* Prints the second words of a group or, without one, all first words. */
static void put_follow(struct strbuf *out, const struct command *const *table,
		       const char *group, size_t len)
{
	char first[32];

	strbuf_puts(out, " follow='");
	for (size_t i = 0; table[i]; i++) {
		const char *name = table[i]->name;

		if (group && strncmp(name, group, len) == 0 && name[len] == ' ')
			strbuf_printf(out, "%s ", name + len + 1);
		else if (!group && completion_group(table, i, first))
			strbuf_printf(out, "%s ", first);
		else if (!group && !strchr(name, ' '))
			strbuf_printf(out, "%s ", name);
	}
	strbuf_puts(out, group ? "'" : "help '");
}

static void put_takes(struct strbuf *out, const struct command *const *table)
{
	char group[32];

	strbuf_puts(out, "# What a command takes.\n_rolekey_takes() {\n"
			 "	follow=\n	case $1 in\n"
			 "	'' | help)\n		operands=first");
	put_follow(out, table, NULL, 0);
	put_options(out, NULL);
	strbuf_puts(out, "\n		;;\n");
	for (size_t i = 0; table[i]; i++) {
		if (completion_group(table, i, group)) {
			strbuf_printf(out, "	%s)\n		operands=group",
				      group);
			put_follow(out, table, group, strlen(group));
			put_options(out, NULL);
			strbuf_puts(out, "\n		;;\n");
		}
		strbuf_printf(out, "	'%s'%s%s)\n		operands='%s'",
			      table[i]->name, table[i]->alias ? " | " : "",
			      table[i]->alias ? table[i]->alias : "",
			      completion_operands(table[i]));
		if (table[i]->operands == OPERANDS_SHELL)
			strbuf_puts(out, " follow='bash zsh fish'");
		put_options(out, table[i]);
		strbuf_puts(out, "\n		;;\n");
	}
	strbuf_puts(out, "	*) operands='' options='' ;;\n	esac\n}\n\n");
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
		strbuf_printf(out, "	--%s", row->name);
		if (row->letter)
			strbuf_printf(out, " | -%c", row->letter);
		strbuf_printf(out, ") values='%s' ;;\n",
			      completion_values(row));
	}
	strbuf_puts(out, "	*) values= ;;\n	esac\n}\n\n");
}

void completion_bash(struct strbuf *out, const struct command *const *table)
{
	strbuf_puts(out,
		    "# bash's completion of rolekey, as `rolekey completion "
		    "bash` prints it.\n"
		    "# shellcheck shell=bash\n\n");
	put_takes(out, table);
	put_values(out);
	strbuf_puts(out, work);
}

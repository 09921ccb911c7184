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
	"			if [[ $operands[1] == command(|s) ]]; then\n"
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
	"			if [[ $operands[1] == group ]] && ((i + 1 < "
	"CURRENT)); "
	"then\n"
	"				i+=1\n"
	"				command+=\" ${(Q)words[i]}\"\n"
	"				_rolekey_takes $command\n"
	"			fi\n"
	"		elif [[ $operands[1] == command ]] && ((seen == 1)); "
	"then\n"
	"			child=i\n"
	"			return\n"
	"		else\n"
	"			seen+=1\n"
	"		fi\n"
	"	done\n"
	"	if [[ $operands[1] == command && -z $wants && $PREFIX != -* ]] "
	"&&\n"
	"		((seen == 1)); then\n"
	"		child=CURRENT\n"
	"	fi\n"
	"}\n"
	"\n"
	"# The values of an option: ? is any, and a flag has none.\n"
	"_rolekey_values() {\n"
	"	local pair\n"
	"	values=\n"
	"	for pair in $valued; do\n"
	"		[[ $pair == $1=* ]] && values=${pair#*=}\n"
	"	done\n"
	"	values=${values//,/ }\n"
	"}\n"
	"\n"
	"# What an option of list prints, out of the config: no keyring and "
	"no network.\n"
	"_rolekey_names() {\n"
	"	local -a names\n"
	"	names=(${(f)\"$(command rolekey list --$1 2>/dev/null)\"})\n"
	"	compadd -a names\n"
	"}\n"
	"\n"
	"# The values that were found: @ names an option of list.\n"
	"_rolekey_offer_values() {\n"
	"	case $values in\n"
	"	'?') ;;\n"
	"	@*) _rolekey_names ${values#@} ;;\n"
	"	*) compadd - ${=values} ;;\n"
	"	esac\n"
	"}\n"
	"\n"
	"_rolekey() {\n"
	"	local command values wants\n"
	"	local -a operands follow options valued\n"
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
	"		_rolekey_offer_values\n"
	"	elif [[ -n $wants ]]; then\n"
	"		_rolekey_values $wants\n"
	"		_rolekey_offer_values\n"
	"	elif [[ $PREFIX == -* ]]; then\n"
	"		_describe -o option options\n"
	"	elif [[ $operands[1] == (profiles|commands) ]]; then\n"
	"		_rolekey_names profiles\n"
	"	elif ((seen == 0)); then\n"
	"		case $operands[1] in\n"
	"		profile | command) _rolekey_names profiles ;;\n"
	"		group | first | word) _describe command follow ;;\n"
	"		file) _files ;;\n"
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

/* Prints 'WORD:DESCRIPTION', as _describe expects. */
static void put_item(struct strbuf *out, const char *word, const char *what)
{
	struct strbuf pair = strbuf_with_max(1024);

	strbuf_printf(&pair, "%s%s%s", word, what ? ":" : "", what ? what : "");
	completion_quoted(out, strbuf_ok(&pair) ? strbuf_text(&pair) : word,
			  false);
	strbuf_clear(&pair);
}

const struct completion_shell completion_zsh = {
	.name = "zsh",
	.head = "#compdef rolekey\n"
		"# zsh's completion of rolekey, as `rolekey completion zsh` "
		"prints it.\n\n"
		"# What a command takes.\n"
		"_rolekey_takes() {\n"
		"	follow=()\n"
		"	case $1 in\n",
	.in_case = "	(",
	.or_name = " | ",
	.do_case = ")\n",
	.set = "		",
	.to = "=(",
	.end_set = " )\n",
	.end_case = "		;;\n",
	.tail = "	(*) operands=() options=() valued=() ;;\n"
		"	esac\n}\n\n",
	.work = work,
	.put = put_item,
};

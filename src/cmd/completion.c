#include <stddef.h>

#include "cmd/command.h"

/* Only the row: cli/, which knows the options, prints the script. */
const struct command command_completion = {
	.name = "completion",
	.needs = NEEDS_NOTHING,
	.summary = "print a completion script for a shell",
	.operands = OPERANDS_WORD,
	.words = "bash, zsh, fish",
	.help = "Prints a script that completes the commands, options and "
		"profiles of rolekey and, after exec, the command that is "
		"run.\n"
		"\n"
		"  source <(rolekey completion bash)    # in ~/.bashrc\n"
		"  source <(rolekey completion zsh)     # in ~/.zshrc, after "
		"compinit\n"
		"  rolekey completion fish | source     # in config.fish\n",
	.examples = "rolekey completion bash\n",
};

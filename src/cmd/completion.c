#include <stddef.h>

#include "cmd/command.h"

/* Only the row: cli/, which knows the options, prints the script. */
const struct command command_completion = {
	.name = "completion",
	.summary = "print a completion script for a shell",
	.operands = OPERANDS_WORD,
	.words = "bash zsh fish",
	.help = "Prints a script that completes rolekey's commands, options, "
		"profiles and, behind\nexec's --, what the command itself "
		"completes.  For a shell, or for good:\n"
		"\n  source <(rolekey completion bash)    # in ~/.bashrc\n"
		"  source <(rolekey completion zsh)     # in ~/.zshrc, behind "
		"compinit\n"
		"  rolekey completion fish | source     # in config.fish\n",
};

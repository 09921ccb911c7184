#ifndef CMD_INIT_INIT_INTERNAL_H
#define CMD_INIT_INIT_INTERNAL_H

/*
 * The script of a shell.  In its texts @role@ stands for the name of the
 * function, and @names@ for the variables that it sets.
 */
struct init_shell {
	const char *name;
	const char *script;  /* the function */
	const char *refresh; /* the hook that runs before each command */
	const char *file;    /* that the user adds a line to */
	const char *line;    /* the line */
};

extern const struct init_shell init_bash, init_zsh, init_fish;

#endif

#include "plan/process.h"

#include <stddef.h>
#include <string.h>

#include "base/words.h"

#define WORD_LEN 256 /* bytes; of a longer word the end is dropped */

/* Takes a word off the command, without quotes. False at its end. */
static bool next_word(const char **rest, char word[static WORD_LEN])
{
	return words_next(rest, word, WORD_LEN) != WORDS_END;
}

static bool is_one_of(const char *word, const char *const *list)
{
	while (*list && strcmp(*list, word) != 0)
		list++;
	return *list != NULL;
}

/* Does the option's value follow as a word of its own? */
static bool has_value(const char *option)
{
	static const char *const options[] = {
		"-d",         "--duration",    "-t",           "--mfa-token",
		"--region",   "--backend",     "--prompt",     "--format",
		"--min-ttl",  "--keychain",    "--file-dir",   "--pass-dir",
		"--pass-cmd", "--pass-prefix", "--mfa-serial", NULL
	};

	return is_one_of(option, options);
}

/* Takes the next word that is neither an option nor its value. */
static bool next_operand(const char **rest, char word[static WORD_LEN])
{
	while (next_word(rest, word)) {
		if (strcmp(word, "--") == 0)
			return false;
		if (word[0] != '-')
			return true;
		if (has_value(word) && !next_word(rest, word))
			return false;
	}
	return false;
}

/* Takes the program's name, after "env" and its variables. */
static const char *next_program(const char **rest)
{
	static const char *const programs[] = { "rolekey", "rolekey-full",
						"aws-vault", NULL };
	char word[WORD_LEN];
	const char *name;

	do {
		if (!next_word(rest, word))
			return NULL;
		name = strrchr(word, '/') ? strrchr(word, '/') + 1 : word;
	} while (strcmp(name, "env") == 0 || strchr(word, '='));
	for (size_t i = 0; programs[i]; i++)
		if (strcmp(programs[i], name) == 0)
			return i == 1 ? programs[0] : programs[i];
	return NULL;
}

bool process_is_itself(const char *command, const char *profile,
		       const char **program)
{
	static const char *const verbs[] = { "credential-process", "export",
					     "exec", NULL };
	char word[WORD_LEN];

	*program = next_program(&command);
	return *program && next_operand(&command, word) &&
	       is_one_of(word, verbs) &&
	       (!next_operand(&command, word) || strcmp(word, profile) == 0);
}

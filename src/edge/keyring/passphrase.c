#include <stddef.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "edge/keyring/passphrase_internal.h"
#include "edge/process/helper_internal.h"
#include "port/prompt.h"

#define VARIABLE "ROLEKEY_PASSPHRASE"
#define COMMAND  "ROLEKEY_PASSPHRASE_COMMAND"

#define PASSPHRASE_MAX 4096 /* bytes */
#define TRIES          3

/* --- a command ---------------------------------------------------------------- */

bool passphrase_run(const char *command, char *const *environment, int seconds,
		    struct secbuf **passphrase, struct error *err)
{
	char **block = helper_environment(environment, NULL);
	const struct helper helper = { .what = COMMAND,
				       .command = command,
				       .environment = block,
				       .seconds = seconds,
				       .max = PASSPHRASE_MAX,
				       .code = ERROR_KEYRING };
	bool ok;

	*passphrase = NULL;
	ok = block || error_memory(err);
	ok = ok && (helper_run(&helper, passphrase, NULL, err) ||
		    error_context(err, REASON_PASSPHRASE_NEEDED));
	mem_free(block);
	return ok;
}

/* --- the environment ----------------------------------------------------------- */

bool passphrase_given(char *const *environment, struct secbuf **passphrase,
		      struct error *err)
{
	const char *value = text_env(environment, VARIABLE);
	const char *command = text_env(environment, COMMAND);

	*passphrase = NULL;
	if (text_is_empty(value))
		return text_is_empty(command) ||
		       passphrase_run(command, environment, PASSPHRASE_SECONDS,
				      passphrase, err);
	*passphrase = secbuf_from(value);
	return *passphrase || error_memory(err);
}

const char *passphrase_variable(char *const *environment)
{
	return text_is_empty(text_env(environment, VARIABLE)) ? COMMAND
							      : VARIABLE;
}

/* --- the user ------------------------------------------------------------------- */

/* Adds the question to the error of the prompt. */
static bool ask(const struct prompt *prompt, const char *question,
		struct secbuf **answer, struct error *err)
{
	return prompt_ask(prompt, PROMPT_SECRET, question, answer, err) ||
	       error_context(err, REASON_PASSPHRASE_NEEDED);
}

bool passphrase_ask(const struct prompt *prompt, struct secbuf **passphrase,
		    struct error *err)
{
	*passphrase = NULL;
	if (!prompt)
		return error_fail(err, REASON_KEYRING_LOCKED);
	return ask(prompt, "Passphrase for the rolekey keyring: ", passphrase,
		   err);
}

/*
 * Asks twice.  If the answers differ, *passphrase is NULL and the call
 * succeeds.
 */
static bool ask_twice(const struct prompt *prompt, struct secbuf **passphrase,
		      struct error *err)
{
	struct secbuf *again = NULL;
	bool ok;

	ok = ask(prompt, "New passphrase for the rolekey keyring: ", passphrase,
		 err);
	if (ok && secbuf_len(*passphrase) > 0)
		ok = ask(prompt, "Repeat the passphrase: ", &again, err);
	if (!ok || secbuf_len(*passphrase) == 0 ||
	    !secbuf_equal(*passphrase, again)) {
		secbuf_free(*passphrase);
		*passphrase = NULL;
	}
	secbuf_free(again);
	return ok;
}

bool passphrase_ask_new(const struct prompt *prompt, struct secbuf **passphrase,
			struct error *err)
{
	*passphrase = NULL;
	if (!prompt) {
		(void)error_fail(err, REASON_KEYRING_MISSING);
		err->code = ERROR_PERSON;
		return false;
	}
	for (int i = 0; i < TRIES; i++) {
		if (!ask_twice(prompt, passphrase, err))
			return false;
		if (*passphrase)
			return true;
		prompt_tell(prompt, "The passphrases are empty or do "
				    "not match.");
	}
	return error_fail(err, REASON_NO_NEW_PASSPHRASE);
}

#include <stddef.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/topic.h"
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
				       .code = ERROR_KEYRING,
				       .topic = TOPIC_KEYRING_LOCKED };
	bool ok;

	*passphrase = NULL;
	ok = block || error_set(err, ERROR_MEMORY, "no memory for " COMMAND);
	ok = ok && helper_run(&helper, passphrase, NULL, err);
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
	return *passphrase ||
	       error_set(err, ERROR_MEMORY, "no memory for a passphrase");
}

/* --- a person ------------------------------------------------------------------- */

/* Adds the question to the error of the prompt. */
static bool ask(const struct prompt *prompt, const char *question,
		struct secbuf **answer, struct error *err)
{
	return prompt_ask(prompt, PROMPT_SECRET, question, answer, err) ||
	       error_within(err, "the passphrase of the rolekey keyring is "
				 "needed");
}

bool passphrase_ask(const struct prompt *prompt, struct secbuf **passphrase,
		    struct error *err)
{
	*passphrase = NULL;
	if (!prompt)
		return error_topic(err, ERROR_PERSON, TOPIC_KEYRING_LOCKED,
				   "locked: its passphrase is needed");
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
		ok = ask(prompt, "Again: ", &again, err);
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
	if (!prompt)
		return error_topic(err, ERROR_PERSON, TOPIC_KEYRING_LOCKED,
				   "not made yet: it needs a passphrase");
	for (int i = 0; i < TRIES; i++) {
		if (!ask_twice(prompt, passphrase, err))
			return false;
		if (*passphrase)
			return true;
		prompt_tell(prompt, "The passphrases are empty or not "
				    "the same.");
	}
	return error_topic(err, ERROR_PERSON, TOPIC_WRONG_PASSPHRASE,
			   "no passphrase was given twice");
}

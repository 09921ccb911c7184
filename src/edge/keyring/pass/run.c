#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "edge/keyring/pass/pass_internal.h"
#include "edge/process/helper_internal.h"
#include "edge/process/terminal_internal.h"

#define ASKED_SECONDS 60
#define QUIET_SECONDS 15
#define OPTIONS       "PASSWORD_STORE_GPG_OPTS"
#define TERMINAL      "GPG_TTY="
#define OPTIONS_MAX   1024
#define CHATTER_MAX   PASS_VALUE_MAX

/* Tests whether gpg-agent's pinentry could reach the user. */
static bool is_anybody_there(const struct keyring_pass *pass)
{
	char *const *environment = pass->needs.environment;
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0)
		(void)close(fd);
	return fd >= 0 || !text_is_empty(text_env(environment, "DISPLAY")) ||
	       !text_is_empty(text_env(environment, "WAYLAND_DISPLAY"));
}

static bool may_ask(const struct keyring_pass *pass)
{
	return pass->needs.prompt && !pass->needs.no_prompt &&
	       is_anybody_there(pass);
}

/* Keeps gpg's agent from asking if nobody may be asked. */
static void gpg_options(const struct keyring_pass *pass,
			char options[static OPTIONS_MAX])
{
	const char *before = text_env(pass->needs.environment, OPTIONS);

	(void)snprintf(options, OPTIONS_MAX,
		       OPTIONS "=%s --pinentry-mode=error",
		       before ? before : "");
}

static bool talk(const struct helper *helper, const struct secbuf *input,
		 struct secbuf *output, struct error *err)
{
	struct helper_process process;
	bool ended = false;
	bool ok;

	if (!helper_start(helper, input != NULL, &process, err))
		return false;
	ok = !input ||
	     helper_write(&process, secbuf_text(input), secbuf_len(input), err);
	if (process.input >= 0) {
		(void)close(process.input); /* no more input */
		process.input = -1;
	}
	while (ok && !ended)
		ok = helper_read(&process, output, &ended, err);
	return helper_end(&process, ok, NULL, err);
}

/*
 * Writes the name of the terminal, for the agent's pinentry, which knows none
 * of its own.
 */
static bool name_terminal(char variable[static OPTIONS_MAX])
{
	int tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	char name[TERMINAL_PATH_LEN];
	bool ok = tty >= 0 && terminal_device(tty, name);

	if (ok)
		(void)snprintf(variable, OPTIONS_MAX, TERMINAL "%s", name);
	if (tty >= 0)
		(void)close(tty);
	return ok;
}

/* Returns the variable that gpg needs beside the environment, or NULL. */
static char *gpg_variable(const struct keyring_pass *pass, bool asks,
			  char variable[static OPTIONS_MAX])
{
	const char *set = text_env(pass->needs.environment, "GPG_TTY");

	if (asks)
		return text_is_empty(set) && name_terminal(variable) ? variable
								     : NULL;
	gpg_options(pass, variable);
	return variable;
}

bool pass_run(const struct keyring_pass *pass, const char *const words[],
	      const struct secbuf *input, struct secbuf **output,
	      struct error *err)
{
	char options[OPTIONS_MAX];
	bool asks = may_ask(pass);
	struct helper helper = {
		.what = "pass",
		.argv = words,
		.on_terminal = asks,
		.quiet = true,
		.seconds = asks ? ASKED_SECONDS : QUIET_SECONDS,
		.max = CHATTER_MAX,
		.code = asks ? ERROR_KEYRING : ERROR_PERSON,

	};
	struct secbuf *said = secbuf_new(CHATTER_MAX);
	char **environment;
	bool ok;

	environment = helper_environment(pass->needs.environment,
					 gpg_variable(pass, asks, options));
	helper.environment = environment;
	ok = (said && environment) || error_memory(err);
	ok = ok && talk(&helper, input, said, err);
	mem_free(environment);
	if (ok && output)
		*output = said;
	else
		secbuf_free(said);
	return ok;
}

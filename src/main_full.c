/*
 * libexec/rolekey/rolekey-full: every command, with every library.  bin/rolekey
 * hands over to it when a cached session does not do.
 */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/topic.h"
#include "cmd/mend.h"
#include "crypto/start.h"
#include "edge/vault.h"
#include "front.h"
#include "session/session.h"

#define CODE_MAX 64

/* Others can read our argv: what of it is a code is there no longer. */
static void wipe_argument(char *const argv[], const char *text)
{
	for (; *argv; argv++)
		if (text >= *argv && text <= *argv + strlen(*argv))
			explicit_bzero(*argv + (text - *argv), strlen(text));
}

/* -t CODE, or -t - for a line of stdin. */
static bool take_code(struct front *front, char *const argv[],
		      struct error *err)
{
	struct request *request = &front->request;
	struct input input = input_stdin();

	if (!request->mfa_text)
		return true;
	if (strcmp(request->mfa_text, "-") == 0)
		return input.read(input.self, true, CODE_MAX,
				  &request->mfa_token, err);
	request->mfa_token = secbuf_from(request->mfa_text);
	wipe_argument(argv, request->mfa_text);
	return secbuf_ok(request->mfa_token) ||
	       error_set(err, ERROR_MEMORY, "no memory for a code");
}

/* Not in front.c: it costs a look into the system's user database. */
static const char *login_name(struct arena *arena, char *const *environment)
{
	const char *named = text_env(environment, "USER");
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	const struct passwd *entry = getpwuid(geteuid());

	if (entry && !text_is_empty(entry->pw_name))
		return arena_strdup(arena, entry->pw_name);
	return named;
}

static bool run(const struct front *front, char *const *environment,
		struct error *err)
{
	static const struct keyring_row *const rows[] = {
		&keyring_row_secret_service, &keyring_row_file,
		&keyring_row_pass, NULL
	};
	static const struct keyring_row *const session_rows[] = {
		&keyring_row_secret_service, &keyring_row_file,
		&keyring_row_pass, &keyring_row_kernel, NULL
	};
	const struct command *command = front->command;
	struct notices_stderr told = { .debug = front->flags.debug,
				       .quiet = command->terse };
	struct notices notices = notices_stderr(&told);
	struct prompt_tty tty = { .no_prompt =
					  front->request.settings.no_prompt ||
					  command->asks_nobody };
	struct prompt_person person = {
		.tty = prompt_tty(&tty),
		.how = front->request.settings.prompt,
		.environment = environment,
		.seconds = (int)front->request.settings.prompt_timeout,
		.no_prompt = tty.no_prompt,
	};
	struct prompt prompt = prompt_person(&person);
	struct locks_flock flocks = { .environment = environment,
				      .tell = &prompt };
	const char *ca_bundle = text_env(environment, "AWS_CA_BUNDLE");
	struct ledger_files ledger = { .environment = environment };
	struct helpers_posix helpers = { .environment = environment,
					 .quiet = command->terse };
	struct http_curl curl = {
		.ca_bundle = text_is_empty(ca_bundle) ? NULL : ca_bundle,
	};
	const struct keyring_needs needs = {
		.environment = environment,
		.prompt = command->asks_nobody ? NULL : &prompt,
		.notices = &notices,
		.no_prompt = tty.no_prompt,
		.unlock_timeout = front->request.settings.unlock_timeout,
		.argon2_passes = front->request.settings.argon2_passes,
		.argon2_memory = front->request.settings.argon2_memory,
	};
	struct lazy_keyring sessions = {
		.rows = session_rows,
		.backend = front->request.settings.session_backend,
		.needs = needs,
	};
	struct lazy_keyring lazy = {
		.rows = rows,
		.backend = front->request.settings.backend,
		.needs = needs,
		.sessions = &sessions,
	};
	struct vault_places vault = { .needs = needs };
	struct named_keyrings named = { .rows = rows, .needs = needs };
	struct world world = { .clock = clock_system(),
			       .display = display_tty(),
			       .files = files_posix(),
			       .helpers = helpers_posix(&helpers),
			       .http = http_curl(&curl),
			       .input = input_stdin(),
			       .keyring = lazy_keyring(&lazy),
			       .keyrings = named_keyrings(&named),
			       .launcher = launcher_posix(environment),
			       .ledger = ledger_files(&ledger),
			       .locks = locks_flock(&flocks),
			       .machine = machine_linux(),
			       .maker = { session_carry_out, mend },
			       .notices = notices,
			       .output = output_stdout(),
			       .prompt = prompt,
			       .vault = vault_places(&vault),
			       .environment = environment };
	bool ok;

	lazy.port = &world.keyring;
	ok = command->run(&front->request, &world, err);
	lazy_keyring_close(&lazy);
	named_keyrings_close(&named);
	vault_places_clear(&vault);
	http_curl_free(&curl);
	return ok;
}

static bool show_version(struct error *err)
{
	struct output output = output_stdout();
	static const char version[] = "rolekey " ROLEKEY_VERSION "\n";

	return output.write(output.self, version, sizeof(version) - 1, err);
}

static bool act(struct front *front, char *const argv[],
		char *const *environment, struct error *err)
{
	struct output output = output_stdout();

	switch (front->what) {
	case CLI_VERSION:
		return show_version(err);
	case CLI_HELP:
		return cli_help(command_table, front->command, &output, err);
	case CLI_COMMAND:
		break;
	}
	if (front->command == &command_completion)
		return cli_completion(command_table, front->request.shell,
				      &output, err);
	front->request.login_name = login_name(front->arena, environment);
	return take_code(front, argv, err) && run(front, environment, err);
}

int main(int argc, char **argv)
{
	struct error err = { 0 };
	struct front front;
	int status = 0;

	(void)argc;
	crypto_start();
	harden_process();
	harden_remember_signals();
	if (!front_read(&front, argv, environ, command_table, &err) ||
	    !act(&front, argv, environ, &err)) {
		front_report(&front, &err);
		status = front_status(&front, &err);
	}
	front_clear(&front);
	return status;
}

/*
 * libexec/rolekey/rolekey-full: all commands. bin/rolekey hands over to it if no
 * cached session can serve the call.  Large libraries are in modules.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "access/remedy.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/mark.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "cmd/run.h"
#include "edge/accounts.h"
#include "main/front_internal.h"
#include "main/modules_internal.h"
#include "main/report_internal.h"
#include "message/message.h"
#include "session/session.h"

#define CODE_MAX  64
#define LOGIN_MAX 256

/* Overwrites a code in our argv, which others can read. */
static void wipe_argument(char *const argv[], const char *text)
{
	for (; *argv; argv++)
		if (text >= *argv && text <= *argv + strlen(*argv))
			explicit_bzero(*argv + (text - *argv), strlen(text));
}

/* Reads the code: -t CODE, or -t - for a line of stdin. */
static bool take_code(struct front *front, char *const argv[],
		      struct error *err)
{
	const char *text = front->call.mfa_text;
	struct secbuf **code = &front->call.request.mfa_token;
	struct input input = stdin_input();

	if (!text)
		return true;
	if (strcmp(text, "-") == 0)
		return input_read(&input, true, CODE_MAX, code, err);
	*code = secbuf_from(text);
	wipe_argument(argv, text);
	return secbuf_ok(*code) || error_memory(err);
}

/* Returns the login name, or that of the environment if it is not known. */
static const char *login_name(struct arena *arena, char *const *environment)
{
	char login[LOGIN_MAX];

	return accounts_login(login, sizeof(login)) && login[0] != '\0'
		       ? arena_strdup(arena, login)
		       : text_env(environment, "USER");
}

/* Returns the working directory, or NULL if it was removed. */
static const char *working_folder(struct arena *arena)
{
	char path[PATH_MAX];

	return getcwd(path, sizeof(path)) ? arena_strdup(arena, path) : NULL;
}

/* All keyrings that a command may use. */
struct rings {
	struct lazy_keyring keys;
	struct lazy_keyring sessions;
	struct named_keyrings named;
	struct module_vault vault;
};

static void set_up(struct rings *rings, const struct settings *settings,
		   struct keyring_needs *needs, struct keyring *port)
{
	static const struct keyring_row *const rows[] = {
		&modules_secret_service_row, &keyring_row_file,
		&keyring_row_pass, NULL
	};
	static const struct keyring_row *const session_rows[] = {
		&modules_secret_service_row, &keyring_row_file,
		&keyring_row_pass, &keyring_row_kernel, NULL
	};

	needs->unlock_timeout = settings->unlock_timeout;
	needs->argon2_passes = settings->argon2_passes;
	needs->argon2_memory = settings->argon2_memory;
	*rings = (struct rings){
		.keys = { .rows = rows,
			  .port = port,
			  .backend = settings->backend,
			  .needs = *needs,
			  .sessions = &rings->sessions },
		.sessions = { .rows = session_rows,
			      .backend = settings->session_backend,
			      .needs = *needs },
		.named = { .rows = rows, .needs = *needs },
		.vault = { .places = { .needs = *needs } },
	};
}

static void close_all(struct rings *rings, struct module_http *http)
{
	modules_http_close(http);
	keyrings_lazy_close(&rings->keys);
	keyrings_named_close(&rings->named);
	modules_vault_close(&rings->vault);
}

static struct module_http http_for(char *const *environment,
				   const struct notices *notices)
{
	const char *ca_bundle = mark_env(environment, "AWS_CA_BUNDLE");

	return (struct module_http){
		.curl = { .ca_bundle =
				  text_is_empty(ca_bundle) ? NULL : ca_bundle,
			  .notices = notices },
	};
}

/*
 * Frees libcurl's handle, and so wipes it, before a command replaces the
 * process: libcurl 8.7 and later keep a request until then.
 */
struct full_launcher {
	struct launcher real;
	struct module_http *http;
};

static bool full_find(void *self, const char *command, struct arena *arena,
		      const char **path, struct error *err)
{
	struct full_launcher *full = self;

	return launcher_find(&full->real, command, arena, path, err);
}

static bool full_become(void *self, const char *path, char *const argv[],
			char *const envp[], struct error *err)
{
	struct full_launcher *full = self;

	modules_http_close(full->http);
	return launcher_become(&full->real, path, argv, envp, err);
}

static struct launcher launcher_full(struct full_launcher *self)
{
	return (struct launcher){ self, full_find, full_become };
}

static const struct maker maker = { session_walk, remedy_apply };

static struct prompt_tty tty_for(const struct front *front)
{
	return (struct prompt_tty){
		.no_prompt = front->call.request.settings.no_prompt ||
			     front->command->asks_nobody
	};
}

/* It may ask for a command that asks nobody: the profile is an argument. */
static struct picker_terminal picker_for(const struct front *front,
					 char *const *environment)
{
	const struct settings *settings = &front->call.request.settings;

	return (struct picker_terminal){
		.tty = { .no_prompt = settings->no_prompt },
		.how = settings->picker,
		.environment = environment,
		.screen = modules_picker_screen,
	};
}

static struct prompt_person person_for(const struct front *front,
				       struct prompt_tty *tty,
				       char *const *environment)
{
	const struct settings *settings = &front->call.request.settings;

	return (struct prompt_person){
		.tty = prompt_tty(tty),
		.how = settings->prompt,
		.environment = environment,
		.seconds = (int)settings->prompt_timeout,
		.no_prompt = tty->no_prompt,
	};
}

static struct notices_stderr notices_for(const struct front *front)
{
	return (struct notices_stderr){ .debug = front->call.debug,
					.quiet = front->command->terse,
					.render = message_text };
}

static struct keyring_needs needs_for(const struct command *command,
				      const struct prompt *prompt,
				      const struct locks *locks,
				      const struct notices *notices,
				      char *const *environment)
{
	return (struct keyring_needs){
		.environment = environment,
		.prompt = command->asks_nobody ? NULL : prompt,
		.locks = locks,
		.notices = notices,
	};
}

static bool run(struct front *front, char *const *environment,
		struct error *err)
{
	const struct command *command = front->command;
	struct notices_stderr told = notices_for(front);
	struct notices notices = stderr_notices(&told);
	struct prompt_tty tty = tty_for(front);
	struct prompt_person person = person_for(front, &tty, environment);
	struct prompt prompt = prompt_person(&person);
	struct picker_terminal picker = picker_for(front, environment);
	struct locks_flock flocks = { environment, &prompt };
	struct locks locks = locks_flock(&flocks);
	struct ledger_files ledger = { .environment = environment };
	struct audit_file audit = { .environment = environment };
	struct helpers_posix helpers = { environment, command->terse };
	struct browser_posix browser = { .environment = environment };
	struct jobs_posix jobs = { .environment = environment };
	struct module_listener listener = { 0 };
	struct module_page page = { 0 };
	struct module_http http = http_for(environment, &notices);
	struct full_launcher launcher = { launcher_posix(environment), &http };
	struct keyring_needs needs =
		needs_for(command, &prompt, &locks, &notices, environment);
	struct children_posix children = { .launcher = launcher.real };
	struct rings rings;
	struct world world;
	bool ok;

	needs.no_prompt = tty.no_prompt;
	set_up(&rings, &front->call.request.settings, &needs, &world.keyring);
	world = (struct world){ .address = address_loopback(),
				.audit = audit_file(&audit),
				.browser = browser_posix(&browser),
				.children = children_posix(&children),
				.clock = clock_system(),
				.display = qr_tty(),
				.files = files_posix(),
				.helpers = helpers_posix(&helpers),
				.http = modules_http(&http),
				.input = stdin_input(),
				.jobs = jobs_posix(&jobs),
				.keyring = keyrings_lazy(&rings.keys),
				.keyrings = keyrings_named(&rings.named),
				.launcher = launcher_full(&launcher),
				.ledger = ledger_files(&ledger),
				.listener = modules_listener(&listener),
				.locks = locks,
				.machine = machine_linux(),
				.notices = notices,
				.output = stdout_output(),
				.errors = stderr_output(),
				.page = modules_page(&page),
				.picker = picker_terminal(&picker),
				.prompt = prompt,
				.service = service_systemd(environment),
				.signer = modules_signer(&http),
				.vault = modules_vault(&rings.vault),
				.environment = environment };
	ok = run_command(command, &front->call, &world, front->arena, err);
	close_all(&rings, &http);
	return ok;
}

static bool show_version(struct error *err)
{
	struct output output = stdout_output();
	static const char version[] = "rolekey " ROLEKEY_VERSION "\n";

	return output_write(&output, version, sizeof(version) - 1, err);
}

static bool act(struct front *front, char *const argv[],
		char *const *environment, struct error *err)
{
	struct output output = stdout_output();

	switch (front->what) {
	case CLI_VERSION:
		return show_version(err);
	case CLI_HELP:
		return cli_help(command_table, front->command, &output, err);
	case CLI_COMMAND:
		break;
	}
	if (!front->command->run)
		return cli_completion(command_table, front->call.word, &output,
				      err);
	front->call.request.login_name = login_name(front->arena, environment);
	front->call.request.folder = working_folder(front->arena);
	front->call.request.maker = &maker;
	front->call.beside = serve_beside;
	return take_code(front, argv, err) && run(front, environment, err);
}

int main(int argc, char **argv)
{
	struct error err = { 0 };
	struct front front;
	int status = 0;

	(void)argc;
	harden_process();
	harden_remember_signals();
	if (front_was_hung())
		service_expect_hung();
	if (!front_read(&front, argv, environ, command_table, &err) ||
	    !act(&front, argv, environ, &err)) {
		report_error(front.command, front.call.request.profile,
			     front.call.json, &err);
		status = report_status(front.command, &err);
	}
	front_clear(&front);
	return status;
}

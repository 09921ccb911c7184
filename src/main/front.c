#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/wipe.h"
#include "edge/accounts.h"
#include "format/settings.h"
#include "main/front_internal.h"

#define SETTINGS_MAX 1048576
#define HUNG         "ROLEKEY_SERVICE_HUNG"
#define PID_LEN      24

/* --- paths ------------------------------------------------------------------- */

static const char *home(char *const *environment)
{
	const char *named = text_env(environment, "HOME");
	static char known[PATH_MAX];

	if (!text_is_empty(named))
		return named;
	return accounts_home(known, sizeof(known)) ? known : "/";
}

/* Makes a path absolute: a message must name the file for any reader. */
static const char *whole(struct arena *arena, const char *path)
{
	char here[PATH_MAX];

	if (!path || path[0] == '/' || !getcwd(here, sizeof(here)))
		return path;
	while (strncmp(path, "./", 2) == 0)
		path += 2;
	return arena_printf(arena, "%s/%s", strcmp(here, "/") == 0 ? "" : here,
			    path);
}

/*
 * Returns a path from a variable, or else in the home directory.  A first part
 * "~" is the home directory.
 */
static const char *place(struct arena *arena, char *const *environment,
			 const char *variable, const char *usual)
{
	const char *named = text_env(environment, variable);

	if (text_is_empty(named))
		return whole(arena, arena_printf(arena, "%s/%s",
						 home(environment), usual));
	if (named[0] == '~' && (named[1] == '/' || named[1] == '\0'))
		return whole(arena, arena_printf(arena, "%s%s",
						 home(environment), named + 1));
	return whole(arena, named);
}

static const char *settings_path(struct arena *arena, char *const *environment)
{
	const char *base = text_env(environment, "XDG_CONFIG_HOME");

	if (!base || base[0] != '/') /* the standard: then it is none */
		return arena_printf(arena, "%s/.config/rolekey/config",
				    home(environment));
	return arena_printf(arena, "%s/rolekey/config", base);
}

/* --- settings ------------------------------------------------------------------ */

static bool read_settings(struct front *front, char *const *environment,
			  struct error *err)
{
	struct settings *settings = &front->call.request.settings;
	const char *path = settings_path(front->arena, environment);
	struct files files = files_posix();
	struct secbuf *text = NULL;
	bool ok;

	if (!path)
		return error_memory(err);
	*settings = settings_default();
	ok = files_read(&files, path, SETTINGS_MAX, &text, err) &&
	     (!text ||
	      settings_file_parse(path, text, front->arena, settings, err)) &&
	     settings_environment(environment, settings, err);
	secbuf_free(text);
	return ok;
}

/* Applies options, which take precedence over the environment and the file. */
static bool apply_flags(struct front *front, struct error *err)
{
	struct settings *settings = &front->call.request.settings;

	if ((front->call.backend &&
	     !settings_set(settings, "backend", "--backend",
			   front->call.backend, err)) ||
	    (front->call.prompt && !settings_set(settings, "prompt", "--prompt",
						 front->call.prompt, err))) {
		err->code = ERROR_USAGE;
		return false;
	}
	settings->no_prompt = settings->no_prompt || front->call.no_prompt ||
			      strcmp(settings->prompt, "none") == 0;
	return true;
}

/*
 * Goes on with the settings before the wrong one, and those of the environment,
 * for a command that reports it.
 */
static bool ignore_settings(struct front *front, char *const *environment,
			    struct error *err)
{
	struct error *copy;
	struct error ignored;

	if (!front->command->reports_settings || err->code != ERROR_CONFIG)
		return false;
	copy = arena_alloc(front->arena, sizeof(*copy));
	if (!copy)
		return error_memory(err);
	*copy = *err;
	front->call.settings_error = copy;
	(void)!settings_environment(environment, &front->call.request.settings,
				    &ignored);
	return true;
}

static bool find_places(struct front *front, char *const *environment,
			struct error *err)
{
	struct request *request = &front->call.request;

	request->config_path = place(front->arena, environment,
				     "AWS_CONFIG_FILE", ".aws/config");
	request->credentials_path =
		place(front->arena, environment, "AWS_SHARED_CREDENTIALS_FILE",
		      ".aws/credentials");
	return (request->config_path && request->credentials_path) ||
	       error_memory(err);
}

bool front_read(struct front *front, char *const argv[],
		char *const *environment, const struct command *const *table,
		struct error *err)
{
	const struct cli_result parsed = { &front->what, &front->command,
					   &front->call };

	*front = (struct front){ .arena = arena_new() };
	if (!front->arena)
		return error_memory(err);
	/* A command without run() needs neither: a broken file stops no shell. */
	return cli_parse(argv, table, environment, front->arena, &parsed,
			 err) &&
	       (front->what != CLI_COMMAND || !front->command->run ||
		((read_settings(front, environment, err) ||
		  ignore_settings(front, environment, err)) &&
		 apply_flags(front, err) &&
		 find_places(front, environment, err)));
}

void front_clear(struct front *front)
{
	secbuf_free(front->call.request.mfa_token);
	front->call.request.mfa_token = NULL;
	arena_free(front->arena);
	front->arena = NULL;
}

/* --- the other program --------------------------------------------------------- */

static void write_pid(char pid[static PID_LEN])
{
	(void)snprintf(pid, PID_LEN, "%ld", (long)getpid());
}

void front_say_hung(void)
{
	char pid[PID_LEN];

	write_pid(pid);
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	(void)setenv(HUNG, pid, 1);
}

bool front_was_hung(void)
{
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	const char *said = getenv(HUNG);
	char pid[PID_LEN];
	bool hung;

	write_pid(pid);
	hung = said && strcmp(said, pid) == 0;
	if (said)
		(void)unsetenv(HUNG); /* NOLINT(concurrency-mt-unsafe) */
	return hung;
}

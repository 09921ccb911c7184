#include <limits.h>
#include <pwd.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/topic.h"
#include "base/wipe.h"
#include "cmd/hint.h"
#include "format/jsonout.h"
#include "format/settings.h"
#include "main/front_internal.h"
#include "message/message.h"

#define SETTINGS_MAX 1048576
#define LINE_MAX_LEN 2048
#define JSON_MAX     16384 /* of an error: more than all facts, escaped twice */

/* --- the person's places ----------------------------------------------------- */

static const char *home(char *const *environment)
{
	const char *named = text_env(environment, "HOME");
	const struct passwd *entry;

	if (!text_is_empty(named))
		return named;
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	entry = getpwuid(geteuid());
	return entry && entry->pw_dir ? entry->pw_dir : "/";
}

/* From the root: a message names a file for whoever reads it, anywhere. */
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
 * A path from a variable, or else below the home.  "~" is the home where it is
 * the first part of the path, as a whole.
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
	struct settings *settings = &front->request.settings;
	const char *path = settings_path(front->arena, environment);
	struct files files = files_posix();
	struct secbuf *text = NULL;
	bool ok;

	if (!path)
		return error_set(err, ERROR_MEMORY, "no memory to start with");
	*settings = settings_default();
	ok = files_read(&files, path, SETTINGS_MAX, &text, err) &&
	     (!text ||
	      settings_parse(path, text, front->arena, settings, err)) &&
	     settings_environment(environment, settings, err);
	secbuf_free(text);
	return ok;
}

/* Flags beat the environment, which beats the file. */
static bool apply_flags(struct front *front, struct error *err)
{
	struct settings *settings = &front->request.settings;

	if ((front->flags.backend &&
	     !settings_set(settings, "backend", "--backend",
			   front->flags.backend, err)) ||
	    (front->flags.prompt &&
	     !settings_set(settings, "prompt", "--prompt", front->flags.prompt,
			   err))) {
		err->code = ERROR_USAGE;
		return false;
	}
	settings->no_prompt = settings->no_prompt || front->flags.no_prompt ||
			      strcmp(settings->prompt, "none") == 0;
	return true;
}

static bool find_places(struct front *front, char *const *environment,
			struct error *err)
{
	struct request *request = &front->request;

	request->debug = front->flags.debug;
	request->config_path = place(front->arena, environment,
				     "AWS_CONFIG_FILE", ".aws/config");
	request->credentials_path =
		place(front->arena, environment, "AWS_SHARED_CREDENTIALS_FILE",
		      ".aws/credentials");
	return (request->config_path && request->credentials_path) ||
	       error_set(err, ERROR_MEMORY, "no memory to start with");
}

bool front_read(struct front *front, char *const argv[],
		char *const *environment, const struct command *const *table,
		struct error *err)
{
	const struct cli_result parsed = { &front->what, &front->command,
					   &front->request, &front->flags };

	*front = (struct front){ .arena = arena_new() };
	if (!front->arena)
		return error_set(err, ERROR_MEMORY, "no memory to start with");
	/* What has no run() needs neither: a shell that starts is not hindered. */
	return cli_parse(argv, table, environment, &parsed, err) &&
	       (front->what != CLI_COMMAND || !front->command->run ||
		(read_settings(front, environment, err) &&
		 apply_flags(front, err) &&
		 find_places(front, environment, err)));
}

void front_clear(struct front *front)
{
	secbuf_free(front->request.mfa_token);
	front->request.mfa_token = NULL;
	arena_free(front->arena);
	front->arena = NULL;
}

/* --- the end -------------------------------------------------------------------- */

/* One write a line: those of parallel processes do not mix. */
static void put_line(char line[static LINE_MAX_LEN])
{
	size_t len = strlen(line);

	text_clean(line);
	len = len < LINE_MAX_LEN - 1 ? len : LINE_MAX_LEN - 2;
	line[len] = '\n';
	(void)!write(STDERR_FILENO, line, len + 1);
}

/* Between a text and its hint in one line: AWS's texts end in a full stop. */
static const char *before_hint(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && text[len - 1] == '.' ? " hint: " : "; hint: ";
}

/* Who pressed Ctrl-C saw what was asked. */
static const char *what_failed(const struct error *err)
{
	return err->code == ERROR_INTERRUPTED ? "interrupted" : err->text;
}

static void report_lines(const struct front *front, const struct error *err,
			 const char *hint)
{
	const struct command *command = front->command;
	const char *profile = front->request.profile;
	bool one_line = command && command->terse;
	char line[LINE_MAX_LEN];
	int n;

	n = snprintf(line, sizeof(line), "rolekey: %s%s%s%s%s%s%s",
		     command ? command->name : "",
		     command && profile ? " " : "",
		     command && profile ? profile : "", command ? ": " : "",
		     what_failed(err),
		     *hint && one_line ? before_hint(err->text) : "",
		     one_line ? hint : "");
	if (n >= (int)sizeof(line)) /* cut, on purpose */
		line[sizeof(line) - 1] = '\0';
	put_line(line);
	if (*hint == '\0' || one_line)
		return;
	(void)snprintf(line, sizeof(line), "hint: %s", hint);
	put_line(line);
}

static void put_text(struct secbuf *out, const char *key, const char *text)
{
	if (text_is_empty(text))
		return;
	jsonout_key(out, key);
	jsonout_string(out, text);
}

static void put_number(struct secbuf *out, const char *key, int64_t number)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%lld", (long long)number);
	jsonout_key(out, key);
	secbuf_puts(out, text);
}

static void put_facts(struct secbuf *out, const struct error *err)
{
	const char *name;

	for (size_t i = 0; (name = error_text_name(i)); i++)
		put_text(out, strcmp(name, "aws_code") == 0 ? "code" : name,
			 error_text(err, i));
	if (err->about.line > 0)
		put_number(out, "line", err->about.line);
	if (err->about.number != 0)
		put_number(out, "number", err->about.number);
	if (err->about.of != 0)
		put_number(out, "of", err->about.of);
}

/* One line of JSON; false, if there is no memory for it. */
static bool report_json(const struct front *front, const struct error *err,
			const char *hint)
{
	struct secbuf *out = secbuf_new(JSON_MAX);
	char word[REASON_WORD_LEN];
	bool ok;

	reason_word(err->reason, word);
	secbuf_puts(out, "{\"error\":{");
	put_text(out, "reason", word);
	put_text(out, "message", what_failed(err));
	put_text(out, "hint", hint);
	put_text(out, "command", front->command->name);
	put_number(out, "status", front_status(front, err));
	put_facts(out, err);
	secbuf_puts(out, "}}\n");
	ok = secbuf_ok(out);
	if (ok)
		(void)!write(STDERR_FILENO, secbuf_text(out), secbuf_len(out));
	secbuf_free(out);
	return ok;
}

void front_report(const struct front *front, const struct error *err)
{
	const char *profile = front->request.profile;
	char hint[LINE_MAX_LEN / 2];

	if (err->reason == REASON_NONE) /* legacy */
		hint_for(err, profile, hint, sizeof(hint));
	else
		message_hint(err, profile, hint, sizeof(hint));
	if (!front->command || !front->request.json ||
	    !report_json(front, err, hint))
		report_lines(front, err, hint);
}

static int plain_status(enum error_code code)
{
	switch (code) {
	case ERROR_USAGE:
		return 2;
	case ERROR_CONFIG:
		return 3;
	case ERROR_PERSON:
		return 4;
	case ERROR_DENIED:
		return 5;
	case ERROR_KEYRING:
		return 6;
	case ERROR_NETWORK:
	case ERROR_PROTOCOL:
		return 7;
	case ERROR_INTERRUPTED:
		return 130;
	case ERROR_NOT_FOUND:
		return 127;
	case ERROR_CANNOT_RUN:
		return 126;
	case ERROR_NONE:
	case ERROR_MEMORY:
	case ERROR_SYSTEM:
		break;
	}
	return 1;
}

int front_status(const struct front *front, const struct error *err)
{
	int status = plain_status(err->code);

	if (!front->command || !front->command->like_env ||
	    (status >= 126 && status <= 130))
		return status;
	return 125; /* as env(1): ours, not the child's */
}

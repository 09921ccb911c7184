/*
 * A keyring, for scripts to drive, as main opens it:
 *
 *   keyring_tool BACKEND get KIND NAME        the value to stdout
 *   keyring_tool BACKEND put KIND NAME        the value from stdin
 *           [--label TEXT] [--origin TEXT] [--expires SECONDS]
 *   keyring_tool BACKEND remove KIND NAME     says removed or none
 *   keyring_tool BACKEND list KIND            a JSON object a line
 *   keyring_tool BACKEND lock|unlock|why
 *
 * BACKEND is one of rolekey's, auto, or reader for the quick reader.  --timeout
 * SECONDS says how long a derived key is kept; --quick has no prompt, as the
 * quick executable.  A name may look like an option.  Status: 0; 1 for an
 * error, its text on stderr; 2 usage; 3 there is no such item.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/notice.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "edge/edge.h"
#include "edge/keyring.h"
#include "format/jsonout.h"
#include "message/message.h"
#include "tool_facts.h"

#define VALUE_MAX (1U << 20)
#define LINE_MAX  8192

#define STATUS_ERROR 1
#define STATUS_USAGE 2
#define STATUS_NONE  3

/* The command line. */
struct job {
	const char *backend;
	const char *verb;
	const char *kind;
	const char *name;
	const char *label;
	const char *origin;
	int64_t expires;
	int64_t timeout;
	bool quick;
};

static const struct keyring_row *const rows[] = { &libsecret_keyring_row,
						  &keyring_row_file,
						  &keyring_row_kernel,
						  &keyring_row_pass, NULL };
static const struct keyring_row *const quick_rows[] = { &reader_keyring_row,
							NULL };

/* --- the verbs ----------------------------------------------------------------- */

static bool read_value(struct secbuf *value, struct error *err)
{
	size_t room;
	char *at;

	while ((at = secbuf_room(value, &room)) != NULL) {
		ssize_t n = read(STDIN_FILENO, at, room);

		if (n == 0)
			return true;
		if (n < 0 && errno != EINTR)
			return error_fail(err, REASON_SYSTEM_CALL,
					  .path = "stdin");
		secbuf_grew(value, n > 0 ? (size_t)n : 0);
	}
	return error_memory(err);
}

static bool print_secbuf(const struct secbuf *text, struct error *err)
{
	struct output out = stdout_output();

	if (!secbuf_ok(text))
		return error_memory(err);
	return output_write(&out, secbuf_text(text), secbuf_len(text), err);
}

static bool get(const struct keyring *keyring, const struct job *job,
		int *status, struct error *err)
{
	struct secbuf *value;
	bool ok;

	if (!keyring_get(keyring, job->kind, job->name, &value, err))
		return false;
	*status = value ? 0 : STATUS_NONE;
	ok = !value || print_secbuf(value, err);
	secbuf_free(value);
	return ok;
}

static bool put(const struct keyring *keyring, const struct job *job,
		int *status, struct error *err)
{
	const struct keyring_item item = { .kind = job->kind,
					   .name = job->name,
					   .label = job->label,
					   .origin = job->origin,
					   .expires = job->expires };
	struct secbuf *value = secbuf_new(VALUE_MAX);
	bool ok;

	ok = read_value(value, err) && keyring_put(keyring, &item, value, err);
	secbuf_free(value);
	*status = 0;
	return ok;
}

static bool remove_item(const struct keyring *keyring, const struct job *job,
			int *status, struct error *err)
{
	bool removed;

	if (!keyring_remove(keyring, job->kind, job->name, &removed, err))
		return false;
	*status = 0;
	return puts(removed ? "removed" : "none") >= 0;
}

static void add_text(struct jsonout *line, const char *key, const char *text)
{
	jsonout_key(line, key);
	jsonout_string(line, text);
}

static bool print_item(const struct keyring_item *item, struct error *err)
{
	struct secbuf *text = secbuf_new(LINE_MAX);
	struct jsonout json = jsonout_to_secbuf(text);
	struct jsonout *line = &json;
	bool ok;

	jsonout_raw(line, "{");
	add_text(line, "kind", item->kind);
	add_text(line, "name", item->name);
	add_text(line, "label", item->label);
	add_text(line, "origin", item->origin);
	jsonout_key(line, "expires");
	jsonout_number(line, item->expires);
	jsonout_raw(line, "}\n");
	ok = print_secbuf(text, err);
	secbuf_free(text);
	return ok;
}

static bool list(const struct keyring *keyring, const struct job *job,
		 int *status, struct error *err)
{
	struct arena *arena = arena_new();
	const struct keyring_item *items;
	size_t n = 0;
	bool ok;

	ok = keyring_list(keyring, job->kind, arena, &items, &n, err);
	for (size_t i = 0; ok && i < n; i++)
		ok = print_item(&items[i], err);
	arena_free(arena);
	*status = 0;
	return ok;
}

static bool lock(const struct keyring *keyring, const struct job *job,
		 int *status, struct error *err)
{
	(void)job;
	*status = keyring->lock ? 0 : STATUS_NONE;
	return !keyring->lock || keyring_lock(keyring, err);
}

static bool unlock(const struct keyring *keyring, const struct job *job,
		   int *status, struct error *err)
{
	(void)job;
	*status = keyring->unlock ? 0 : STATUS_NONE;
	return !keyring->unlock || keyring_unlock(keyring, err);
}

static bool why(const struct keyring *keyring, const struct job *job,
		int *status, struct error *err)
{
	(void)job;
	(void)err;
	*status = 0;
	tool_facts(stdout, keyring->why);
	if (keyring->passed_over)
		tool_facts(stdout, keyring->passed_over);
	return true;
}

static const struct {
	const char *name;
	int operands; /* KIND, NAME */
	bool (*run)(const struct keyring *keyring, const struct job *job,
		    int *status, struct error *err);
} verbs[] = {
	{ "get", 2, get },   { "put", 2, put },   { "remove", 2, remove_item },
	{ "list", 1, list }, { "lock", 0, lock }, { "unlock", 0, unlock },
	{ "why", 0, why },
};

#define VERBS (sizeof(verbs) / sizeof(verbs[0]))

/* --- the command line ------------------------------------------------------------ */

static int64_t number(const char *text)
{
	return strtoll(text, NULL, 10);
}

/* Returns how many words it takes; 0 if it is not an option. */
static int take_option(struct job *job, char *const *word)
{
	if (strcmp(word[0], "--quick") == 0) {
		job->quick = true;
		return 1;
	}
	if (!word[1])
		return 0;
	if (strcmp(word[0], "--label") == 0)
		job->label = word[1];
	else if (strcmp(word[0], "--origin") == 0)
		job->origin = word[1];
	else if (strcmp(word[0], "--expires") == 0)
		job->expires = number(word[1]);
	else if (strcmp(word[0], "--timeout") == 0)
		job->timeout = number(word[1]);
	else
		return 0;
	return 2;
}

/* The verb's row, or VERBS.  A name may look like an option: it comes first. */
static size_t read_job(struct job *job, int argc, char *const *argv)
{
	size_t verb = 0;
	int at = 3;

	if (argc < 3)
		return VERBS;
	job->backend = argv[1];
	job->verb = argv[2];
	while (verb < VERBS && strcmp(verbs[verb].name, job->verb) != 0)
		verb++;
	if (verb == VERBS || argc < at + verbs[verb].operands)
		return VERBS;
	if (verbs[verb].operands > 0)
		job->kind = argv[at++];
	if (verbs[verb].operands > 1)
		job->name = argv[at++];
	while (at < argc) {
		int n = take_option(job, argv + at);

		if (n == 0)
			return VERBS;
		at += n;
	}
	return verb;
}

static int fail(const struct error *err)
{
	(void)fputs("keyring_tool: ", stderr);
	tool_facts(stderr, err);
	return STATUS_ERROR;
}

static int run(size_t verb, const struct job *job,
	       const struct keyring_needs *needs)
{
	/* by its row: its name is the other one's, too */
	bool quick = strcmp(job->backend, "reader") == 0;
	struct keyring_choice choice = { 0 };
	struct error err = { 0 };
	int status = 0;
	bool ok;

	if (!keyring_choose(quick ? quick_rows : rows,
			    quick ? reader_keyring_row.name : job->backend,
			    needs, &choice, &err))
		return fail(&err);
	ok = verbs[verb].run(&choice.keyring, job, &status, &err);
	choice.row->close(&choice.keyring);
	if (secbuf_alive() != 0)
		(void)fprintf(stderr, "keyring_tool: a secret is left\n");
	return ok ? status : fail(&err);
}

int main(int argc, char **argv)
{
	struct job job = { .label = "a test", .timeout = 28800 };
	size_t verb = read_job(&job, argc, argv);
	bool no_prompt = text_env(environ, "ROLEKEY_NO_PROMPT") != NULL;
	struct prompt_tty tty = { .no_prompt = no_prompt };
	struct prompt prompt = prompt_tty(&tty);
	struct notices_stderr to = { .render = message_text };
	struct notices notices = stderr_notices(&to);
	struct keyring_needs needs = { .environment = environ,
				       .prompt = job.quick ? NULL : &prompt,
				       .notices = &notices,
				       .unlock_timeout = job.timeout,
				       .no_prompt = no_prompt };

	return verb == VERBS ? STATUS_USAGE : run(verb, &job, &needs);
}

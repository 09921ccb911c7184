/*
 * The real ports, for scripts to drive: what needs a terminal, a second
 * process or a death in the middle cannot be seen from within a unit test.
 *
 * Results go to stdout as "answer TEXT" or "error CODE TOPIC: TEXT", and the
 * exit status is the error's code.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "edge/edge.h"
#include "tool_facts.h"

static int report(bool ok, const struct error *err)
{
	if (ok)
		return 0;
	(void)printf("error %d ", (int)err->code);
	tool_facts(stdout, err);
	return (int)err->code;
}

static long number(const char *text)
{
	return strtol(text, NULL, 10);
}

static int ask_kind(enum prompt_kind kind, bool no_prompt, char **args)
{
	struct prompt_tty self = { .no_prompt = no_prompt };
	struct prompt prompt = prompt_tty(&self);
	struct secbuf *answer = NULL;
	struct error err = { 0 };
	char question[256];
	bool ok = true;

	for (; ok && *args; args++) {
		(void)snprintf(question, sizeof(question), "%s: ", *args);
		ok = prompt_ask(&prompt, kind, question, &answer, &err);
		if (ok)
			(void)printf("answer %s%s\n", secbuf_text(answer),
				     strchr(secbuf_text(answer), '\r')
					     ? "with a CR"
					     : "");
		if (ok)
			secbuf_free(answer);
		(void)fflush(stdout);
	}
	if (secbuf_alive() != 0)
		(void)printf("a secret is still alive\n");
	return report(ok, &err);
}

static int ask_secret(char **args)
{
	return ask_kind(PROMPT_SECRET, false, args);
}

static int ask_code(char **args)
{
	return ask_kind(PROMPT_CODE, false, args);
}

/* As add: the first answer is shown, the second is a secret. */
static int ask_pair(char **args)
{
	char *first[] = { args[0], NULL };
	int status = ask_kind(PROMPT_TEXT, false, first);

	return status != 0 ? status : ask_kind(PROMPT_SECRET, false, args + 1);
}

static int ask_nobody(char **args)
{
	return ask_kind(PROMPT_CODE, true, args);
}

static int can_ask(char **args)
{
	struct prompt_tty self = { 0 };
	struct prompt prompt = prompt_tty(&self);

	(void)args;
	(void)printf("%s\n", prompt_can_ask(&prompt) ? "yes" : "no");
	return 0;
}

static int tell(char **args)
{
	struct prompt_tty self = { 0 };
	struct prompt prompt = prompt_tty(&self);

	prompt_tell(&prompt, args[0]);
	return 0;
}

/* FOR-WHAT SECONDS */
static int wait_for(char **args)
{
	struct prompt_tty self = { 0 };
	struct prompt prompt = prompt_tty(&self);
	struct error err = { 0 };

	return report(prompt_wait(&prompt, args[0], (int)number(args[1]), &err),
		      &err);
}

/* PATH BEFORE AFTER; "-" for BEFORE: there was no such file. */
static int replace(char **args)
{
	struct files files = files_posix();
	bool is_new = strcmp(args[1], "-") == 0;
	struct secbuf *before = is_new ? NULL : secbuf_from(args[1]);
	struct secbuf *after = secbuf_from(args[2]);
	struct error err = { 0 };
	bool ok = files_replace(&files, args[0], 0600, before, after, &err);

	secbuf_free(before);
	secbuf_free(after);
	return report(ok, &err);
}

/* NAME WAIT HOLD: take it, say so, hold it for so many milliseconds. */
static int lock(char **args)
{
	struct prompt_tty tty = { 0 };
	struct prompt prompt = prompt_tty(&tty);
	struct locks_flock self = { environ, &prompt };
	struct locks locks = locks_flock(&self);
	long ms = number(args[2]);
	struct timespec hold = { ms / 1000, ms % 1000 * 1000000 };
	struct error err = { 0 };
	int handle;

	if (!locks_take(&locks, args[0], (int)number(args[1]), &handle, &err))
		return report(false, &err);
	(void)printf("taken\n");
	(void)fflush(stdout);
	(void)nanosleep(&hold, NULL);
	locks_release(&locks, handle, false);
	return 0;
}

/* COMMAND ARG...: as exec does it, from a hardened process. */
static int become(char **args)
{
	struct launcher launcher = launcher_posix(environ);
	struct arena *arena = arena_new();
	const char *path = NULL;
	struct error err = { 0 };
	bool ok;

	ok = launcher_find(&launcher, args[0], arena, &path, &err) &&
	     launcher_become(&launcher, path, args, environ, &err);
	arena_free(arena);
	return report(ok, &err);
}

/* TEXT TIMES */
static int write_out(char **args)
{
	struct output output = stdout_output();
	struct error err = { 0 };
	bool ok = true;

	for (long i = number(args[1]); ok && i > 0; i--)
		ok = output_write(&output, args[0], strlen(args[0]), &err);
	if (!ok)
		tool_facts(stderr, &err);
	return ok ? 0 : (int)err.code;
}

static const struct {
	const char *name;
	int n_args; /* at least */
	int (*run)(char **args);
} verbs[] = {
	{ "secret", 1, ask_secret }, { "code", 1, ask_code },
	{ "pair", 2, ask_pair },     { "nobody", 1, ask_nobody },
	{ "can-ask", 0, can_ask },   { "tell", 1, tell },
	{ "replace", 3, replace },   { "lock", 3, lock },
	{ "exec", 1, become },       { "write", 2, write_out },
	{ "wait", 2, wait_for },
};

int main(int argc, char **argv)
{
	harden_process();
	harden_remember_signals();
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (argc >= 2 + verbs[i].n_args &&
		    strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].run(argv + 2);
	return 99;
}

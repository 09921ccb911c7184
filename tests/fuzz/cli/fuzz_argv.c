#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "cli/cli.h"
#include "cmd/command.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define WORDS_MAX 64

static char program[] = "rolekey";
static char debug[] = "--debug";
static char dance[] = "--dance";
static char variable[] = "AWS_PROFILE=from-environment";
static char *environment[] = { variable, NULL };

/* A command line: a word a line. */
struct line {
	char *text; /* all words, each ends with NUL */
	size_t len;
	char *argv[WORDS_MAX + 3];
	size_t n;
};

/* The result of one command line. */
struct outcome {
	bool ok;
	enum cli_what what;
	const struct command *command;
	struct arena *arena; /* the options of the command are in it */
	struct call call;
	struct error err;
};

static bool line_make(struct line *line, const uint8_t *data, size_t size)
{
	char *p;

	*line = (struct line){ .text = strndup((const char *)data, size) };
	if (!line->text)
		return false;
	line->len = strlen(line->text);
	line->argv[line->n++] = program;
	for (p = line->text; p && *p != '\0' && line->n < WORDS_MAX;) {
		line->argv[line->n++] = p;
		p = strchr(p, '\n');
		if (p)
			*p++ = '\0';
	}
	return true;
}

static struct outcome parse(char *const argv[], char *const env[])
{
	struct outcome o = { 0 };
	const struct cli_result result = { &o.what, &o.command, &o.call };

	o.arena = arena_new();
	if (!o.arena)
		abort();
	o.ok = cli_parse(argv, command_table, env, o.arena, &result, &o.err);
	return o;
}

static void must(bool condition)
{
	if (!condition)
		abort();
}

/* A text is the command line's own, or there is none. */
static void must_be_of(const struct line *line, const char *text)
{
	must(!text || (text >= line->text && text <= line->text + line->len));
}

/* Every field that the parser fills has a value of its kind. */
static void check_field(const struct line *line, const struct option *option,
			const void *options)
{
	const char *field = (const char *)options + option->offset;
	struct option_list list;
	const char *text;
	int64_t seconds;

	switch (option->kind) {
	case OPTION_FLAG:
		must(*field == 0 || *field == 1);
		return;
	case OPTION_TEXT:
	case OPTION_WORD:
		memcpy(&text, field, sizeof(text));
		must_be_of(line, text);
		return;
	case OPTION_LIST:
		memcpy(&list, field, sizeof(list));
		for (size_t i = 0; i < list.n; i++)
			must_be_of(line, list.items[i]);
		return;
	case OPTION_NUMBER:
		memcpy(&seconds, field, sizeof(seconds));
		must(seconds >= 0 && seconds <= option->most);
		return;
	case OPTION_DURATION:
	case OPTION_TTL:
		memcpy(&seconds, field, sizeof(seconds));
		must(seconds >= (option->kind == OPTION_TTL ? -1 : 0));
		return;
	}
}

static void check_fields(const struct line *line, const struct outcome *o,
			 const struct option *table)
{
	struct option_cursor cursor = { .next = table };
	const struct option *option;

	while ((option = option_next(&cursor)))
		check_field(line, option,
			    option->shared ? &o->call : o->call.options);
}

/* An option that a command has not changes nothing. */
static void check_shared(const struct call *call, const struct command *command)
{
	struct call plain = { .request.min_ttl = -1 };
	struct option_cursor cursor = { .next = command->options };
	const struct option *option;
	bool session = false;
	bool region = false;

	while ((option = option_next(&cursor))) {
		session = session || strcmp(option->name, "min-ttl") == 0;
		region = region || strcmp(option->name, "region") == 0;
	}
	if (!session)
		must(call->request.min_ttl == plain.request.min_ttl &&
		     !call->request.refresh && !call->mfa_text);
	if (!region)
		must(!call->request.region && !call->request.no_session);
}

/* A child's words are the end of the line, and exec's alone. */
static void check_child(const struct line *line, const struct outcome *o)
{
	char *const *child = o->call.argv;

	if (!child)
		return;
	must(o->command->operands == OPERANDS_PROFILE_COMMAND ||
	     o->command->operands == OPERANDS_SEARCH_COMMAND);
	must(child > line->argv && child < line->argv + line->n);
}

static bool is_search(enum operands operands)
{
	return operands == OPERANDS_SEARCH ||
	       operands == OPERANDS_SEARCH_COMMAND;
}

/* Only these commands have search words, and they are the line's. */
static void check_search(const struct line *line, const struct outcome *o)
{
	must(o->call.n_search == 0 || is_search(o->command->operands));
	for (size_t i = 0; i < o->call.n_search; i++)
		must_be_of(line, o->call.search[i]);
}

static void check_profile(const struct line *line, const struct outcome *o)
{
	const char *profile = o->call.request.profile;
	enum operands operands = o->command->operands;

	if (!profile) {
		/* the picker asks for the others */
		must(operands != OPERANDS_PROFILE_GIVEN);
		return;
	}
	must(profile[0] != '\0');
	must(operands != OPERANDS_NONE && operands != OPERANDS_WORD &&
	     !is_search(operands));
	if (operands == OPERANDS_PROFILE_GIVEN ||
	    profile != strchr(variable, '=') + 1)
		must_be_of(line, profile);
}

static void check(const struct line *line, const struct outcome *o)
{
	if (!o->ok) {
		must(o->err.code == ERROR_USAGE &&
		     o->err.reason != REASON_NONE);
		return;
	}
	must(o->what == CLI_COMMAND || o->what == CLI_HELP ||
	     o->what == CLI_VERSION);
	check_fields(line, o, option_global);
	if (o->what != CLI_COMMAND)
		return;
	must(o->command != NULL);
	must_be_of(line, o->call.word);
	check_fields(line, o, o->command->options);
	check_shared(&o->call, o->command);
	check_child(line, o);
	check_profile(line, o);
	check_search(line, o);
}

static bool same_field(const struct option *option, const void *a,
		       const void *b)
{
	static const size_t sizes[] = {
		[OPTION_FLAG] = sizeof(bool),
		[OPTION_TEXT] = sizeof(const char *),
		[OPTION_WORD] = sizeof(const char *),
		[OPTION_DURATION] = sizeof(int64_t),
		[OPTION_TTL] = sizeof(int64_t),
		[OPTION_NUMBER] = sizeof(int64_t),
	};
	struct option_list x, y;

	if (option->kind != OPTION_LIST)
		return memcmp(a, b, sizes[option->kind]) == 0;
	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x.n == y.n && (x.n == 0 || memcmp(x.items, y.items,
						 x.n * sizeof(*x.items)) == 0);
}

static bool same_options(const struct command *command, const char *a,
			 const char *b)
{
	const struct option *option = command->options;

	for (; option && (option->name || option->include); option++)
		if (option->name && !option->shared &&
		    !same_field(option, a + option->offset, b + option->offset))
			return false;
	return true;
}

static bool same(const struct outcome *a, const struct outcome *b)
{
	const struct call *x = &a->call;
	const struct call *y = &b->call;

	if (a->command && a->command->options_size > 0 && x->options &&
	    !same_options(a->command, x->options, y->options))
		return false;
	if (x->n_search != y->n_search)
		return false;
	return x->request.profile == y->request.profile &&
	       x->request.duration == y->request.duration &&
	       x->request.min_ttl == y->request.min_ttl &&
	       x->request.region == y->request.region &&
	       x->request.no_session == y->request.no_session &&
	       x->request.refresh == y->request.refresh &&
	       x->mfa_text == y->mfa_text && x->word == y->word &&
	       x->json == y->json && x->force == y->force && x->yes == y->yes;
}

/* Global options may come first, and change nothing else. */
static void check_option_before(const struct line *line,
				const struct outcome *plain)
{
	char *argv[WORDS_MAX + 3] = { program, debug };
	struct outcome o;

	memcpy(argv + 2, line->argv + 1, line->n * sizeof(*argv));
	o = parse(argv, environment);
	/* An empty line shows the help; with an option it lacks a command. */
	must(o.ok == (plain->ok && line->n > 1));
	if (o.ok) {
		must(o.call.debug && o.what == plain->what &&
		     o.command == plain->command && same(&o, plain));
		must(!o.call.argv == !plain->call.argv);
		if (o.call.argv)
			must(o.call.argv - argv - 1 ==
			     plain->call.argv - line->argv);
	}
	arena_free(o.arena);
}

/* Nothing behind the child's first word is looked at. */
static void check_word_behind(struct line *line, const struct outcome *plain)
{
	struct outcome o;

	if (!plain->ok || !plain->call.argv)
		return;
	line->argv[line->n] = dance;
	o = parse(line->argv, environment);
	line->argv[line->n] = NULL;
	must(o.ok && o.command == plain->command &&
	     o.call.argv == plain->call.argv && same(&o, plain));
	arena_free(o.arena);
}

/* Words as the shell gives them: a request that its command allows, or why. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *none[] = { NULL };
	struct outcome o;
	struct line line;

	if (!line_make(&line, data, size))
		return 0;
	o = parse(line.argv, none);
	check(&line, &o);
	arena_free(o.arena);
	o = parse(line.argv, environment);
	check(&line, &o);
	check_option_before(&line, &o);
	check_word_behind(&line, &o);
	arena_free(o.arena);
	free(line.text);
	return 0;
}

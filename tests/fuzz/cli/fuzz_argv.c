#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "access/request.h"
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

/* What became of one. */
struct outcome {
	bool ok;
	enum cli_what what;
	const struct command *command;
	struct request request;
	struct cli_flags flags;
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
	const struct cli_result result = { &o.what, &o.command, &o.request,
					   &o.flags };

	o.ok = cli_parse(argv, command_table, env, &result, &o.err);
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

static void check_options(const struct request *r, uint32_t options)
{
	must(r->duration >= 0 && r->min_ttl >= -1);
	must((r->duration == 0 || options & OPT_DURATION) &&
	     (r->min_ttl == -1 || options & OPT_MIN_TTL) &&
	     (!r->no_session || options & OPT_NO_SESSION) &&
	     (!r->region || options & OPT_REGION) &&
	     (!r->mfa_text || options & OPT_MFA_TOKEN) &&
	     (!r->refresh || options & OPT_REFRESH) &&
	     (!r->login_shell || options & OPT_LOGIN_SHELL) &&
	     (!r->yes || options & OPT_YES) &&
	     (!r->format || options & OPT_FORMAT) &&
	     (!r->json || options & OPT_JSON) &&
	     (!r->env || options & OPT_ENV) &&
	     (!r->from_stdin || options & OPT_STDIN) &&
	     (!r->no_verify || options & OPT_NO_VERIFY) &&
	     (!r->no_config || options & OPT_NO_CONFIG) &&
	     (!r->profiles || options & OPT_PROFILES) &&
	     (!r->credentials || options & OPT_CREDENTIALS) &&
	     (!r->sessions || options & OPT_SESSIONS) &&
	     (!r->force || options & OPT_FORCE) &&
	     (!r->sessions_only || options & OPT_SESSIONS_ONLY));
}

/* A child's words are the end of the line, and exec's alone. */
static void check_child(const struct line *line, const struct outcome *o)
{
	char *const *child = o->request.argv;

	if (!child)
		return;
	must(o->command->operands == OPERANDS_PROFILE_COMMAND);
	must(child > line->argv && child < line->argv + line->n);
}

static void check_profile(const struct line *line, const struct outcome *o)
{
	const char *profile = o->request.profile;
	enum operands operands = o->command->operands;

	if (!profile) {
		must(operands == OPERANDS_NONE || operands == OPERANDS_TOPIC ||
		     operands == OPERANDS_PROFILE_OPTIONAL);
		return;
	}
	must(profile[0] != '\0');
	must(operands != OPERANDS_NONE && operands != OPERANDS_TOPIC);
	if (operands == OPERANDS_PROFILE_GIVEN ||
	    profile != strchr(variable, '=') + 1)
		must_be_of(line, profile);
}

static void check(const struct line *line, const struct outcome *o)
{
	const struct request *r = &o->request;

	if (!o->ok) {
		must(o->err.code == ERROR_USAGE &&
		     o->err.reason != REASON_NONE);
		return;
	}
	must(o->what == CLI_COMMAND || o->what == CLI_HELP ||
	     o->what == CLI_VERSION);
	must_be_of(line, r->region);
	must_be_of(line, r->format);
	must_be_of(line, r->mfa_text);
	must_be_of(line, o->flags.backend);
	must_be_of(line, o->flags.prompt);
	if (o->what != CLI_COMMAND)
		return;
	must(o->command != NULL);
	check_options(r, o->command->options);
	check_child(line, o);
	check_profile(line, o);
}

static bool same(const struct request *a, const struct request *b)
{
	return a->profile == b->profile && a->duration == b->duration &&
	       a->min_ttl == b->min_ttl && a->region == b->region &&
	       a->format == b->format && a->mfa_text == b->mfa_text &&
	       a->no_session == b->no_session && a->refresh == b->refresh &&
	       a->login_shell == b->login_shell && a->json == b->json &&
	       a->env == b->env && a->from_stdin == b->from_stdin &&
	       a->no_verify == b->no_verify && a->no_config == b->no_config &&
	       a->profiles == b->profiles && a->sessions == b->sessions &&
	       a->credentials == b->credentials && a->force == b->force &&
	       a->sessions_only == b->sessions_only;
}

/* What every command takes may stand before all, and changes nothing else. */
static void check_option_before(const struct line *line,
				const struct outcome *plain)
{
	char *argv[WORDS_MAX + 3] = { program, debug };
	struct outcome o;

	memcpy(argv + 2, line->argv + 1, line->n * sizeof(*argv));
	o = parse(argv, environment);
	must(o.ok == plain->ok);
	if (!o.ok)
		return;
	must(o.flags.debug && o.what == plain->what &&
	     o.command == plain->command && same(&o.request, &plain->request));
	must(!o.request.argv == !plain->request.argv);
	if (o.request.argv)
		must(o.request.argv - argv - 1 ==
		     plain->request.argv - line->argv);
}

/* Nothing behind the child's first word is looked at. */
static void check_word_behind(struct line *line, const struct outcome *plain)
{
	struct outcome o;

	if (!plain->ok || !plain->request.argv)
		return;
	line->argv[line->n] = dance;
	o = parse(line->argv, environment);
	line->argv[line->n] = NULL;
	must(o.ok && o.command == plain->command &&
	     o.request.argv == plain->request.argv &&
	     same(&o.request, &plain->request));
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
	o = parse(line.argv, environment);
	check(&line, &o);
	check_option_before(&line, &o);
	check_word_behind(&line, &o);
	free(line.text);
	return 0;
}

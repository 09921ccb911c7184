#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "access/request.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/options_internal.h"
#include "cmd/command.h"

#define MEANT_MAX    256
#define OPTION_MAX   32 /* bytes of a name that are compared */
#define DURATION_MIN 1  /* seconds; AWS's own limits are the planner's */

/* A command line being read. */
struct parse {
	char *const *argv;
	size_t at; /* the next word */
	const struct command *const *table;
	const struct command *command; /* NULL until it is known */
	struct request *request;
	struct cli_flags *flags;
	enum cli_what what;
	uint32_t given; /* options of enum option_bit that were seen */
	const char *given_name[32];
	bool no_more_options; /* "--" was seen, or the child's argv begins */
};

/* Finds the closest name, if it is close enough: "serve" is not "remove". */
static bool is_nearer(const char *word, const char *name, size_t *best)
{
	size_t distance = text_distance(word, name);

	if (distance >= *best || distance > strlen(name) / 3)
		return false;
	*best = distance;
	return true;
}

/* "config", of "config dump" */
static bool is_first_word(const char *word, const char *name)
{
	size_t len = strlen(word);

	return strncmp(word, name, len) == 0 && name[len] == ' ';
}

/*
 * Appends "A" or "B": the commands whose first word this is, else the closest
 * one.
 */
static void put_meant(struct strbuf *out, const struct parse *p,
		      const char *word)
{
	const char *near = NULL;
	size_t best = 4;

	for (size_t i = 0; p->table[i]; i++) {
		const char *name = p->table[i]->name;

		if (is_first_word(word, name))
			strbuf_printf(out, "%s\"%s\"",
				      out->len > 0 ? " or " : "", name);
		else if (is_nearer(word, name, &best))
			near = name;
	}
	if (near && out->len == 0)
		strbuf_printf(out, "\"%s\"", near);
}

static bool unknown_command(const struct parse *p, const char *word,
			    struct error *err)
{
	struct strbuf meant = strbuf_with_max(MEANT_MAX);
	bool known;

	put_meant(&meant, p, word);
	known = strbuf_ok(&meant) && meant.len > 0;
	(void)error_fail(err, REASON_NO_SUCH_COMMAND, .value = word,
			 .other = known ? strbuf_text(&meant) : "");
	strbuf_clear(&meant);
	return false;
}

/* The text after a "=" may be a code, so it is not quoted. */
static bool unknown_option(const char *word, struct error *err)
{
	const char *near = NULL;
	const char *meant = word + strspn(word, "-");
	char name[OPTION_MAX];
	char given[OPTION_MAX];
	size_t best = 4;

	(void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(meant, "="),
		       meant);
	(void)snprintf(given, sizeof(given), "%.*s", (int)strcspn(word, "="),
		       word);
	for (size_t i = 0; i < options_count; i++)
		if (is_nearer(name, options_table[i].name, &best))
			near = options_table[i].name;
	return error_fail(err, REASON_NO_SUCH_OPTION, .value = given,
			  .other = near);
}

/* "config dump" is two words of the command line. */
static bool is_command(const struct command *command, char *const *words,
		       size_t *used)
{
	const char *space = strchr(command->name, ' ');
	size_t len = space ? (size_t)(space - command->name) : 0;

	*used = space ? 2 : 1;
	if (space)
		return strlen(words[0]) == len && words[1] &&
		       strncmp(words[0], command->name, len) == 0 &&
		       strcmp(words[1], space + 1) == 0;
	return strcmp(words[0], command->name) == 0 ||
	       (command->alias && strcmp(words[0], command->alias) == 0);
}

static const struct command *find_command(const struct parse *p,
					  char *const *words, size_t *used)
{
	for (size_t i = 0; p->table[i]; i++)
		if (is_command(p->table[i], words, used))
			return p->table[i];
	return NULL;
}

/* --- options -------------------------------------------------------------- */

/* The value of an option is not what it must be. Returns false. */
static bool option_fail(const struct option_row *row, const char *value,
			const char *expected, struct error *err)
{
	return error_fail(err, REASON_BAD_OPTION_VALUE, .key = row->name,
			  .value = value, .expected = expected);
}

static bool set_duration(const struct option_row *row, const char *value,
			 void *field, struct error *err)
{
	int64_t seconds;

	if (!text_duration(value, &seconds) ||
	    (row->bit == OPT_DURATION && seconds < DURATION_MIN))
		return option_fail(row, value, TEXT_DURATION_FORM, err);
	memcpy(field, &seconds, sizeof(seconds));
	return true;
}

static bool apply(struct parse *p, const struct option_row *row,
		  const char *value, struct error *err)
{
	void *field = (char *)p->request + row->offset;
	const bool yes = true;

	switch (row->type) {
	case OPTION_FLAG:
		memcpy(field, &yes, sizeof(yes));
		return true;
	case OPTION_TEXT:
		memcpy(field, &value, sizeof(value));
		return true;
	case OPTION_DURATION:
		return set_duration(row, value, field, err);
	case OPTION_BACKEND:
		p->flags->backend = value;
		return true;
	case OPTION_PROMPT:
		p->flags->prompt = value;
		return true;
	case OPTION_NO_PROMPT:
		p->flags->no_prompt = true;
		return true;
	case OPTION_DEBUG:
		p->flags->debug = true;
		return true;
	case OPTION_HELP:
		p->what = CLI_HELP;
		return true;
	case OPTION_VERSION:
		p->what = CLI_VERSION;
		return true;
	}
	return true;
}

static void note_given(struct parse *p, const struct option_row *row)
{
	if (row->bit == OPTION_ANYWHERE)
		return;
	p->given |= row->bit;
	p->given_name[__builtin_ctz(row->bit)] = row->name;
}

/* Reads the value: after "=" or the letter, else the next argument. */
static bool take_value(struct parse *p, const struct option_row *row,
		       const char *attached, const char **value,
		       struct error *err)
{
	*value = attached;
	if (!row->value)
		return !attached || error_fail(err, REASON_OPTION_WITHOUT_VALUE,
					       .key = row->name);
	if (!attached)
		*value = p->argv[p->at];
	if (!*value)
		return error_fail(err, REASON_OPTION_NEEDS_VALUE,
				  .key = row->name, .expected = row->value);
	p->at += attached ? 0 : 1;
	return true;
}

static bool use_option(struct parse *p, const struct option_row *row,
		       const char *attached, struct error *err)
{
	const char *value = NULL;

	note_given(p, row);
	return take_value(p, row, attached, &value, err) &&
	       apply(p, row, value, err);
}

static bool long_option(struct parse *p, const char *word, struct error *err)
{
	const char *equal = strchr(word, '=');
	size_t len = equal ? (size_t)(equal - word) : strlen(word);

	for (size_t i = 0; i < options_count; i++)
		if (strlen(options_table[i].name) == len &&
		    strncmp(options_table[i].name, word, len) == 0)
			return use_option(p, &options_table[i],
					  equal ? equal + 1 : NULL, err);
	return unknown_option(word - 2, err);
}

static const struct option_row *find_letter(char letter)
{
	for (size_t i = 0; i < options_count; i++)
		if (options_table[i].letter == letter)
			return &options_table[i];
	return NULL;
}

/* Returns the value after a letter: "d1h" or "d=1h". */
static const char *behind_letter(const char *letter)
{
	if (letter[1] == '=')
		return letter + 2;
	return letter[1] != '\0' ? letter + 1 : NULL;
}

/* Parses letters: "-nd1h" combines a flag and a value. */
static bool short_options(struct parse *p, const char *word, struct error *err)
{
	for (const char *c = word + 1; *c != '\0'; c++) {
		const struct option_row *row = find_letter(*c);

		if (!row)
			return unknown_option(word, err);
		if (row->value)
			return use_option(p, row, behind_letter(c), err);
		if (!use_option(p, row, NULL, err))
			return false;
	}
	return true;
}

/* --- operands -------------------------------------------------------------- */

static bool takes_profile(const struct command *command)
{
	return command->operands != OPERANDS_NONE &&
	       command->operands != OPERANDS_TOPIC &&
	       command->operands != OPERANDS_SHELL;
}

/* Starts the command of exec: after the profile, all arguments are its own. */
static void begin_child(struct parse *p)
{
	if (p->argv[p->at])
		p->request->argv = p->argv + p->at;
	while (p->argv[p->at])
		p->at++;
}

static bool use_operand(struct parse *p, const char *word, struct error *err)
{
	if (p->command->operands == OPERANDS_PROFILE_COMMAND &&
	    p->request->profile) {
		p->at--;
		begin_child(p);
		return true;
	}
	if (p->command->operands == OPERANDS_SHELL && !p->request->shell) {
		p->request->shell = word;
		return true;
	}
	if (!takes_profile(p->command) || p->request->profile)
		return error_fail(err, REASON_UNEXPECTED_ARGUMENT,
				  .value = word);
	if (*word == '\0')
		return error_fail(err, REASON_EMPTY_PROFILE);
	p->request->profile = word;
	return true;
}

/* `rolekey help COMMAND` */
static bool use_topic(struct parse *p, struct error *err)
{
	size_t used = 0;

	p->what = CLI_HELP;
	if (!p->argv[p->at])
		return true;
	p->command = find_command(p, p->argv + p->at, &used);
	if (!p->command)
		return unknown_command(p, p->argv[p->at], err);
	while (p->argv[p->at])
		p->at++;
	return true;
}

static bool use_command(struct parse *p, const char *word, struct error *err)
{
	size_t used = 0;

	if (strcmp(word, "help") == 0)
		return use_topic(p, err);
	p->command = find_command(p, p->argv + p->at - 1, &used);
	if (!p->command)
		return unknown_command(p, word, err);
	p->at += used - 1;
	return true;
}

/*
 * Handles "--": arguments after it are not options; in exec they are the
 * command.
 */
static bool use_dashes(struct parse *p, struct error *err)
{
	if (!p->command)
		return error_fail(err, REASON_DASHES_BEFORE_COMMAND);
	if (p->command->operands == OPERANDS_PROFILE_COMMAND)
		begin_child(p);
	p->no_more_options = true;
	return true;
}

static bool use_word(struct parse *p, struct error *err)
{
	const char *word = p->argv[p->at++];

	if (!p->no_more_options && strcmp(word, "--") == 0)
		return use_dashes(p, err);
	if (!p->no_more_options && strncmp(word, "--", 2) == 0)
		return long_option(p, word + 2, err);
	if (!p->no_more_options && word[0] == '-' && word[1] != '\0')
		return short_options(p, word, err);
	return p->command ? use_operand(p, word, err)
			  : use_command(p, word, err);
}

/* --- the whole -------------------------------------------------------------- */

static bool check_options(const struct parse *p, struct error *err)
{
	uint32_t wrong = p->given & ~p->command->options;

	return wrong == 0 ||
	       error_fail(err, REASON_OPTION_NOT_TAKEN,
			  .action = p->command->name,
			  .key = p->given_name[__builtin_ctz(wrong)]);
}

static bool check_profile(const struct parse *p, char *const *environment,
			  struct error *err)
{
	enum operands operands = p->command->operands;
	const char *named = text_env(environment, "AWS_PROFILE");

	if (p->request->profile || !takes_profile(p->command) ||
	    operands == OPERANDS_PROFILE_OPTIONAL)
		return true;
	if (operands != OPERANDS_PROFILE_GIVEN && !text_is_empty(named)) {
		p->request->profile = named;
		p->request->profile_is_env = true;
		return true;
	}
	return error_fail(err, operands == OPERANDS_PROFILE_GIVEN
				       ? REASON_NO_PROFILE_GIVEN
				       : REASON_NO_PROFILE_AT_ALL);
}

static bool check(const struct parse *p, char *const *environment,
		  struct error *err)
{
	if (p->what != CLI_COMMAND)
		return true;
	if (!p->command)
		return error_fail(err, REASON_NO_COMMAND_GIVEN);
	return check_options(p, err) && check_profile(p, environment, err);
}

bool cli_parse(char *const argv[], const struct command *const *table,
	       char *const *environment, const struct cli_result *result,
	       struct error *err)
{
	struct parse p = { .argv = argv,
			   .at = argv[0] ? 1 : 0,
			   .table = table,
			   .request = result->request,
			   .flags = result->flags };
	bool ok = true;

	*result->request = (struct request){ .min_ttl = -1 };
	*result->flags = (struct cli_flags){ 0 };
	if (!argv[0] || !argv[1]) /* as git and gh: `rolekey` shows the help */
		p.what = CLI_HELP;
	while (ok && argv[p.at])
		ok = use_word(&p, err);
	ok = ok && check(&p, environment, err);
	*result->what = p.what;
	*result->command = p.command;
	return ok;
}

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/view.h"
#include "cli/cli.h"
#include "cmd/command.h"

#define MEANT_MAX    256
#define EXPECTED_MAX 256
#define OPTION_MAX   32 /* bytes of a name that are compared */
#define DURATION_MIN 1  /* seconds; AWS's own limits are the planner's */

/* A command line being read. */
struct parse {
	char *const *argv;
	size_t at; /* the next word */
	const struct command *const *table;
	const struct command *command; /* NULL until it is known */
	struct arena *arena;
	struct call *call;
	void *options; /* the command's own struct; call if it has none */
	bool is_help;  /* `rolekey help` */
	bool no_more_options; /* "--" was seen, or the child's argv begins */
};

/* An option as it was typed: a letter, or a name of len bytes. */
struct typed {
	const char *letter; /* NULL: a name */
	const char *name;
	size_t len;
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

/* --- words ------------------------------------------------------------------ */

static bool is_one_of(const char *words, const char *word)
{
	struct view rest = view_of(words);
	struct view item;

	while (view_item(&rest, &item))
		if (view_equals(item, word))
			return true;
	return false;
}

/* Prints "sh, fish or ini". */
static void put_alternatives(struct strbuf *out, const char *words)
{
	struct view rest = view_of(words);
	struct view item, next;
	bool more = view_item(&rest, &next);

	while (more) {
		item = next;
		more = view_item(&rest, &next);
		strbuf_puts(out, out->len == 0 ? "" : more ? ", " : " or ");
		strbuf_add(out, item.at, item.len);
	}
}

/* Refuses a word, or its absence if it is NULL; option may be NULL, too. */
static bool refuse_word(const struct option *option, const char *word,
			const char *words, struct error *err)
{
	struct strbuf expected = strbuf_with_max(EXPECTED_MAX);

	put_alternatives(&expected, words);
	if (!strbuf_ok(&expected))
		(void)error_memory(err);
	else if (option)
		(void)error_fail(err, REASON_BAD_OPTION_VALUE,
				 .key = option->name, .value = word,
				 .expected = strbuf_text(&expected));
	else if (word)
		(void)(error_fail(err, REASON_BAD_VALUE, .value = word,
				  .expected = strbuf_text(&expected)) ||
		       error_as(err, ERROR_USAGE));
	else
		(void)error_fail(err, REASON_NO_WORD_GIVEN,
				 .expected = strbuf_text(&expected));
	strbuf_clear(&expected);
	return false;
}

/* --- options -------------------------------------------------------------- */

static bool is_typed(const struct option *option, const struct typed *typed)
{
	if (typed->letter)
		return option->letter == *typed->letter;
	return strncmp(option->name, typed->name, typed->len) == 0 &&
	       option->name[typed->len] == '\0';
}

static const struct option *find_in(const struct option *table,
				    const struct typed *typed)
{
	struct option_cursor cursor = { .next = table };
	const struct option *option;

	while ((option = option_next(&cursor)))
		if (is_typed(option, typed))
			break;
	return option;
}

static const struct option *find_option(const struct parse *p,
					const struct typed *typed)
{
	const struct option *option =
		p->command ? find_in(p->command->options, typed) : NULL;

	return option ? option : find_in(option_global, typed);
}

static const char *nearest(const struct option *table, const char *name,
			   size_t *best, const char *near)
{
	struct option_cursor cursor = { .next = table };
	const struct option *option;

	while ((option = option_next(&cursor)))
		if (is_nearer(name, option->name, best))
			near = option->name;
	return near;
}

/* Returns the length of a letter in UTF-8; an equals sign is none. */
static size_t letter_len(const char *letter)
{
	size_t len = *letter == '=' ? 0 : 1;

	while (((unsigned char)letter[len] & 0xc0) == 0x80)
		len++;
	return len;
}

/* Quotes no more than the name: the rest of the word may be a code. */
static bool unknown_option(const struct parse *p, const struct typed *typed,
			   struct error *err)
{
	const char *near = NULL;
	char name[OPTION_MAX];
	char given[OPTION_MAX + 2];
	size_t best = 4;

	(void)snprintf(name, sizeof(name), "%.*s", (int)typed->len,
		       typed->name);
	if (typed->letter)
		(void)snprintf(given, sizeof(given), "-%.*s",
			       (int)letter_len(typed->letter), typed->letter);
	else
		(void)snprintf(given, sizeof(given), "--%s", name);
	near = nearest(option_global, name, &best, near);
	for (size_t i = 0; p->table[i]; i++)
		if (!p->command || p->command == p->table[i])
			near = nearest(p->table[i]->options, name, &best, near);
	return error_fail(err, REASON_NO_SUCH_OPTION, .value = given,
			  .other = near);
}

/* Refuses an option that another command has, or none. */
static bool refuse_option(const struct parse *p, const struct typed *typed,
			  struct error *err)
{
	const struct option *option = NULL;

	for (size_t i = 0; p->table[i] && !option; i++)
		option = find_in(p->table[i]->options, typed);
	if (!option)
		return unknown_option(p, typed, err);
	if (!p->command)
		return error_fail(err, REASON_OPTION_BEFORE_COMMAND,
				  .key = option->name);
	return error_fail(err, REASON_OPTION_NOT_TAKEN,
			  .action = p->command->name, .key = option->name);
}

static bool set_seconds(const struct option *option, const char *value,
			void *field, struct error *err)
{
	int64_t seconds;

	if (!text_duration(value, &seconds) ||
	    (option->kind == OPTION_DURATION && seconds < DURATION_MIN))
		return error_fail(err, REASON_BAD_OPTION_VALUE,
				  .key = option->name, .value = value,
				  .expected = TEXT_DURATION_FORM);
	memcpy(field, &seconds, sizeof(seconds));
	return true;
}

static bool set_number(const struct option *option, const char *value,
		       void *field, struct error *err)
{
	char expected[64];
	int64_t number;

	(void)snprintf(expected, sizeof(expected),
		       "a number from 1 to %" PRId64, option->most);
	if (!text_number(value, 1, option->most, &number))
		return error_fail(err, REASON_BAD_OPTION_VALUE,
				  .key = option->name, .value = value,
				  .expected = expected);
	memcpy(field, &number, sizeof(number));
	return true;
}

static bool add_item(struct arena *arena, const char ***items, size_t *n,
		     const char *item, struct error *err)
{
	const char **room = arena_room(arena, *items, *n, sizeof(**items));

	if (!room)
		return error_memory(err);
	*items = room;
	room[(*n)++] = item;
	return true;
}

static bool set_field(const struct parse *p, const struct option *option,
		      const char *value, struct error *err)
{
	char *base = option->shared ? (char *)p->call : p->options;
	void *field = base + option->offset;
	struct option_list *list = field;
	const bool yes = true;

	switch (option->kind) {
	case OPTION_FLAG:
		memcpy(field, &yes, sizeof(yes));
		return true;
	case OPTION_TEXT:
		memcpy(field, &value, sizeof(value));
		return true;
	case OPTION_WORD:
		if (!is_one_of(option->words, value))
			return refuse_word(option, value, option->words, err);
		memcpy(field, &value, sizeof(value));
		return true;
	case OPTION_NUMBER:
		return set_number(option, value, field, err);
	case OPTION_LIST:
		return add_item(p->arena, &list->items, &list->n, value, err);
	case OPTION_DURATION:
	case OPTION_TTL:
		break;
	}
	return set_seconds(option, value, field, err);
}

/* Reads the value: after "=" or the letter, else the next argument. */
static bool take_value(struct parse *p, const struct option *option,
		       const char *attached, const char **value,
		       struct error *err)
{
	*value = attached;
	if (!option->value)
		return !attached || error_fail(err, REASON_OPTION_WITHOUT_VALUE,
					       .key = option->name);
	if (!attached)
		*value = p->argv[p->at];
	if (!*value)
		return error_fail(err, REASON_OPTION_NEEDS_VALUE,
				  .key = option->name,
				  .expected = option->value);
	p->at += attached ? 0 : 1;
	return true;
}

static bool use_option(struct parse *p, const struct option *option,
		       const char *attached, struct error *err)
{
	const char *value = NULL;

	return take_value(p, option, attached, &value, err) &&
	       set_field(p, option, value, err);
}

static bool long_option(struct parse *p, const char *word, struct error *err)
{
	const struct typed typed = { .name = word, .len = strcspn(word, "=") };
	const struct option *option = find_option(p, &typed);

	if (!option)
		return refuse_option(p, &typed, err);
	return use_option(p, option,
			  word[typed.len] == '=' ? word + typed.len + 1 : NULL,
			  err);
}

/* Returns the value after a letter: "d1h" or "d=1h". */
static const char *after_letter(const char *letter)
{
	if (letter[1] == '=')
		return letter + 2;
	return letter[1] != '\0' ? letter + 1 : NULL;
}

/* Parses letters: "-nd1h" combines a flag and a value. */
static bool short_options(struct parse *p, const char *word, struct error *err)
{
	for (const char *c = word + 1; *c != '\0'; c++) {
		const struct typed typed = { c, word + 1,
					     strcspn(word + 1, "=") };
		const struct option *option = find_option(p, &typed);

		if (!option)
			return refuse_option(p, &typed, err);
		if (option->value)
			return use_option(p, option, after_letter(c), err);
		if (!use_option(p, option, NULL, err))
			return false;
	}
	return true;
}

/* --- operands -------------------------------------------------------------- */

static bool is_search(const struct command *command)
{
	return command->operands == OPERANDS_PROFILES ||
	       command->operands == OPERANDS_SEARCH ||
	       command->operands == OPERANDS_SEARCH_COMMAND;
}

static bool takes_profile(const struct command *command)
{
	return command->operands != OPERANDS_NONE &&
	       command->operands != OPERANDS_WORD &&
	       command->operands != OPERANDS_FILE && !is_search(command);
}

/* Starts the command to run: all following arguments are its own. */
static void begin_child(struct parse *p)
{
	if (p->argv[p->at])
		p->call->argv = p->argv + p->at;
	while (p->argv[p->at])
		p->at++;
}

static bool use_operand(struct parse *p, const char *word, struct error *err)
{
	if (p->command->operands == OPERANDS_PROFILE_COMMAND &&
	    p->call->request.profile) {
		p->at--;
		begin_child(p);
		return true;
	}
	if (p->command->operands == OPERANDS_WORD && !p->call->word) {
		p->call->word = word;
		return is_one_of(p->command->words, word) ||
		       refuse_word(NULL, word, p->command->words, err);
	}
	if (p->command->operands == OPERANDS_FILE && !p->call->word) {
		p->call->word = word;
		return true;
	}
	if (is_search(p->command))
		return add_item(p->arena, &p->call->search, &p->call->n_search,
				word, err);
	if (!takes_profile(p->command) || p->call->request.profile)
		return error_fail(err, REASON_UNEXPECTED_ARGUMENT,
				  .value = word);
	if (*word == '\0')
		return error_fail(err, REASON_EMPTY_PROFILE);
	p->call->request.profile = word;
	return true;
}

/* `rolekey help COMMAND` */
static bool use_topic(struct parse *p, struct error *err)
{
	size_t used = 0;

	p->is_help = true;
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
	if (p->command->options_size == 0)
		return true;
	p->options = arena_alloc(p->arena, p->command->options_size);
	p->call->options = p->options;
	return p->options || error_memory(err);
}

/*
 * Handles "--": arguments after it are not options; in exec and across they are
 * the command.
 */
static bool use_dashes(struct parse *p, struct error *err)
{
	if (!p->command)
		return error_fail(err, REASON_DASHES_BEFORE_COMMAND);
	if (p->command->operands == OPERANDS_PROFILE_COMMAND ||
	    p->command->operands == OPERANDS_SEARCH_COMMAND)
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

static bool check_profile(const struct parse *p, char *const *environment,
			  struct error *err)
{
	enum operands operands = p->command->operands;
	const char *named = text_env(environment, "AWS_PROFILE");

	if (p->call->request.profile || !takes_profile(p->command) ||
	    operands == OPERANDS_PROFILE_OPTIONAL)
		return true;
	if (operands != OPERANDS_PROFILE_GIVEN && !text_is_empty(named)) {
		p->call->request.profile = named;
		p->call->request.profile_is_env = true;
		return true;
	}
	return operands != OPERANDS_PROFILE_GIVEN || /* else it is picked */
	       error_fail(err, REASON_NO_PROFILE_GIVEN);
}

/* Returns the value of an OPTION_TEXT or OPTION_WORD, or NULL. */
static const char *text_of(const struct parse *p, const struct option *option)
{
	const void *field = (const char *)p->options + option->offset;

	return *(const char *const *)field;
}

/* Finds an option that must be given, and is not: no included one must be. */
static const struct option *find_missing(const struct parse *p)
{
	const struct option *option = p->command->options;

	while (option && (option->name || option->include)) {
		if (option->required && !text_of(p, option))
			return option;
		option++;
	}
	return NULL;
}

static bool check_required(const struct parse *p, struct error *err)
{
	const struct option *missing = find_missing(p);

	return !missing ||
	       error_fail(err, REASON_MISSING_OPTION, .key = missing->name,
			  .expected = missing->value);
}

static enum cli_what what_of(const struct parse *p)
{
	/* as git and gh: `rolekey` shows the help */
	if (p->is_help || p->call->help || !p->argv[0] || !p->argv[1])
		return CLI_HELP;
	return p->call->version ? CLI_VERSION : CLI_COMMAND;
}

static bool check(const struct parse *p, char *const *environment,
		  struct error *err)
{
	if (what_of(p) != CLI_COMMAND)
		return true;
	if (!p->command)
		return error_fail(err, REASON_NO_COMMAND_GIVEN);
	if (p->command->operands == OPERANDS_WORD && !p->call->word)
		return refuse_word(NULL, NULL, p->command->words, err);
	if (p->command->operands == OPERANDS_FILE && !p->call->word)
		return error_fail(err, REASON_NO_FILE_GIVEN);
	return check_required(p, err) && check_profile(p, environment, err);
}

bool cli_parse(char *const argv[], const struct command *const *table,
	       char *const *environment, struct arena *arena,
	       const struct cli_result *result, struct error *err)
{
	struct parse p = { .argv = argv,
			   .at = argv[0] ? 1 : 0,
			   .table = table,
			   .arena = arena,
			   .call = result->call,
			   .options = result->call };
	bool ok = true;

	*result->call = (struct call){ .request.min_ttl = -1 };
	while (ok && argv[p.at])
		ok = use_word(&p, err);
	ok = ok && check(&p, environment, err);
	*result->what = what_of(&p);
	*result->command = p.command;
	return ok;
}

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "base/timefmt.h"
#include "cmd/command.h"
#include "cmd/print_internal.h"
#include "cmd/search_internal.h"
#include "format/json.h"
#include "format/jsonout.h"
#include "port/world.h"

struct log_options {
	int64_t since; /* seconds; 0: all */
};

static const struct option options[] = {
	{ .name = "since",
	  .value = "DURATION",
	  .kind = OPTION_DURATION,
	  .offset = offsetof(struct log_options, since),
	  .help = "show what was used in this time (90m, 12h, 1d)" },
	{ .include = option_json },
	{ 0 }
};

/* The members of a line, in their order. Columns of the table are the first. */
enum member {
	TIME,
	PROFILE,
	ACCOUNT,
	SESSION_NAME,
	HOW,
	COMMAND,
	REASON,
	COLUMNS,
	EXPIRES = COLUMNS,
	MEMBERS
};

static const char *const names[MEMBERS] = { "time",    "profile",
					    "account", "session_name",
					    "how",     "command",
					    "reason",  "expires" };

struct row {
	const char *text[MEMBERS]; /* in the arena, or NULL */
};

struct listing {
	const struct call *call;
	struct arena *arena;
	int64_t from; /* seconds since the epoch: no row before */
	struct row *rows;
	size_t n;
	size_t n_skipped; /* lines that are no row */
	bool by_name;     /* the words are names of profiles */
};

/* --- reading ------------------------------------------------------------------- */

static bool take_members(const struct json *json, struct arena *arena,
			 struct row *row, struct error *err)
{
	for (size_t i = 0; i < MEMBERS; i++) {
		const char *text = json_text(json, names[i]);

		row->text[i] = text ? arena_strdup(arena, text) : NULL;
		if (text && !row->text[i])
			return error_memory(err);
	}
	return true;
}

static bool add_row(struct listing *l, const struct json *json,
		    struct error *err)
{
	const char *text = json_text(json, names[TIME]);
	int64_t time = 0;

	if (!text || !timefmt_parse_iso(text, &time) ||
	    !json_text(json, names[PROFILE])) {
		l->n_skipped++;
		return true;
	}
	if (time < l->from)
		return true;
	l->rows = arena_room(l->arena, l->rows, l->n, sizeof(*l->rows));
	return l->rows ? take_members(json, l->arena, &l->rows[l->n++], err)
		       : error_memory(err);
}

/*
 * Finds the last line of several without an end between them: where a disk was
 * full, only the start of a line may be there.  A text in a line cannot look
 * like this, since its quotes are escaped.
 */
static const char *last_start(const char *line, size_t len)
{
	static const char start[] = "{\"time\":\"";
	const char *last = NULL;
	const char *at = line;

	while ((at = memmem(at, len - (size_t)(at - line), start,
			    sizeof(start) - 1)) != NULL)
		last = at++;
	return last == line ? NULL : last;
}

static bool take(void *to, const char *line, size_t len, struct error *err)
{
	struct listing *l = to;
	struct error why = { 0 };
	struct json *json = json_parse(line, len, &why);
	const char *rest = json ? NULL : last_start(line, len);
	bool ok;

	if (rest) {
		l->n_skipped++;
		json = json_parse(rest, len - (size_t)(rest - line), &why);
	}
	if (!json && why.code == ERROR_MEMORY)
		return error_memory(err);
	ok = add_row(l, json, err);
	json_free(json);
	return ok;
}

/* --- which rows ---------------------------------------------------------------- */

static bool is_profile(const struct listing *l, const char *word)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->rows[i].text[PROFILE], word) == 0)
			return true;
	return false;
}

/* As for `across`: words that are all names select by name. */
static bool are_profiles(const struct listing *l)
{
	for (size_t i = 0; i < l->call->n_search; i++)
		if (!is_profile(l, l->call->search[i]))
			return false;
	return l->call->n_search > 0;
}

static bool is_named(const struct call *call, const char *profile)
{
	for (size_t i = 0; i < call->n_search; i++)
		if (strcmp(call->search[i], profile) == 0)
			return true;
	return false;
}

static bool is_selected(const struct listing *l, const struct row *row)
{
	const struct search_texts texts = {
		{ row->text[PROFILE], row->text[ACCOUNT],
		  row->text[SESSION_NAME], row->text[COMMAND],
		  row->text[REASON] }
	};

	return l->by_name ? is_named(l->call, row->text[PROFILE])
			  : search_matches(&texts, l->call->search,
					   l->call->n_search);
}

/* --- showing ------------------------------------------------------------------- */

static const char *cell(const struct row *row, size_t column)
{
	return row->text[column] ? row->text[column] : "-";
}

static void measure(const struct listing *l, size_t width[static COLUMNS])
{
	for (size_t i = 0; i < l->n; i++) {
		if (!is_selected(l, &l->rows[i]))
			continue;
		for (size_t k = 0; k < COLUMNS; k++) {
			size_t w = print_width(cell(&l->rows[i], k));

			width[k] = w > width[k] ? w : width[k];
		}
	}
}

static void put_row(struct strbuf *out, const struct row *row,
		    const size_t width[static COLUMNS])
{
	for (size_t k = 0; k < COLUMNS; k++) {
		const char *text = cell(row, k);
		size_t w = print_width(text);

		print_clean(out, text);
		for (; k + 1 < COLUMNS && w < width[k] + 2; w++)
			strbuf_puts(out, " ");
	}
	strbuf_puts(out, "\n");
}

static bool put_text(struct strbuf *out, const void *what)
{
	const struct listing *l = what;
	size_t width[COLUMNS] = { 0 };

	measure(l, width);
	for (size_t i = 0; i < l->n; i++)
		if (is_selected(l, &l->rows[i]))
			put_row(out, &l->rows[i], width);
	return true;
}

static bool put_json(struct strbuf *out, const void *what)
{
	const struct listing *l = what;

	for (size_t i = 0; i < l->n; i++) {
		struct jsonout json = jsonout_to_strbuf(out);

		if (!is_selected(l, &l->rows[i]))
			continue;
		jsonout_raw(&json, "{");
		for (size_t k = 0; k < MEMBERS; k++) {
			jsonout_key(&json, names[k]);
			jsonout_string(&json, l->rows[i].text[k]);
		}
		jsonout_raw(&json, "}\n");
	}
	return true;
}

static bool cmd_log(const struct call *call, const struct world *world,
		    struct error *err)
{
	const struct log_options *own = call->options;
	struct listing l = { .call = call,
			     .arena = arena_new(),
			     .from = own->since > 0 ? clock_now(&world->clock) -
							      own->since
						    : INT64_MIN };
	const struct audit_reader reader = { &l, take };
	bool ok;

	ok = (l.arena || error_memory(err)) &&
	     audit_read(&world->audit, &reader, err);
	if (ok && l.n_skipped > 0)
		notice_warn(&world->notices, REASON_LOG_LINES_SKIPPED,
			    .number = (int64_t)l.n_skipped);
	l.by_name = are_profiles(&l);
	ok = ok && print_all(world, call->json ? put_json : put_text, &l, err);
	arena_free(l.arena);
	return ok;
}

const struct command command_log = {
	.name = "log",
	.needs = NEEDS_NOTHING,
	.summary = "show which credentials were used and when",
	.operands = OPERANDS_SEARCH,
	.options = options,
	.options_size = sizeof(struct log_options),
	.help = "Shows the log of this machine: when credentials were used, "
		"those of which profile, how, by which command, and the reason "
		"that was given with --reason. If every WORD is the name of a "
		"profile, its lines are shown; otherwise those with all words "
		"in the profile, account id, session name, command or "
		"reason.\n",
	.examples = "rolekey log\n"
		    "rolekey log production --since 1d\n"
		    "rolekey log INC-42 --json\n",
	.run = cmd_log,
};

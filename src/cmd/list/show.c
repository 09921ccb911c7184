#include <stddef.h>
#include <string.h>

#include "aws/arn.h"
#include "aws/config.h"
#include "base/arena.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "cmd/list/list_internal.h"
#include "format/jsonout.h"
#include "port/keyring.h"

#define COLUMNS     5
#define SCRATCH_MAX 65536 /* bytes of a cell */

/* --- a table -------------------------------------------------------------- */

struct line {
	const char *cells[COLUMNS];
};

struct table {
	const struct listing *list;
	struct strbuf scratch;
	struct line *lines;
	size_t n;
	size_t width[COLUMNS];
};

static void put_blanks(struct strbuf *out, size_t n)
{
	static const char blanks[] = "                                ";

	for (; n >= sizeof(blanks); n -= sizeof(blanks) - 1)
		strbuf_puts(out, blanks);
	strbuf_add(out, blanks, n);
}

static void put_line(struct strbuf *out, const struct table *table,
		     const struct line *line)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		size_t width = print_width(line->cells[i]);

		print_clean(out, line->cells[i]);
		if (i + 1 < COLUMNS)
			put_blanks(out, table->width[i] + 2 - width);
	}
	strbuf_puts(out, "\n");
}

/* Adds a line, for which there is room. */
static void add_line(struct table *table, const char *profile,
		     const char *account, const char *role, const char *key,
		     const char *sessions)
{
	struct line *line = &table->lines[table->n++];

	*line = (struct line){ { profile, account, role, key, sessions } };
	for (size_t i = 0; i < COLUMNS; i++) {
		size_t width = print_width(line->cells[i]);

		if (width > table->width[i])
			table->width[i] = width;
	}
}

/* Copies the scratch text, and empties it. NULL when out of memory. */
static const char *keep_scratch(struct table *table)
{
	struct strbuf *text = &table->scratch;
	const char *copy = strbuf_ok(text)
				   ? arena_strdup(table->list->context.arena,
						  strbuf_text(text))
				   : NULL;

	text->len = 0;
	return copy;
}

/* Returns the name of the role. NULL when out of memory. */
static const char *role_name(struct table *table, const struct list_row *row)
{
	struct arn arn;

	if (row->problem)
		return "(broken)";
	if (!row->role_arn || !arn_parse(row->role_arn, &arn))
		return "-";
	if (!row->read_only) /* the end of the text */
		return row->role_arn + strlen(row->role_arn) -
		       strlen(arn_name(&arn));
	strbuf_puts(&table->scratch, arn_name(&arn));
	strbuf_puts(&table->scratch, " (read-only)");
	return keep_scratch(table);
}

/*
 * Formats "AssumeRole 52m, GetSessionToken 11h20m".  NULL when out of memory.
 */
static const char *sessions_text(struct table *table,
				 const struct list_row *row)
{
	struct strbuf *text = &table->scratch;

	if (row->n_sessions == 0)
		return "-";
	for (size_t left = row->n_sessions; left > 0; left--) {
		const struct list_session *session = &row->sessions[left - 1];
		char span[TEXT_SPAN_LEN];

		text_span(session->expires - table->list->now, span);
		strbuf_puts(text, left < row->n_sessions ? ", " : "");
		strbuf_puts(text, session->action);
		strbuf_puts(text, session->read_only ? " (read-only) " : " ");
		strbuf_puts(text, span);
	}
	return keep_scratch(table);
}

static bool add_profile(struct table *table, const struct list_row *row)
{
	const char *role = role_name(table, row);
	const char *sessions =
		row->problem ? row->problem : sessions_text(table, row);

	if (!role || !sessions)
		return false;
	add_line(table, row->profile, row->account ? row->account : "-", role,
		 row->where ? row->where : "-", sessions);
	return true;
}

static void add_keys(struct table *table)
{
	const struct listing *list = table->list;

	for (size_t i = 0; i < list->n_keys; i++) {
		bool profile =
			aws_config_find(list->context.config, CONFIG_PROFILE,
					list->keys[i].name);

		if (!list->used_keys[i])
			add_line(table, list->keys[i].name, "-", "-",
				 profile ? "stored, not used"
					 : "stored, no profile",
				 "-");
	}
}

static bool add_other_sessions(struct table *table)
{
	const struct listing *list = table->list;
	char span[TEXT_SPAN_LEN];
	const char *left;

	for (size_t i = 0; i < list->n_sessions; i++) {
		const struct keyring_item *session = &list->sessions[i];

		if (list->used[i] || session->expires <= list->now)
			continue;
		text_span(session->expires - list->now, span);
		left = arena_strdup(list->context.arena, span);
		if (!left)
			return false;
		add_line(table, "-", "-", "-", session->label, left);
	}
	return true;
}

bool list_show_text(struct strbuf *out, const void *what)
{
	const struct listing *list = what;
	struct table table = { .list = list,
			       .scratch = strbuf_with_max(SCRATCH_MAX) };
	size_t n = 1 + list->n_rows + list->n_keys + list->n_sessions;
	bool ok;

	table.lines =
		arena_alloc(list->context.arena, n * sizeof(*table.lines));
	ok = table.lines;
	if (ok)
		add_line(&table, "PROFILE", "ACCOUNT", "ROLE", "KEY",
			 "SESSIONS");
	for (size_t i = 0; ok && i < list->n_rows; i++)
		ok = add_profile(&table, &list->rows[i]);
	if (ok && list->n_words == 0) {
		add_keys(&table);
		ok = add_other_sessions(&table);
	}
	for (size_t i = 0; ok && i < table.n; i++)
		put_line(out, &table, &table.lines[i]);
	strbuf_clear(&table.scratch);
	return ok;
}

/* --- JSON ------------------------------------------------------------------ */

static void json_text(struct jsonout *out, const char *key, const char *value)
{
	jsonout_key(out, key);
	jsonout_string(out, value);
}

static void json_bool(struct jsonout *out, const char *key, bool value)
{
	jsonout_key(out, key);
	jsonout_raw(out, value ? "true" : "false");
}

static void json_time(struct jsonout *out, const char *key, int64_t t)
{
	char text[TIMEFMT_ISO_LEN];

	timefmt_iso(t, text);
	json_text(out, key, text);
}

static void json_row(struct jsonout *out, const struct list_row *row)
{
	jsonout_next(out);
	jsonout_raw(out, "{");
	json_text(out, "profile", row->profile);
	json_text(out, "account", row->account);
	json_text(out, "role_arn", row->role_arn);
	json_text(out, "key_of", row->key_of);
	json_text(out, "key_in", row->where);
	json_text(out, "problem", row->problem);
	json_text(out, "description", row->description);
	json_text(out, "ou", row->ou);
	json_bool(out, "read_only", row->read_only);
	jsonout_key(out, "sessions");
	jsonout_raw(out, "[");
	for (size_t i = 0; i < row->n_sessions; i++) {
		jsonout_next(out);
		jsonout_raw(out, "{");
		json_text(out, "name", row->sessions[i].name);
		json_text(out, "action", row->sessions[i].action);
		json_bool(out, "read_only", row->sessions[i].read_only);
		json_time(out, "expires", row->sessions[i].expires);
		jsonout_raw(out, "}");
	}
	jsonout_raw(out, "]}");
}

bool list_show_json(struct strbuf *to, const void *what)
{
	const struct listing *list = what;
	struct jsonout json = jsonout_to_strbuf(to);
	struct jsonout *out = &json;

	jsonout_raw(out, "{\"profiles\":[");
	for (size_t i = 0; i < list->n_rows; i++)
		json_row(out, &list->rows[i]);
	jsonout_raw(out, "],\"credentials\":[");
	for (size_t i = 0; i < list->n_keys; i++) {
		jsonout_next(out);
		jsonout_string(out, list->keys[i].name);
	}
	jsonout_raw(out, "],\"sessions\":[");
	for (size_t i = 0; i < list->n_sessions; i++) {
		if (list->sessions[i].expires <= list->now)
			continue;
		jsonout_next(out);
		jsonout_raw(out, "{");
		json_text(out, "name", list->sessions[i].name);
		json_text(out, "label", list->sessions[i].label);
		json_text(out, "key_of", list->sessions[i].origin);
		json_time(out, "expires", list->sessions[i].expires);
		jsonout_raw(out, "}");
	}
	jsonout_raw(out, "]}\n");
	return true;
}

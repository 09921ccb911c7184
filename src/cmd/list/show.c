#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "aws/arn.h"
#include "aws/config.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "cmd/list/list_internal.h"
#include "format/jsonout.h"
#include "port/keyring.h"

#define COLUMNS 5

/* --- a table -------------------------------------------------------------- */

struct table {
	struct strbuf *out;
	size_t width[COLUMNS];
	bool measuring;
};

static void put_row(struct table *table, const char *const cells[COLUMNS])
{
	for (size_t i = 0; i < COLUMNS; i++) {
		size_t width = print_width(cells[i]);

		if (table->measuring) {
			if (width > table->width[i])
				table->width[i] = width;
			continue;
		}
		print_clean(table->out, cells[i]);
		for (; i + 1 < COLUMNS && width < table->width[i] + 2; width++)
			strbuf_puts(table->out, " ");
	}
	if (!table->measuring)
		strbuf_puts(table->out, "\n");
}

#define ROLE_LEN 700 /* of a name, and what comes after it */

static const char *role_name(const struct list_row *row,
			     char role[static ROLE_LEN])
{
	struct arn arn;

	if (row->problem)
		return "(broken)";
	if (!row->role_arn || !arn_parse(row->role_arn, &arn))
		return "-";
	(void)snprintf(role, ROLE_LEN, "%s%s", arn_name(&arn),
		       row->read_only ? " (read-only)" : "");
	return role;
}

/* Formats "AssumeRole 52m, GetSessionToken 11h20m". */
static const char *sessions_text(const struct list_row *row, int64_t now,
				 struct strbuf *text)
{
	for (size_t left = row->n_sessions; left > 0; left--) {
		const struct list_session *session = &row->sessions[left - 1];
		char span[TEXT_SPAN_LEN];

		text_span(session->expires - now, span);
		strbuf_printf(text, "%s%s%s %s", text->len > 0 ? ", " : "",
			      session->action,
			      session->read_only ? " (read-only)" : "", span);
	}
	return text->len > 0 ? strbuf_text(text) : "-";
}

static bool put_profile(struct table *table, const struct list_row *row,
			int64_t now)
{
	struct strbuf text = strbuf_with_max(64 * (row->n_sessions + 1));
	char role[ROLE_LEN];
	bool ok;
	const char *const cells[COLUMNS] = {
		row->profile,
		row->account ? row->account : "-",
		role_name(row, role),
		row->where ? row->where : "-",
		row->problem ? row->problem : sessions_text(row, now, &text),
	};

	put_row(table, cells);
	ok = strbuf_ok(&text); /* otherwise the row is incomplete */
	strbuf_clear(&text);
	return ok;
}

static void put_alone(struct table *table, const struct listing *list)
{
	for (size_t i = 0; i < list->n_keys; i++) {
		bool profile =
			aws_config_find(list->context.config, CONFIG_PROFILE,
					list->keys[i].name);
		const char *const cells[COLUMNS] = {
			list->keys[i].name, "-", "-",
			profile ? "stored, not used" : "stored, no profile", "-"
		};

		if (!list->used_keys[i])
			put_row(table, cells);
	}
	for (size_t i = 0; i < list->n_sessions; i++) {
		char span[TEXT_SPAN_LEN];
		const char *const cells[COLUMNS] = { "-", "-", "-",
						     list->sessions[i].label,
						     span };

		text_span(list->sessions[i].expires - list->now, span);
		if (!list->used[i] && list->sessions[i].expires > list->now)
			put_row(table, cells);
	}
}

bool list_show_text(struct strbuf *out, const void *what)
{
	const struct listing *list = what;
	static const char *const head[COLUMNS] = { "PROFILE", "ACCOUNT", "ROLE",
						   "KEY", "SESSIONS" };
	struct table table = { .out = out, .measuring = true };
	bool ok = true;

	for (int round = 0; ok && round < 2; round++) {
		put_row(&table, head);
		for (size_t i = 0; ok && i < list->n_rows; i++)
			ok = put_profile(&table, &list->rows[i], list->now);
		if (list->n_words == 0)
			put_alone(&table, list);
		table.measuring = false;
	}
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

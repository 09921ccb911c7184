#include <stddef.h>
#include <string.h>

#include "aws/credentials.h"
#include "aws/limits.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/view.h"
#include "cmd/add/add_internal.h"
#include "format/json.h"
#include "port/world.h"

#define STDIN_MAX  65536
#define SECRET_MIN 16 /* ours: AWS gives 40 characters and sets no limit */
#define SECRET_MAX 128
#define FIELDS_MAX 16
#define BOM        "\xef\xbb\xbf"

static struct view trim(struct view v)
{
	return view_trim(v, VIEW_SPACE);
}

static bool is_secret(struct view secret)
{
	if (secret.len < SECRET_MIN || secret.len > SECRET_MAX)
		return false;
	for (size_t i = 0; i < secret.len; i++)
		if (secret.at[i] <= ' ' || secret.at[i] > '~')
			return false;
	return true;
}

static bool is_temporary(struct view id)
{
	return id.len >= 4 && memcmp(id.at, "ASIA", 4) == 0;
}

static bool check_id(struct view id, struct error *err)
{
	if (!limits_fit_n(&limits_key_id, id.at, id.len))
		return error_fail(err, REASON_BAD_KEY_ID);
	if (is_temporary(id))
		return error_fail(err, REASON_TEMPORARY_KEY);
	return true;
}

/* Checks both and copies them into creds. */
static bool take(struct view id, struct view secret, struct credentials *creds,
		 struct error *err)
{
	id = trim(id);
	secret = trim(secret);
	if (!check_id(id, err))
		return false;
	if (!is_secret(secret))
		return error_fail(err, REASON_BAD_SECRET_KEY);
	creds->access_key_id = mem_strndup(id.at, id.len);
	creds->secret_key = secbuf_new(secret.len);
	secbuf_add(creds->secret_key, secret.at, secret.len);
	if (!creds->access_key_id || !secbuf_ok(creds->secret_key)) {
		credentials_clear(creds);
		return error_memory(err);
	}
	return true;
}

static bool from_environment(const struct world *world,
			     struct credentials *creds, struct error *err)
{
	const char *id = text_env(world->environment, "AWS_ACCESS_KEY_ID");
	const char *secret =
		text_env(world->environment, "AWS_SECRET_ACCESS_KEY");

	if (text_is_empty(id) || text_is_empty(secret))
		return error_fail(err, REASON_VARIABLE_NOT_SET,
				  .key = text_is_empty(id)
						 ? "AWS_ACCESS_KEY_ID"
						 : "AWS_SECRET_ACCESS_KEY");
	return take(view_of(id), view_of(secret), creds, err);
}

static bool ask(const struct world *world, enum prompt_kind kind,
		const char *question, struct secbuf **answer, struct error *err)
{
	return prompt_ask(&world->prompt, kind, question, answer, err) ||
	       error_context(err, REASON_KEY_NEEDED);
}

/* Checks the id before the secret is asked for. */
static bool from_person(const struct world *world, struct credentials *creds,
			struct error *err)
{
	struct secbuf *id = NULL;
	struct secbuf *secret = NULL;
	bool ok;

	ok = ask(world, PROMPT_TEXT, "Access key id: ", &id, err) &&
	     check_id(trim(view_of(secbuf_text(id))), err) &&
	     ask(world, PROMPT_SECRET,
		 "Secret access key (not shown): ", &secret, err) &&
	     take(view_of(secbuf_text(id)), view_of(secbuf_text(secret)), creds,
		  err);
	secbuf_free(id);
	secbuf_free(secret);
	return ok;
}

static bool from_json(struct view text, struct credentials *creds,
		      struct error *err)
{
	struct json *json = json_parse(text.at, text.len, err);
	const char *id = json ? json_text(json, "AccessKeyId") : NULL;
	const char *secret = json ? json_text(json, "SecretAccessKey") : NULL;
	bool ok = false;

	if (!json)
		err->code = ERROR_USAGE;
	else if (!id || !secret)
		error_fail(err, REASON_JSON_WITHOUT_KEY);
	else
		ok = take(view_of(id), view_of(secret), creds, err);
	json_free(json);
	return ok;
}

/* Reads the next line of rest. False at its end. */
static bool next_line(struct view *rest, struct view *line)
{
	const char *end;

	if (rest->len == 0)
		return false;
	end = memchr(rest->at, '\n', rest->len);
	*line = *rest;
	if (end)
		line->len = (size_t)(end - rest->at);
	rest->at += line->len + (end ? 1 : 0);
	rest->len -= line->len + (end ? 1 : 0);
	*line = trim(*line);
	return true;
}

/* Splits a CSV line; the console's fields have no quotes. */
static size_t split(struct view line, struct view fields[static FIELDS_MAX])
{
	size_t n = 0;

	while (n < FIELDS_MAX) {
		const char *comma =
			line.len > 0 ? memchr(line.at, ',', line.len) : NULL;
		size_t len = comma ? (size_t)(comma - line.at) : line.len;

		fields[n++] = trim((struct view){ line.at, len });
		if (!comma)
			break;
		line.at += len + 1;
		line.len -= len + 1;
	}
	return n;
}

static bool is_called(struct view field, const char *name)
{
	char text[64];

	if (field.len >= sizeof(text))
		return false;
	memcpy(text, field.at, field.len);
	text[field.len] = '\0';
	return text_equal_nocase(text, name);
}

/* Returns the column with that name, n if there is none. */
static size_t column(const struct view *fields, size_t n, const char *name)
{
	size_t i = 0;

	while (i < n && !is_called(fields[i], name))
		i++;
	return i;
}

/* Reads the console's CSV: a header line and a line of values. */
static bool from_csv(struct view head, struct view rest,
		     struct credentials *creds, struct error *err)
{
	struct view names[FIELDS_MAX], values[FIELDS_MAX];
	struct view line = { NULL, 0 };
	size_t n = split(head, names);
	size_t id = column(names, n, "Access key ID");
	size_t secret = column(names, n, "Secret access key");
	size_t m;

	if (id == n || secret == n || !next_line(&rest, &line))
		return error_fail(err, REASON_CSV_WITHOUT_KEY);
	m = split(line, values);
	if (id >= m || secret >= m)
		return error_fail(err, REASON_CSV_LINE_TOO_SHORT);
	return take(values[id], values[secret], creds, err);
}

static bool from_text(struct view text, struct credentials *creds,
		      struct error *err)
{
	struct view first = { NULL, 0 };
	struct view second = { NULL, 0 };

	if (text.len >= strlen(BOM) && memcmp(text.at, BOM, strlen(BOM)) == 0) {
		text.at += strlen(BOM);
		text.len -= strlen(BOM);
	}
	text = trim(text);
	if (text.len > 0 && text.at[0] == '{')
		return from_json(text, creds, err);
	if (next_line(&text, &first) && memchr(first.at, ',', first.len))
		return from_csv(first, text, creds, err);
	if (!next_line(&text, &second))
		return error_fail(err, REASON_STDIN_WITHOUT_KEY);
	return take(first, second, creds, err);
}

static bool from_stdin(const struct world *world, struct credentials *creds,
		       struct error *err)
{
	struct secbuf *text = NULL;
	bool ok;

	ok = input_read(&world->input, false, STDIN_MAX, &text, err) &&
	     from_text((struct view){ secbuf_text(text), secbuf_len(text) },
		       creds, err);
	secbuf_free(text);
	return ok;
}

bool add_read(enum add_from from, const struct world *world,
	      struct credentials *creds, struct error *err)
{
	switch (from) {
	case ADD_FROM_ENVIRONMENT:
		return from_environment(world, creds, err);
	case ADD_FROM_STDIN:
		return from_stdin(world, creds, err);
	case ADD_FROM_USER:
		break;
	}
	return from_person(world, creds, err);
}

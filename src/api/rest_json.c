#include "api/rest_json.h"

#include <string.h>

#include "api/exchange.h"
#include "api/json_answer.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/uri.h"
#include "base/view.h"
#include "format/json.h"
#include "format/jsonout.h"

#define MEMBERS_MAX 65536 /* bytes; a refresh token may take 12,288 */
#define QUERY_MAX   16384 /* bytes; the token of a page is long */

static bool has_body(const struct rest_json *rest)
{
	return strcmp(rest->method, "POST") == 0;
}

struct rest_json rest_json_begin(const struct api_caller *caller,
				 const char *action, const char *method,
				 const char *path)
{
	struct rest_json rest = { .caller = caller,
				  .action = action,
				  .method = method,
				  .path = path };

	rest.members = secbuf_new(has_body(&rest) ? MEMBERS_MAX : QUERY_MAX);
	if (has_body(&rest))
		secbuf_puts(rest.members, "{");
	return rest;
}

void rest_json_clear(struct rest_json *rest)
{
	secbuf_free(rest->members);
	rest->members = NULL;
}

static void put_query(struct secbuf *query, const char *name, const char *value)
{
	if (secbuf_len(query) > 0)
		secbuf_puts(query, "&");
	uri_encode(query, name);
	secbuf_puts(query, "=");
	uri_encode(query, value);
}

void rest_json_put(struct rest_json *rest, const char *name, const char *value)
{
	struct jsonout out = jsonout_to_secbuf(rest->members);

	if (!value)
		return;
	if (!has_body(rest)) {
		put_query(rest->members, name, value);
		return;
	}
	jsonout_key(&out, name);
	jsonout_string(&out, value);
}

void rest_json_put_list(struct rest_json *rest, const char *name,
			const char *list)
{
	struct jsonout out = jsonout_to_secbuf(rest->members);
	struct view items = view_of(list);
	struct view item;

	if (!list)
		return;
	jsonout_key(&out, name);
	jsonout_raw(&out, "[");
	while (view_item(&items, &item)) {
		jsonout_next(&out);
		jsonout_string_n(&out, item.at, item.len);
	}
	jsonout_raw(&out, "]");
}

struct json *rest_json_send(struct rest_json *rest, bool *sent,
			    struct error *err)
{
	bool body = has_body(rest);
	struct exchange exchange = {
		.caller = rest->caller,
		.action = rest->action,
		.method = rest->method,
		.path = rest->path,
		.content_type = body ? "application/json" : NULL,
		.more = rest->header,
		.proof = rest->proof,
		.body = body ? rest->members : NULL,
		.secret = rest->secret,
		.max_answer = JSON_MAX,
		.spends_code = rest->spends_code,
		.read = json_answer_read,
	};
	struct json *json = NULL;

	if (sent)
		*sent = false;
	if (body)
		secbuf_puts(rest->members, "}");
	if (!secbuf_ok(rest->members)) {
		error_memory(err);
		return NULL;
	}
	if (!body && secbuf_len(rest->members) > 0)
		exchange.query = secbuf_text(rest->members);
	return exchange_send(&exchange, &json, sent, err) ? json : NULL;
}

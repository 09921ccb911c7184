#include "api/query.h"

#include <stdio.h>
#include <string.h>

#include "api/exchange.h"
#include "base/error.h"
#include "base/expected.h"
#include "base/secbuf.h"
#include "base/uri.h"
#include "base/view.h"
#include "format/xml.h"

#define FORM_TYPE    "application/x-www-form-urlencoded; charset=utf-8"
#define FORM_MAX     65536 /* bytes; AWS accepts far less */
#define NAME_MAX_LEN 64    /* of the name of a parameter */
#define MESSAGE_MAX  65536

struct query query_begin(const struct api_caller *caller,
			 enum aws_service service, const char *action,
			 const char *version)
{
	struct query query = { .caller = caller,
			       .service = service,
			       .action = action,
			       .form = secbuf_new(FORM_MAX) };

	query_put(&query, "Action", action);
	query_put(&query, "Version", version);
	return query;
}

void query_clear(struct query *query)
{
	secbuf_free(query->form);
	query->form = NULL;
}

static void put_n(struct query *query, const char *name, const char *value,
		  size_t len)
{
	if (secbuf_len(query->form) > 0)
		secbuf_puts(query->form, "&");
	uri_encode(query->form, name);
	secbuf_puts(query->form, "=");
	uri_encode_n(query->form, value, len);
}

void query_put(struct query *query, const char *name, const char *value)
{
	if (value)
		put_n(query, name, value, strlen(value));
}

void query_put_number(struct query *query, const char *name, int64_t value)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%lld", (long long)value);
	if (value != 0)
		query_put(query, name, text);
}

static void put_member(struct query *query, const char *name, unsigned n,
		       const char *suffix, struct view value)
{
	char full[NAME_MAX_LEN];

	(void)snprintf(full, sizeof(full), "%s.member.%u%s", name, n, suffix);
	put_n(query, full, value.at, value.len);
}

void query_put_list(struct query *query, const char *name, const char *suffix,
		    const char *list)
{
	struct view rest = view_of(list);
	struct view item;

	for (unsigned n = 1; view_item(&rest, &item); n++)
		put_member(query, name, n, suffix, item);
}

static bool bad_tag(struct view item, struct error *err)
{
	char value[sizeof(err->about.value)];

	(void)snprintf(value, sizeof(value), "%.*s", (int)item.len, item.at);
	return error_fail(err, REASON_BAD_VALUE, .value = value,
			  .expected = EXPECTED_TAG);
}

bool query_put_pairs(struct query *query, const char *name, const char *pairs,
		     struct error *err)
{
	struct view rest = view_of(pairs);
	struct view item, key, value;

	for (unsigned n = 1; view_item(&rest, &item); n++) {
		if (!view_pair(item, &key, &value))
			return bad_tag(item, err);
		put_member(query, name, n, ".Key", key);
		put_member(query, name, n, ".Value", value);
	}
	return true;
}

/*
 * Finds the error in the envelopes of STS and IAM, of an older version, EC2 and
 * S3.
 */
static const struct xml_node *find_error(const struct xml_node *root)
{
	const struct xml_node *error = xml_at(root, "Error");

	if (!error)
		error = xml_at(root, "Errors/Error");
	if (!error && strcmp(xml_name(root), "Error") == 0)
		error = root;
	return error;
}

static bool is_response(const struct xml *doc, const char *action)
{
	const char *name = xml_name(xml_root(doc));
	size_t len = strlen(action);

	return strncmp(name, action, len) == 0 &&
	       strcmp(name + len, "Response") == 0;
}

static enum exchange_reading read_answer(const struct exchange *exchange,
					 const struct http_answer *answer,
					 void *result,
					 struct exchange_fault *fault)
{
	struct xml **out = result;
	struct error bad = { 0 };
	struct xml *doc = xml_parse(secbuf_text(answer->body),
				    secbuf_len(answer->body), &bad);
	const struct xml_node *error = find_error(xml_root(doc));
	enum exchange_reading reading = EXCHANGE_FOREIGN;

	if (!error && answer->status == 200 &&
	    is_response(doc, exchange->action)) {
		*out = doc;
		return EXCHANGE_RESULT;
	}
	if (error) {
		(void)xml_text(xml_child(error, "Code"), fault->code,
			       sizeof(fault->code));
		fault->message =
			xml_secret(xml_child(error, "Message"), MESSAGE_MAX);
		reading = EXCHANGE_FAULT;
	} else if (bad.code == ERROR_MEMORY) {
		reading = EXCHANGE_NO_MEMORY;
	}
	xml_free(doc);
	return reading;
}

struct xml *query_send(const struct query *query, bool *sent, struct error *err)
{
	const struct exchange exchange = {
		.caller = query->caller,
		.action = query->action,
		.service = query->secret
				   ? NULL
				   : endpoint_service_name(query->service),
		.method = "POST",
		.content_type = FORM_TYPE,
		.body = query->form,
		.secret = query->secret,
		.max_answer = XML_MAX,
		.spends_code = query->spends_code,
		.read = read_answer,
	};
	struct xml *doc = NULL;

	if (!secbuf_ok(query->form)) {
		if (sent)
			*sent = false;
		error_memory(err);
		return NULL;
	}
	return exchange_send(&exchange, &doc, sent, err) ? doc : NULL;
}

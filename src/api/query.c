#include <stdio.h>
#include <string.h>

#include "api/query.h"
#include "aws/credentials.h"
#include "aws/sigv4.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/notices.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/uri.h"
#include "format/xml.h"
#include "port/clock.h"
#include "port/http.h"

#define FORM_TYPE       "application/x-www-form-urlencoded; charset=utf-8"
#define FORM_MAX        65536 /* bytes; AWS takes far less */
#define NAME_MAX_LEN    64    /* of a parameter's */
#define AUTH_MAX        1024
#define PATH_LEN        ((size_t)4096)
#define MESSAGE_MAX     65536
#define CONNECT_TIMEOUT 5  /* seconds */
#define WHOLE_TIMEOUT   15 /* seconds */
#define HEADERS_MAX     6

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

/* A part of a list, where it lies there, without blanks at its ends. */
struct item {
	const char *text;
	size_t len;
};

static struct item trimmed(const char *text, size_t len)
{
	while (len > 0 && (*text == ' ' || *text == '\t')) {
		text++;
		len--;
	}
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	return (struct item){ text, len };
}

/* The next item that is not empty. False, when there is none, or no list. */
static bool next_item(const char **rest, struct item *item)
{
	const char *at = *rest;

	item->len = 0;
	while (at && *at != '\0' && item->len == 0) {
		size_t len = strcspn(at, ",");

		*item = trimmed(at, len);
		at += len + (at[len] == ',');
	}
	*rest = at;
	return item->len > 0;
}

static void put_member(struct query *query, const char *name, unsigned n,
		       const char *suffix, struct item value)
{
	char full[NAME_MAX_LEN];

	(void)snprintf(full, sizeof(full), "%s.member.%u%s", name, n, suffix);
	put_n(query, full, value.text, value.len);
}

void query_put_list(struct query *query, const char *name, const char *suffix,
		    const char *list)
{
	struct item item;

	for (unsigned n = 1; next_item(&list, &item); n++)
		put_member(query, name, n, suffix, item);
}

bool query_put_pairs(struct query *query, const char *name, const char *pairs,
		     struct error *err)
{
	struct item item;

	for (unsigned n = 1; next_item(&pairs, &item); n++) {
		const char *equals = memchr(item.text, '=', item.len);
		const char *end = item.text + item.len;
		struct item key = { 0 };

		if (equals)
			key = trimmed(item.text, (size_t)(equals - item.text));
		if (key.len == 0)
			return error_set(err, ERROR_CONFIG,
					 "\"%.*s\" is no tag: KEY=VALUE",
					 (int)item.len, item.text);
		put_member(query, name, n, ".Key", key);
		put_member(query, name, n, ".Value",
			   trimmed(equals + 1, (size_t)(end - equals - 1)));
	}
	return true;
}

/* Where a request goes. */
struct target {
	const char *url;
	const char *host;
	const char *signing_path;
};

/*
 * Take one segment of a path over to out: none for "." and an empty one, one
 * less for "..".
 */
static void add_segment(struct secbuf *out, const char *text, size_t len)
{
	if (len == 0 || (len == 1 && text[0] == '.'))
		return;
	if (len == 2 && text[0] == '.' && text[1] == '.') {
		const char *last = strrchr(secbuf_text(out), '/');

		if (last)
			secbuf_cut(out, (size_t)(last - secbuf_text(out)));
		return;
	}
	secbuf_puts(out, "/");
	secbuf_add(out, text, len);
}

/* The path of an endpoint as SigV4 wants it normal; we send it so, too. */
static struct secbuf *normal_path(const char *path)
{
	struct secbuf *out = secbuf_new(PATH_LEN);
	bool folder = path[strlen(path) - 1] == '/';

	while (*path != '\0') {
		size_t len = strcspn(path, "/");

		add_segment(out, path, len);
		path += len + (path[len] == '/');
	}
	if (folder || secbuf_len(out) == 0)
		secbuf_puts(out, "/");
	return out;
}

/* Encoded once more than it goes on the wire. */
static struct secbuf *encoded_path(const char *path)
{
	struct secbuf *out = secbuf_new(3 * PATH_LEN);

	while (*path != '\0') {
		size_t len = strcspn(path, "/");

		uri_encode_n(out, path, len);
		path += len;
		if (*path != '\0')
			secbuf_puts(out, "/");
		path += *path != '\0';
	}
	return out;
}

static bool find_target(const char *url, struct arena *arena,
			struct target *target, struct error *err)
{
	struct secbuf *normal, *encoded;
	struct uri uri;

	if (!uri_split(url, arena, &uri, err))
		return false;
	normal = normal_path(uri.path);
	encoded = encoded_path(secbuf_text(normal));
	target->url = NULL;
	if (secbuf_ok(normal) && secbuf_ok(encoded)) {
		target->host = uri.host;
		target->url = arena_printf(arena, "%s://%s%s",
					   uri.https ? "https" : "http",
					   uri.host, secbuf_text(normal));
		target->signing_path =
			arena_strdup(arena, secbuf_text(encoded));
	}
	secbuf_free(normal);
	secbuf_free(encoded);
	return (target->url && target->signing_path) ||
	       error_set(err, ERROR_MEMORY, "no memory for a request");
}

static bool sign(const struct query *query, const struct target *target,
		 char date[static SIGV4_DATE_LEN], struct strbuf *authorization,
		 struct error *err)
{
	const struct api_caller *caller = query->caller;
	const struct sigv4_request request = {
		.method = "POST",
		.host = target->host,
		.path = target->signing_path,
		.query = "",
		.content_type = FORM_TYPE,
		.body = secbuf_text(query->form),
		.body_len = secbuf_len(query->form),
	};
	const struct sigv4_scope scope = {
		.region = caller->endpoint.signing_region,
		.service = endpoint_service_name(query->service),
		.now = query_time(query),
	};

	return sigv4_sign(&request, &scope, caller->creds, date, authorization,
			  err);
}

/* Never a header or a body: those hold secrets. */
static void tell(const struct query *query, const struct http_answer *answer)
{
	const struct api_caller *caller = query->caller;
	char outcome[64] = "no answer";

	if (answer)
		(void)snprintf(outcome, sizeof(outcome), "%d in %.2f s",
			       answer->status, (double)answer->took / 1e6);
	notice(caller->notices, NOTICE_DEBUG, "http POST %s %s %s %s: %s",
	       caller->endpoint.url, query->action,
	       endpoint_service_name(query->service),
	       caller->endpoint.signing_region, outcome);
}

/* What the answer says of our clock, for whoever wants to know. */
static void note_time(const struct query *query, int64_t date)
{
	struct api_skew *skew = query->caller->skew;
	const struct clock *clock = query->caller->clock;

	if (!skew || date == 0)
		return;
	skew->ahead = date - clock_now(clock);
	skew->known = true;
}

static bool post(const struct query *query, const struct target *target,
		 struct http_answer *answer, bool *sent, struct error *err)
{
	const struct http *http = query->caller->http;
	const struct secbuf *token = query->caller->creds->session_token;
	struct strbuf authorization = strbuf_with_max(AUTH_MAX);
	char date[SIGV4_DATE_LEN];
	bool ok = sign(query, target, date, &authorization, err);

	if (ok) {
		const struct http_header headers[HEADERS_MAX] = {
			{ "Host", target->host },
			{ "Content-Type", FORM_TYPE },
			{ "User-Agent", "rolekey" },
			{ "X-Amz-Date", date },
			{ "Authorization", strbuf_text(&authorization) },
			{ "X-Amz-Security-Token", secbuf_text(token) },
		};
		const struct http_request request = {
			.method = "POST",
			.url = target->url,
			.headers = headers,
			.n_headers = token ? HEADERS_MAX : HEADERS_MAX - 1,
			.body = query->form,
			.max_answer = XML_MAX,
			.ca_bundle = query->caller->ca_bundle,
			.connect_timeout = CONNECT_TIMEOUT,
			.timeout = WHOLE_TIMEOUT,
		};

		ok = http_send(http, &request, answer, sent, err);
		tell(query, ok ? answer : NULL);
		note_time(query, ok ? answer->date : 0);
	}
	strbuf_clear(&authorization);
	return ok;
}

/*
 * AWS is busy or unwell: the same request may succeed later.  With a status of
 * 500 or more, any other code is one of these too.
 */
static bool is_passing(int status, const char *code)
{
	static const char *const codes[] = {
		"Throttling",         "ThrottlingException",
		"ThrottledException", "RequestThrottled",
		"TooManyRequests",    "TooManyRequestsException",
		"SlowDown",           "RequestLimitExceeded",
		"InternalFailure",    "InternalError",
		"ServiceUnavailable", "ServiceFailure",
		"RequestTimeout",     "RequestTimeoutException",
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(code, codes[i]) == 0)
			return true;
	return status >= 500;
}

/* STS's and IAM's envelope, an older one, EC2's, and none at all (S3's). */
static const struct xml_node *find_error(const struct xml_node *root)
{
	const struct xml_node *error = xml_at(root, "Error");

	if (!error)
		error = xml_at(root, "Errors/Error");
	if (!error && strcmp(xml_name(root), "Error") == 0)
		error = root;
	return error;
}

static bool has_secret(const char *text, const struct credentials *creds)
{
	const char *const secrets[] = { secbuf_text(creds->secret_key),
					secbuf_text(creds->session_token) };

	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		if (secrets[i][0] != '\0' && strstr(text, secrets[i]))
			return true;
	return false;
}

/*
 * The message, in one line: what stands behind a line break repeats the
 * request, token included (SignatureDoesNotMatch).  And one that holds a secret
 * in any other way is none.
 */
static struct secbuf *message_of(const struct xml_node *error,
				 const struct credentials *creds)
{
	struct secbuf *message =
		xml_secret(xml_child(error, "Message"), MESSAGE_MAX);
	secbuf_cut(message, strcspn(secbuf_text(message), "\r\n"));
	if (has_secret(secbuf_text(message), creds))
		secbuf_cut(message, 0);
	return message;
}

static bool fail_as_told(const struct query *query, int status,
			 const struct xml_node *error, struct error *err)
{
	enum error_code as;
	struct secbuf *message;
	char code[64];

	if (!xml_text(xml_child(error, "Code"), code, sizeof(code)) ||
	    code[0] == '\0' || has_secret(code, query->caller->creds))
		return error_set(err, ERROR_PROTOCOL,
				 "HTTP %d from %s, an error without a code",
				 status, query->caller->endpoint.url);
	as = is_passing(status, code) ? ERROR_NETWORK : ERROR_DENIED;
	message = message_of(error, query->caller->creds);
	if (secbuf_len(message) > 0)
		error_topic(err, as, code, "%s: %s", code,
			    secbuf_text(message));
	else
		error_topic(err, as, code, "%s (HTTP %d)", code, status);
	secbuf_free(message);
	return false;
}

static bool is_response(const struct xml *doc, const char *action)
{
	const char *name = xml_name(xml_root(doc));
	size_t len = strlen(action);

	return strncmp(name, action, len) == 0 &&
	       strcmp(name + len, "Response") == 0;
}

/* The code in a document counts first, then the status. */
static struct xml *judge(const struct query *query,
			 const struct http_answer *answer, struct error *err)
{
	struct error bad = { 0 };
	struct xml *doc = xml_parse(secbuf_text(answer->body),
				    secbuf_len(answer->body), &bad);
	const struct xml_node *error = find_error(xml_root(doc));

	if (!error && answer->status == 200 && is_response(doc, query->action))
		return doc;
	if (error)
		(void)fail_as_told(query, answer->status, error, err);
	else if (bad.code == ERROR_MEMORY)
		*err = bad;
	else
		error_set(err,
			  answer->status >= 500 ? ERROR_NETWORK
						: ERROR_PROTOCOL,
			  "HTTP %d from %s, not an answer of AWS (a proxy?)",
			  answer->status, query->caller->endpoint.url);
	xml_free(doc);
	return NULL;
}

static struct xml *send_once(const struct query *query,
			     const struct target *target, bool *sent,
			     int64_t *date, struct error *err)
{
	struct http_answer answer = { 0 };
	struct xml *doc = NULL;
	bool went_out = false;

	if (post(query, target, &answer, &went_out, err))
		doc = judge(query, &answer, err);
	*date = answer.date;
	*sent = *sent || went_out;
	secbuf_free(answer.body);
	return doc;
}

static struct xml *send_until_good(const struct query *query,
				   const struct target *target, bool *sent,
				   struct error *err)
{
	struct again again = { 0 };
	struct xml *doc;
	int64_t date;

	do
		doc = send_once(query, target, sent, &date, err);
	while (!doc && again_worth(query, &again, *sent, date, err));
	return doc;
}

struct xml *query_send(const struct query *query, bool *sent, struct error *err)
{
	struct target target = { 0 };
	struct arena *arena;
	struct xml *doc = NULL;
	bool unasked;

	sent = sent ? sent : &unasked;
	*sent = false;
	if (!secbuf_ok(query->form)) {
		error_set(err, ERROR_MEMORY, "no memory for a request");
		return NULL;
	}
	arena = arena_new();
	if (!arena)
		error_set(err, ERROR_MEMORY, "no memory for a request");
	else if (find_target(query->caller->endpoint.url, arena, &target, err))
		doc = send_until_good(query, &target, sent, err);
	arena_free(arena);
	return doc;
}

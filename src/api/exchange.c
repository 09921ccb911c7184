#include "api/exchange.h"

#include <stdio.h>
#include <string.h>

#include "api/retry.h"
#include "api/target.h"
#include "aws/credentials.h"
#include "aws/sigv4.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/notice.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "port/clock.h"

#define AUTH_MAX        1024 /* bytes of an Authorization header */
#define CONNECT_TIMEOUT 5    /* seconds */
#define WHOLE_TIMEOUT   15   /* seconds */
#define HEADERS_MAX     8
#define PART_LEN        12 /* bytes of a secret that are recognized */

/* --- sending ------------------------------------------------------------------ */

struct headers {
	struct http_header list[HEADERS_MAX];
	size_t n;
};

/* Adds a header; NULL is skipped. */
static void add_header(struct headers *headers, const char *name,
		       const char *value)
{
	if (name && value)
		headers->list[headers->n++] =
			(struct http_header){ name, value };
}

static bool sign(const struct exchange *exchange, const struct target *target,
		 char date[static SIGV4_DATE_LEN], struct strbuf *authorization,
		 struct error *err)
{
	const struct api_caller *caller = exchange->caller;
	const struct sigv4_request request = {
		.method = exchange->method,
		.host = target->host,
		.path = target->signing_path,
		.query = exchange->query ? exchange->query : "",
		.content_type = exchange->content_type,
		.target = exchange->target,
		.body = secbuf_text(exchange->body),
		.body_len = secbuf_len(exchange->body),
	};
	const struct sigv4_scope scope = {
		.region = caller->endpoint.signing_region,
		.service = exchange->service,
		.now = retry_time(exchange),
	};

	return sigv4_sign(&request, &scope, caller->creds, date, authorization,
			  err);
}

static bool add_signature(const struct exchange *exchange,
			  const struct target *target,
			  char date[static SIGV4_DATE_LEN],
			  struct strbuf *authorization, struct headers *headers,
			  struct error *err)
{
	const struct secbuf *token;

	if (!exchange->service)
		return true;
	if (!sign(exchange, target, date, authorization, err))
		return false;
	token = exchange->caller->creds->session_token;
	add_header(headers, "X-Amz-Date", date);
	add_header(headers, "Authorization", strbuf_text(authorization));
	add_header(headers, "X-Amz-Security-Token",
		   token ? secbuf_text(token) : NULL);
	return true;
}

/* Print the request for --debug, without headers and body: they hold secrets. */
static void print(const struct exchange *exchange,
		  const struct http_answer *answer)
{
	const struct api_caller *caller = exchange->caller;
	char outcome[64] = "no answer";

	if (answer)
		(void)snprintf(outcome, sizeof(outcome), "%d in %.2f s",
			       answer->status, (double)answer->took / 1e6);
	notice_debug(caller->notices, "http %s %s %s %s %s: %s",
		     exchange->method, caller->endpoint.url, exchange->action,
		     exchange->service ? exchange->service : "unsigned",
		     caller->endpoint.signing_region
			     ? caller->endpoint.signing_region
			     : "-",
		     outcome);
}

/* Keep what the answer says of our clock. */
static void note_time(const struct exchange *exchange, int64_t date)
{
	struct api_skew *skew = exchange->caller->skew;
	const struct clock *clock = exchange->caller->clock;

	if (!skew || date == 0)
		return;
	skew->ahead = date - clock_now(clock);
	skew->known = true;
}

/* Adds who set the CA bundle, if that is the problem. */
static bool add_origin(const struct exchange *exchange, struct error *err)
{
	const struct trust *trust = &exchange->caller->trust;

	return error_is(err, REASON_CA_BUNDLE)
		       ? error_add(err, .key = trust->key, .path = trust->file,
				   .line = trust->line)
		       : false;
}

static bool add_proof(const struct exchange *exchange,
		      const struct target *target, struct secbuf **value,
		      struct headers *headers, struct error *err)
{
	const struct exchange_proof *proof = &exchange->proof;

	*value = NULL;
	if (!proof->header)
		return true;
	if (!proof->make(proof->self, target->url, retry_time(exchange), value,
			 err))
		return false;
	add_header(headers, proof->header, secbuf_text(*value));
	return true;
}

static bool post(const struct exchange *exchange, const struct target *target,
		 struct http_answer *answer, bool *sent, struct error *err)
{
	const struct http *http = exchange->caller->http;
	struct strbuf authorization = strbuf_with_max(AUTH_MAX);
	struct secbuf *proof = NULL;
	struct headers headers = { .n = 0 };
	char date[SIGV4_DATE_LEN];
	bool ok;

	add_header(&headers, "Host", target->host);
	add_header(&headers, "Content-Type", exchange->content_type);
	add_header(&headers, "User-Agent", "rolekey");
	add_header(&headers, "X-Amz-Target", exchange->target);
	add_header(&headers, exchange->more.name, exchange->more.value);
	ok = add_signature(exchange, target, date, &authorization, &headers,
			   err) &&
	     add_proof(exchange, target, &proof, &headers, err);
	if (ok) {
		const struct http_request request = {
			.method = exchange->method,
			.url = target->url,
			.headers = headers.list,
			.n_headers = headers.n,
			.body = exchange->body,
			.max_answer = exchange->max_answer,
			.ca_bundle = exchange->caller->trust.ca_bundle,
			.once = exchange->spends_code,
			.connect_timeout = CONNECT_TIMEOUT,
			.timeout = WHOLE_TIMEOUT,
		};

		ok = http_send(http, &request, answer, sent, err) ||
		     add_origin(exchange, err);
		print(exchange, ok ? answer : NULL);
		note_time(exchange, ok ? answer->date : 0);
	}
	strbuf_clear(&authorization);
	secbuf_free(proof);
	return ok;
}

/* --- judging the response -------------------------------------------------------- */

/*
 * Tell whether AWS is busy or unwell: the same request may succeed later.  With
 * a status of 429, or of 500 or more, any other code means that too.
 */
static bool is_passing(int status, const char *code)
{
	static const char *const codes[] = {
		"Throttling",
		"ThrottlingException",
		"ThrottledException",
		"RequestThrottled",
		"RequestThrottledException",
		"TooManyRequests",
		"TooManyRequestsException",
		"TooManyRequestsError",
		"SlowDown",
		"RequestLimitExceeded",
		"InternalFailure",
		"InternalError",
		"InternalServerException",
		"ServiceException",
		"ServiceUnavailable",
		"ServiceUnavailableException",
		"ServiceFailure",
		"RequestTimeout",
		"IDPCommunicationError",
		"RequestTimeoutException",
		"server_error",
		"service_unavailable",
		"rate_exceeded",
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(code, codes[i]) == 0)
			return true;
	return status == 429 || status >= 500;
}

/*
 * Tests for PART_LEN bytes of a secret in a text, or all of a shorter one.  An
 * answer may repeat a part of it, or all with some characters encoded.
 */
static bool has_part(const char *text, const char *secret)
{
	size_t text_len = strlen(text);
	size_t len = strlen(secret);
	size_t part = len < PART_LEN ? len : PART_LEN;

	for (size_t i = 0; part > 0 && i + part <= len; i++)
		if (memmem(text, text_len, secret + i, part))
			return true;
	return false;
}

static bool has_secret(const char *text, const struct exchange *exchange)
{
	const struct credentials *creds = exchange->caller->creds;
	const char *const secrets[] = {
		secbuf_text(creds ? creds->secret_key : NULL),
		secbuf_text(creds ? creds->session_token : NULL),
		secbuf_text(exchange->secret),
		exchange->more.value ? exchange->more.value : "",
	};

	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		if (has_part(text, secrets[i]))
			return true;
	return false;
}

/*
 * Makes the message fit to be shown.  What follows a line break repeats the
 * request, token included (SignatureDoesNotMatch), and is cut; a message that
 * has a part of a secret of the request in any other way is dropped.
 */
static const char *message_of(const struct exchange *exchange,
			      struct secbuf *message)
{
	secbuf_cut(message, strcspn(secbuf_text(message), "\r\n"));
	if (has_secret(secbuf_text(message), exchange))
		secbuf_cut(message, 0);
	return secbuf_text(message);
}

static void fail_as_told(const struct exchange *exchange, int status,
			 const struct exchange_fault *fault, struct error *err)
{
	const char *message = message_of(exchange, fault->message);

	if (fault->code[0] == '\0' || has_secret(fault->code, exchange))
		error_fail(err, REASON_ERROR_WITHOUT_CODE, .number = status,
			   .path = exchange->caller->endpoint.url);
	else
		error_fail(err,
			   is_passing(status, fault->code) ? REASON_AWS_BUSY
							   : REASON_AWS_REFUSED,
			   .aws_code = fault->code, .detail = message,
			   .number = status);
}

static void fail_as_foreign(const struct exchange *exchange, int status,
			    struct error *err)
{
	error_fail(err, REASON_NOT_AWS, .number = status,
		   .path = exchange->caller->endpoint.url);
	if (status >= 500)
		err->code = ERROR_NETWORK; /* it may pass */
}

/* Judge the answer: the code in its document counts first, then its status. */
static bool judge(const struct exchange *exchange,
		  const struct http_answer *answer, void *result,
		  struct error *err)
{
	struct exchange_fault fault = { .message = NULL };
	enum exchange_reading reading =
		exchange->read(exchange, answer, result, &fault);

	if (reading == EXCHANGE_FAULT)
		fail_as_told(exchange, answer->status, &fault, err);
	else if (reading == EXCHANGE_NO_MEMORY)
		error_memory(err);
	else if (reading == EXCHANGE_FOREIGN)
		fail_as_foreign(exchange, answer->status, err);
	secbuf_free(fault.message);
	return reading == EXCHANGE_RESULT;
}

/* --- until it succeeds ------------------------------------------------------------ */

static bool send_once(const struct exchange *exchange,
		      const struct target *target, void *result, bool *sent,
		      int64_t *date, struct error *err)
{
	struct http_answer answer = { 0 };
	bool went_out = false;
	bool ok = post(exchange, target, &answer, &went_out, err) &&
		  judge(exchange, &answer, result, err);

	*date = answer.date;
	*sent = *sent || went_out;
	secbuf_free(answer.body);
	return ok;
}

bool exchange_send(const struct exchange *exchange, void *result, bool *sent,
		   struct error *err)
{
	struct target target = { 0 };
	struct retry retry = { 0 };
	struct arena *arena;
	bool unasked, ok;
	int64_t date;

	sent = sent ? sent : &unasked;
	*sent = false;
	arena = arena_new();
	if (!arena || (exchange->body && !secbuf_ok(exchange->body)))
		ok = error_memory(err);
	else if (!target_find(exchange, arena, &target, err))
		ok = false;
	else
		do
			ok = send_once(exchange, &target, result, sent, &date,
				       err);
		while (!ok && retry_is_due(exchange, &retry, *sent, date, err));
	arena_free(arena);
	return ok;
}

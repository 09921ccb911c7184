#include "api/metadata.h"

#include <stdio.h>
#include <string.h>

#include "aws/credentials.h"
#include "aws/credentials_json.h"
#include "base/error.h"
#include "base/notice.h"
#include "base/secbuf.h"
#include "format/json.h"
#include "port/clock.h"

#define ANSWER_MAX 65536 /* bytes; a token of a session may take some KiB */
#define HEADERS    3

/* Reports the error of a JSON answer; false if it has none. */
static bool take_refusal(const struct json *json, int status, struct error *err)
{
	const char *code = json_text(json, "Code");
	const char *message = json_text(json, "Message");

	code = code ? code : json_text(json, "code");
	message = message ? message : json_text(json, "message");
	if (!code || strcmp(code, "Success") == 0)
		return false;
	(void)error_fail(err, REASON_AWS_REFUSED, .aws_code = code,
			 .detail = message, .number = status);
	return true;
}

static bool is_busy(int status)
{
	return status == 429 || status >= 500;
}

static bool judge(const struct metadata_call *call,
		  const struct http_answer *answer, struct error *err)
{
	struct error ignored = { 0 };
	struct json *json;
	bool said;

	if (answer->status == 200)
		return true;
	json = json_parse(secbuf_text(answer->body), secbuf_len(answer->body),
			  &ignored);
	said = json && take_refusal(json, answer->status, err);
	json_free(json);
	if (!said)
		(void)error_fail(err, REASON_METADATA_REFUSED,
				 .path = call->url, .number = answer->status);
	if (is_busy(answer->status))
		err->code = ERROR_NETWORK;
	return false;
}

static void print(const struct metadata_call *call, int status)
{
	notice_debug(call->notices, "http %s %s: %d", call->method, call->url,
		     status);
}

static bool send_once(const struct metadata_call *call,
		      struct http_answer *answer, struct error *err)
{
	const struct http_header headers[HEADERS] = {
		{ "Accept", "application/json" },
		{ "User-Agent", "rolekey" },
		call->header,
	};
	const struct http_request request = {
		.method = call->method,
		.url = call->url,
		.headers = headers,
		.n_headers = call->header.name ? HEADERS : HEADERS - 1,
		.max_answer = ANSWER_MAX,
		.direct = true,
		.connect_timeout = call->timeout,
		.timeout = call->timeout,
	};
	bool sent;
	bool ok;

	*answer = (struct http_answer){ 0 };
	ok = http_send(call->http, &request, answer, &sent, err);
	print(call, ok ? answer->status : 0);
	return ok;
}

/* Tests whether the same request may succeed later. */
static bool may_pass(const struct metadata_call *call,
		     const struct http_answer *answer, const struct error *err)
{
	return answer->status != 0
		       ? is_busy(answer->status)
		       : call->patient && err->code == ERROR_NETWORK;
}

bool metadata_send(const struct metadata_call *call, struct http_answer *answer,
		   struct error *err)
{
	for (int left = call->attempts;; left--) {
		bool ok = send_once(call, answer, err) &&
			  judge(call, answer, err);

		if (ok)
			return true;
		secbuf_free(answer->body);
		answer->body = NULL;
		if (left <= 1 || !may_pass(call, answer, err))
			return false;
		clock_pause(call->clock, call->pause);
	}
}

bool metadata_read(const struct http_answer *answer, struct credentials *creds,
		   struct error *err)
{
	static const struct credentials_members names = {
		"AccessKeyId", "SecretAccessKey", "Token", "Expiration", false,
		true
	};
	struct json *json = json_parse(secbuf_text(answer->body),
				       secbuf_len(answer->body), err);
	bool ok = json && !take_refusal(json, answer->status, err) &&
		  credentials_json_read(json, &names, creds, err);

	if (!ok && err->code == ERROR_CONFIG) /* BAD_CREDENTIALS */
		err->code = ERROR_PROTOCOL;
	json_free(json);
	return ok;
}

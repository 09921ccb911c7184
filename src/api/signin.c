#include "api/signin.h"

#include <stdio.h>
#include <string.h>

#include "api/exchange.h"
#include "aws/credentials.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/uri.h"
#include "format/json.h"
#include "format/jsonout.h"

#define TOKEN_MAX   16384
#define MESSAGE_MAX 400
#define FORM_TYPE   "application/x-www-form-urlencoded"

/* --- the request ------------------------------------------------------------- */

static size_t room_for(const struct credentials *creds)
{
	return secbuf_len(creds->secret_key) +
	       secbuf_len(creds->session_token) + strlen(creds->access_key_id) +
	       128;
}

/* Writes {"sessionId":..., "sessionKey":..., "sessionToken":...}. */
static struct secbuf *make_session(const struct credentials *creds)
{
	struct secbuf *json = secbuf_new(2 * room_for(creds));
	struct jsonout out = jsonout_to_secbuf(json);

	jsonout_raw(&out, "{");
	jsonout_key(&out, "sessionId");
	jsonout_string(&out, creds->access_key_id);
	jsonout_key(&out, "sessionKey");
	jsonout_string(&out, secbuf_text(creds->secret_key));
	jsonout_key(&out, "sessionToken");
	jsonout_string(&out, secbuf_text(creds->session_token));
	jsonout_raw(&out, "}");
	return json;
}

static struct secbuf *make_form(const struct signin_request *in)
{
	struct secbuf *session = make_session(in->creds);
	struct secbuf *form = secbuf_new(6 * room_for(in->creds) + 256);
	char number[sizeof("&SessionDuration=") + 20];

	secbuf_puts(form, "Action=getSigninToken");
	if (in->duration > 0) {
		(void)snprintf(number, sizeof(number), "&SessionDuration=%lld",
			       (long long)in->duration);
		secbuf_puts(form, number);
	}
	secbuf_puts(form, "&Session=");
	if (secbuf_ok(session))
		uri_encode_n(form, secbuf_text(session), secbuf_len(session));
	else
		secbuf_cut(form, 0);
	secbuf_free(session);
	return form;
}

/* --- the answer -------------------------------------------------------------- */

/* Appends a character, but one blank for any white space. */
static void add_collapsed(struct secbuf *out, char c)
{
	const char *text = secbuf_text(out);
	size_t len = secbuf_len(out);
	bool blank = strchr(" \t\r\n", c) != NULL;

	if (len >= MESSAGE_MAX || (blank && (len == 0 || text[len - 1] == ' ')))
		return;
	secbuf_add(out, blank ? " " : &c, 1);
}

/*
 * Reduces the body of an HTML page to its text: sign-in has no error documents.
 * Elements of style and script have no "<" in what AWS sends.
 */
static struct secbuf *text_of_page(const char *html, size_t len)
{
	struct secbuf *out = secbuf_new(MESSAGE_MAX + 1);
	const char *body = memmem(html, len, "<body", strlen("<body"));
	bool inside = false;

	for (size_t i = body ? (size_t)(body - html) : 0; i < len; i++) {
		if (html[i] == '<')
			inside = true;
		if (!inside && html[i] != '\0')
			add_collapsed(out, html[i]);
		if (html[i] == '>') {
			inside = false;
			add_collapsed(out, ' ');
		}
	}
	len = secbuf_len(out);
	if (len > 0 && secbuf_text(out)[len - 1] == ' ')
		secbuf_cut(out, len - 1);
	return out;
}

static enum exchange_reading refuse(const struct http_answer *answer,
				    struct exchange_fault *fault)
{
	(void)snprintf(fault->code, sizeof(fault->code), "HTTP %d",
		       answer->status);
	fault->message = text_of_page(secbuf_text(answer->body),
				      secbuf_len(answer->body));
	return fault->message ? EXCHANGE_FAULT : EXCHANGE_NO_MEMORY;
}

static enum exchange_reading read_answer(const struct exchange *exchange,
					 const struct http_answer *answer,
					 void *result,
					 struct exchange_fault *fault)
{
	struct secbuf **token = result;
	struct error bad = { 0 };
	struct json *json;

	(void)exchange;
	if (answer->status >= 400 && answer->status < 500)
		return refuse(answer, fault);
	json = json_parse(secbuf_text(answer->body), secbuf_len(answer->body),
			  &bad);
	if (json && answer->status == 200)
		*token = json_secret(json, "SigninToken", TOKEN_MAX);
	json_free(json);
	if (bad.code == ERROR_MEMORY)
		return EXCHANGE_NO_MEMORY;
	return *token && secbuf_len(*token) > 0 ? EXCHANGE_RESULT
						: EXCHANGE_FOREIGN;
}

bool signin_get_token(const struct api_caller *caller,
		      const struct signin_request *in, struct secbuf **token,
		      struct error *err)
{
	struct secbuf *form = make_form(in);
	/* Unsigned, but what the form contains is never quoted. */
	struct api_caller owner = *caller;
	const struct exchange exchange = {
		.caller = &owner,
		.action = "getSigninToken",
		.method = "POST",
		.path = "/federation",
		.content_type = FORM_TYPE,
		.body = form,
		.max_answer = JSON_MAX,
		.read = read_answer,
	};
	bool ok;

	*token = NULL;
	owner.creds = in->creds;
	ok = (secbuf_ok(form) && secbuf_len(form) > 0) || error_memory(err);
	ok = ok && exchange_send(&exchange, token, NULL, err);
	secbuf_free(form);
	if (!ok) {
		secbuf_free(*token);
		*token = NULL;
	}
	return ok;
}

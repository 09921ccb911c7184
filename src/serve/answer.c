#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/reason.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "format/jsonout.h"
#include "message/message.h"
#include "serve/answer_internal.h"

#define JSON        "application/json"
#define JSON_MAX    16384 /* a message and its hint, escaped */
#define FORBIDDEN   403
#define UNAVAILABLE 503
#define PORT_LEN    8

const char *answer_header(const struct listener_request *request,
			  const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < request->n_headers; i++) {
		if (!text_equal_nocase(request->headers[i].name, name))
			continue;
		if (value)
			return NULL;
		value = request->headers[i].value;
	}
	return value;
}

bool answer_has_header(const struct listener_request *request, const char *name)
{
	for (size_t i = 0; i < request->n_headers; i++)
		if (text_equal_nocase(request->headers[i].name, name))
			return true;
	return false;
}

/* Tests for "NAME" or "NAME:PORT". */
static bool is_named(const char *host, const char *name, unsigned port)
{
	char suffix[PORT_LEN];
	size_t len = strlen(name);
	size_t n = strlen(host);

	(void)snprintf(suffix, sizeof(suffix), ":%u", port % 65536);
	if (n < len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (host[i] != name[i])
			return false;
	return host[len] == '\0' || strcmp(host + len, suffix) == 0;
}

bool answer_is_host(const struct listener_request *request, unsigned port,
		    const char *other)
{
	static const char *const names[] = { "127.0.0.1", "localhost",
					     "[::1]" };
	const char *host = answer_header(request, "Host");

	if (!host)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (is_named(host, names[i], port))
			return true;
	return other && is_named(host, other, port);
}

void answer_plain(struct listener_answer *answer, unsigned status,
		  const char *text)
{
	answer->status = status;
	answer->type = "text/plain";
	answer->text = text;
}

void answer_refuse(struct listener_answer *answer, unsigned status,
		   const char *code, const char *message)
{
	struct strbuf text = strbuf_with_max(JSON_MAX);
	struct jsonout json = jsonout_to_strbuf(&text);

	jsonout_raw(&json, "{");
	jsonout_key(&json, "code");
	jsonout_string(&json, code);
	jsonout_key(&json, "message");
	jsonout_string(&json, message);
	jsonout_raw(&json, "}");
	answer->status = status;
	answer->type = JSON;
	if (!strbuf_ok(&text)) {
		strbuf_clear(&text);
		answer->text = "{\"code\":\"OutOfMemory\",\"message\":"
			       "\"out of memory\"}";
		return;
	}
	answer->heap = text.text;
	answer->len = text.len;
}

/* Writes the word of a reason as AWS writes codes: "no-key" is "NoKey". */
static void write_code(enum error_reason reason,
		       char code[static REASON_WORD_LEN])
{
	char word[REASON_WORD_LEN];
	bool upper = true;
	size_t n = 0;

	reason_word(reason, word);
	for (const char *at = word; *at != '\0'; at++) {
		char c = *at;

		if (upper && c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (c != '-')
			code[n++] = c;
		upper = *at == '-';
	}
	code[n] = '\0';
}

/*
 * Returns 4xx for what only the user can change, which clients do not ask for
 * again at once, and 503 for what passes by itself.
 */
static unsigned status_of(const struct error *why)
{
	return why->code == ERROR_NETWORK || why->reason == REASON_NONE
		       ? UNAVAILABLE
		       : FORBIDDEN;
}

void answer_why(struct listener_answer *answer, const struct supply *supply)
{
	struct error why = supply->why;
	char code[REASON_WORD_LEN];
	char text[MESSAGE_LEN];
	char hint[MESSAGE_LEN];
	char all[2 * MESSAGE_LEN + 32];

	if (why.reason == REASON_NONE)
		(void)error_fail(&why, REASON_NOT_FETCHED_YET,
				 .profile = supply->profile);
	write_code(why.reason, code);
	message_text(&why, text, sizeof(text));
	if (why.code == ERROR_PERSON || why.code == ERROR_INTERRUPTED)
		(void)error_fail(&why, REASON_NOT_RENEWED,
				 .profile = supply->profile);
	message_hint(&why, supply->profile, hint, sizeof(hint));
	(void)snprintf(all, sizeof(all), "rolekey: %s%s%s", text,
		       hint[0] != '\0' ? "; hint: " : "", hint);
	answer_refuse(answer, status_of(&supply->why),
		      supply->why.about.aws_code[0] != '\0'
			      ? supply->why.about.aws_code
			      : code,
		      all);
}

void answer_missing(struct listener_answer *answer,
		    const struct listener_request *request,
		    const struct supply *supply, struct moment now)
{
	if (!request->waited && (supply->busy || supply_is_due(supply, now)))
		answer->later = true;
	else
		answer_why(answer, supply);
}

#include "api/json_answer.h"

#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "format/json.h"
#include "port/http.h"

#define MESSAGE_MAX 65536
#define CODE_CHARACTERS                 \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ_.-" \
	"abcdefghijklmnopqrstuvwxyz0123456789"

/*
 * Extracts the code from "com.amazonaws.organizations#AccessDenied" or
 * "InvalidRequestException:http://internal.amazon.com/coral/".  Ignores a text
 * without one, or a longer one.
 */
static bool take_code(const char *text, struct exchange_fault *fault)
{
	size_t len, prefix;

	if (!text)
		return false;
	len = strcspn(text, ":");
	prefix = strcspn(text, "#");
	if (prefix < len) {
		text += prefix + 1;
		len -= prefix + 1;
	}
	if (len == 0 || len >= sizeof(fault->code) ||
	    strspn(text, CODE_CHARACTERS) < len)
		return false;
	memcpy(fault->code, text, len);
	fault->code[len] = '\0';
	return true;
}

static void take_message(const struct json *json, struct exchange_fault *fault)
{
	static const char *const members[] = { "message", "Message",
					       "error_description" };

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (!fault->message)
			fault->message =
				json_secret(json, members[i], MESSAGE_MAX);
}

static bool read_error(const struct json *json,
		       const struct http_answer *answer,
		       struct exchange_fault *fault)
{
	take_message(json, fault);
	return take_code(json_text(json, "error"), fault) ||
	       take_code(json_text(json, "__type"), fault) ||
	       take_code(answer->error_type, fault) ||
	       take_code(json_text(json, "code"), fault) ||
	       fault->message != NULL;
}

static struct json *parse(const struct http_answer *answer, struct error *err)
{
	size_t len = secbuf_len(answer->body);

	return len == 0 && answer->status == 200
		       ? json_parse("{}", 2, err)
		       : json_parse(secbuf_text(answer->body), len, err);
}

enum exchange_reading json_answer_read(const struct exchange *exchange,
				       const struct http_answer *answer,
				       void *result,
				       struct exchange_fault *fault)
{
	struct json **out = result;
	struct error bad = { 0 };
	struct json *json = parse(answer, &bad);
	enum exchange_reading reading = EXCHANGE_FOREIGN;

	(void)exchange;
	if (json && answer->status == 200 && !json_text(json, "__type")) {
		*out = json;
		return EXCHANGE_RESULT;
	}
	if (bad.code == ERROR_MEMORY)
		reading = EXCHANGE_NO_MEMORY;
	else if (read_error(json, answer, fault))
		reading = EXCHANGE_FAULT;
	json_free(json);
	return reading;
}

#include "serve/container.h"

#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/timefmt.h"
#include "format/jsonout.h"
#include "port/listener.h"
#include "serve/answer_internal.h"

#define FIXED_MAX 2048 /* bytes: all but the secrets and the ARN */

static size_t length(const char *text)
{
	return text ? strlen(text) : 0;
}

static void put(struct jsonout *json, const char *key, const char *text)
{
	if (!text)
		return;
	jsonout_key(json, key);
	jsonout_string(json, text);
}

/* Returns NULL when out of memory. */
static struct secbuf *body_of(const struct supply *supply)
{
	const struct credentials *creds = &supply->creds;
	struct secbuf *body = secbuf_new(
		FIXED_MAX + secbuf_len(creds->secret_key) +
		secbuf_len(creds->session_token) + length(supply->role_arn));
	struct jsonout json = jsonout_to_secbuf(body);
	char expires[TIMEFMT_ISO_LEN];

	timefmt_iso(creds->expires, expires);
	jsonout_raw(&json, "{");
	put(&json, "AccessKeyId", creds->access_key_id);
	put(&json, "SecretAccessKey", secbuf_text(creds->secret_key));
	if (creds->session_token)
		put(&json, "Token", secbuf_text(creds->session_token));
	put(&json, "Expiration", expires);
	put(&json, "AccountId", supply->account);
	put(&json, "RoleArn", supply->role_arn);
	jsonout_raw(&json, "}");
	if (secbuf_ok(body))
		return body;
	secbuf_free(body);
	return NULL;
}

static void answer_supply(const struct listener_request *request,
			  struct supply *supply, struct moment now,
			  struct listener_answer *answer)
{
	if (!supply_ask(supply, now)) {
		answer_missing(answer, request, supply, now);
		return;
	}
	answer->secret = body_of(supply);
	if (!answer->secret) {
		answer_refuse(answer, 503, "OutOfMemory", "out of memory");
		return;
	}
	answer->status = 200;
	answer->type = "application/json";
}

/* Compares in a time that depends only on the length that a client sends. */
static bool has_token(const struct container *container,
		      const struct listener_request *request)
{
	const char *sent = answer_header(request, "Authorization");
	const char *token = secbuf_text(container->token);
	size_t len = secbuf_len(container->token);
	unsigned char differs;
	size_t n;

	if (!sent)
		return false;
	n = strlen(sent);
	differs = n != len;
	for (size_t i = 0; i < n && len > 0; i++)
		differs |= (unsigned char)(sent[i] ^ token[i % len]);
	return differs == 0;
}

static void find_and_answer(const struct container *container,
			    const struct listener_request *request,
			    struct moment now, struct listener_answer *answer)
{
	struct supply unknown = { .profile = NULL };
	struct supply *supply =
		container->find(container->self, request->path, &unknown.why);

	if (supply) {
		answer_supply(request, supply, now, answer);
	} else {
		answer_why(answer, &unknown);
		answer->status = 404;
	}
}

void container_answer(const struct container *container,
		      const struct listener_request *request, struct moment now,
		      struct listener_answer *answer)
{
	answer->headers[answer->n_headers++] =
		(struct listener_pair){ "Cache-Control", "no-store" };
	if (!answer_is_host(request, container->port, container->host)) {
		answer_refuse(answer, 421, "WrongHost",
			      "the request names another host");
	} else if (strcmp(request->method, "GET") != 0) {
		answer_refuse(answer, 405, "MethodNotAllowed",
			      "only GET is allowed");
		answer->headers[answer->n_headers++] =
			(struct listener_pair){ "Allow", "GET" };
	} else if (!has_token(container, request)) {
		answer_refuse(answer, 403, "WrongToken",
			      "Authorization is not the token of this server");
	} else {
		find_and_answer(container, request, now, answer);
	}
}

#include "api/json_rpc.h"

#include <stdio.h>

#include "api/exchange.h"
#include "api/json_answer.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "format/json.h"
#include "format/jsonout.h"

#define BODY_MAX   262144 /* bytes; a NextToken may take 100,000 */
#define TARGET_LEN 128

struct json_rpc json_rpc_begin(const struct api_caller *caller,
			       enum aws_service service, const char *prefix,
			       const char *action)
{
	struct json_rpc rpc = { .caller = caller,
				.service = service,
				.action = action,
				.prefix = prefix,
				.body = secbuf_new(BODY_MAX) };

	secbuf_puts(rpc.body, "{");
	return rpc;
}

void json_rpc_clear(struct json_rpc *rpc)
{
	secbuf_free(rpc->body);
	rpc->body = NULL;
}

void json_rpc_put(struct json_rpc *rpc, const char *name, const char *value)
{
	struct jsonout out = jsonout_to_secbuf(rpc->body);

	if (!value)
		return;
	jsonout_key(&out, name);
	jsonout_string(&out, value);
}

void json_rpc_put_number(struct json_rpc *rpc, const char *name, int64_t value)
{
	struct jsonout out = jsonout_to_secbuf(rpc->body);

	if (value == 0)
		return;
	jsonout_key(&out, name);
	jsonout_number(&out, value);
}

struct json *json_rpc_send(struct json_rpc *rpc, struct error *err)
{
	char target[TARGET_LEN];
	struct json *json = NULL;
	const struct exchange exchange = {
		.caller = rpc->caller,
		.action = rpc->action,
		.service = endpoint_service_name(rpc->service),
		.method = "POST",
		.content_type = "application/x-amz-json-1.1",
		.target = target,
		.body = rpc->body,
		.max_answer = JSON_MAX,
		.read = json_answer_read,
	};

	(void)snprintf(target, sizeof(target), "%s.%s", rpc->prefix,
		       rpc->action);
	secbuf_puts(rpc->body, "}");
	if (!secbuf_ok(rpc->body)) {
		error_memory(err);
		return NULL;
	}
	return exchange_send(&exchange, &json, NULL, err) ? json : NULL;
}

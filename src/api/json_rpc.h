#ifndef API_JSON_RPC_H
#define API_JSON_RPC_H

#include <stdbool.h>
#include <stdint.h>

#include "api/caller.h"
#include "aws/endpoint.h"
#include "base/attrs.h"

struct error;
struct json;
struct secbuf;

/*
 * AWS JSON 1.1 ("AWS JSON 1.1 protocol", smithy.io): every action is a POST to
 * "/" whose X-Amz-Target names it, JSON in and JSON out.
 */
struct json_rpc {
	const struct api_caller *caller;
	enum aws_service service;
	const char *action; /* "ListAccounts" */
	const char *prefix; /* "AWSOrganizationsV20161128" */
	struct secbuf *body;
};

/* Begins a request without members. Free it with json_rpc_clear(). */
struct json_rpc json_rpc_begin(const struct api_caller *caller,
			       enum aws_service service, const char *prefix,
			       const char *action);
void json_rpc_clear(struct json_rpc *rpc);

/* Adds a member; NULL and the number 0 are skipped. */
void json_rpc_put(struct json_rpc *rpc, const char *name, const char *value);
void json_rpc_put_number(struct json_rpc *rpc, const char *name, int64_t value);

/*
 * Signs and sends, once.  Succeeds with status 200 and a JSON document, which
 * the caller owns.  Fails like exchange_send().
 */
struct json *json_rpc_send(struct json_rpc *rpc, struct error *err) MUST_CHECK;

#endif

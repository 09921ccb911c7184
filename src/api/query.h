#ifndef API_QUERY_H
#define API_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/caller.h"
#include "aws/endpoint.h"
#include "base/attrs.h"

struct error;
struct secbuf;
struct xml;

/*
 * The query protocol of STS and IAM: a form is posted, and a small XML document
 * is returned (API references, "Making API requests").
 */
struct query {
	const struct api_caller *caller;
	enum aws_service service;
	const char *action;
	struct secbuf *form; /* holds MFA codes; fails sticky */
	bool spends_code;    /* as in struct exchange */
	/* A token in the form; the request is then not signed.  Or NULL. */
	const struct secbuf *secret;
};

/* Begins a form with its Action and Version. Free it with query_clear(). */
struct query query_begin(const struct api_caller *caller,
			 enum aws_service service, const char *action,
			 const char *version);
void query_clear(struct query *query);

/* Adds a parameter; NULL and the number 0 are skipped. */
void query_put(struct query *query, const char *name, const char *value);
void query_put_number(struct query *query, const char *name, int64_t value);

/*
 * Adds the items of a list ("a, b") as "NAME.member.1SUFFIX" and so on; empty
 * items are skipped.
 */
void query_put_list(struct query *query, const char *name, const char *suffix,
		    const char *list);

/*
 * Adds pairs ("k=v, k2=v2") as "NAME.member.1.Key" and ".Value".  ERROR_CONFIG
 * if an item has no '=' or no key.
 */
bool query_put_pairs(struct query *query, const char *name, const char *pairs,
		     struct error *err) MUST_CHECK;

/*
 * Signs and sends.  Succeeds if the root of the response is "ACTIONResponse";
 * the caller owns the document.  Fails, and sets *sent, like exchange_send().
 */
struct xml *query_send(const struct query *query, bool *sent,
		       struct error *err) MUST_CHECK;

#endif

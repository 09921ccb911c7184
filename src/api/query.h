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
 * AWS's query protocol, which STS and IAM share: a form is posted, a small XML
 * document comes back (API references, "Making API requests").
 */
struct query {
	const struct api_caller *caller;
	enum aws_service service;
	const char *action;
	struct secbuf *form; /* holds MFA codes; fails sticky */
	bool has_code;       /* once it is sent, it is spent */
};

/* Begin a form with its Action and Version. query_clear() gives it back. */
struct query query_begin(const struct api_caller *caller,
			 enum aws_service service, const char *action,
			 const char *version);
void query_clear(struct query *query);

/* A parameter; one whose value is NULL, or number 0, is left out. */
void query_put(struct query *query, const char *name, const char *value);
void query_put_number(struct query *query, const char *name, int64_t value);

/*
 * The items of a list ("a, b") as "NAME.member.1SUFFIX" and so on; empty items
 * are passed over.
 */
void query_put_list(struct query *query, const char *name, const char *suffix,
		    const char *list);

/*
 * Pairs ("k=v, k2=v2") as "NAME.member.1.Key" and ".Value".  ERROR_CONFIG if
 * an item has no '=' or no key.
 */
bool query_put_pairs(struct query *query, const char *name, const char *pairs,
		     struct error *err) MUST_CHECK;

/*
 * Is what failed worth another request?  Says so by true, after a wait if one
 * is due; err is the failure, date AWS's (0: no answer came).
 */
struct again {
	int attempts;   /* made so far */
	bool corrected; /* AWS's time was taken over since the last */
};
bool again_worth(const struct query *query, struct again *again, bool sent,
		 int64_t date, const struct error *err) MUST_CHECK;

/* Now, as AWS sees it if its clock is known to be another. */
int64_t query_time(const struct query *query);

/*
 * Sign and send.  Success is an answer of AWS's whose root is
 * "ACTIONResponse"; the caller owns the document.  Fails as api/caller.h says.
 */
struct xml *query_send(const struct query *query, bool *sent,
		       struct error *err) MUST_CHECK;

#endif

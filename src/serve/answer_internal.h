#ifndef SERVE_ANSWER_INTERNAL_H
#define SERVE_ANSWER_INTERNAL_H

#include <stdbool.h>

#include "port/listener.h"
#include "serve/supply.h"

/*
 * Returns the value of the only header of that name, in any case; NULL if there
 * is none, or more than one.
 */
const char *answer_header(const struct listener_request *request,
			  const char *name);

/* Tests whether there is a header of that name. */
bool answer_has_header(const struct listener_request *request,
		       const char *name);

/*
 * Tests whether Host names this server, so that a page whose name resolves to
 * it (DNS rebinding) cannot use it.  Port and brackets as in RFC 9110 7.2; some
 * clients leave the port out.  other is one more host, or NULL.
 */
bool answer_is_host(const struct listener_request *request, unsigned port,
		    const char *other);

/* Answers with a static text. */
void answer_plain(struct listener_answer *answer, unsigned status,
		  const char *text);

/* Answers {"code":CODE,"message":MESSAGE}, which SDKs show. */
void answer_refuse(struct listener_answer *answer, unsigned status,
		   const char *code, const char *message);

/*
 * Answers why a supply has no credentials, with a hint what to do.  While an
 * attempt runs the answer is held back, as long as that is possible: many
 * clients ask only once.
 */
void answer_missing(struct listener_answer *answer,
		    const struct listener_request *request,
		    const struct supply *supply, struct moment now);
void answer_why(struct listener_answer *answer, const struct supply *supply);

#endif

#ifndef UNIT_SERVE_REQUESTS_H
#define UNIT_SERVE_REQUESTS_H

#include <string.h>

#include "aws/credentials.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "port/listener.h"
#include "serve/supply.h"
#include "support/check.h"

#define NOW    1000000
#define UPTIME 50000

static inline struct moment at(int64_t seconds)
{
	return (struct moment){ NOW + seconds, UPTIME + seconds * 1000 };
}

/* Credentials that last so many seconds from a moment. */
static inline struct credentials make_creds(const char *id, int64_t ends)
{
	return (struct credentials){ .access_key_id = mem_strdup(id),
				     .secret_key = secbuf_from("secret"),
				     .session_token = secbuf_from("token"),
				     .expires = NOW + ends,
				     .ends = NOW + ends };
}

/* Frees what an answer gives away, and compares its body. */
static inline void assert_body(struct listener_answer *answer, unsigned status,
			       const char *body)
{
	const char *text = answer->secret ? secbuf_text(answer->secret)
			   : answer->heap ? answer->heap
			   : answer->text ? answer->text
					  : "";

	assert_string_equal(text, body);
	assert_int_equal(answer->status, status);
	secbuf_free(answer->secret);
	mem_free(answer->heap);
	*answer = (struct listener_answer){ 0 };
}

#endif

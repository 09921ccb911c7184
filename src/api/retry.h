#ifndef API_RETRY_H
#define API_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attrs.h"

struct error;
struct exchange;

/* How often an exchange was tried; zeroed before the first time. */
struct retry {
	int attempts;   /* made so far */
	bool corrected; /* the clock was corrected after the last attempt */
};

/*
 * Decide whether a failed exchange is to be sent again, and wait first if that
 * is due.  sent: it may have reached AWS.  date is AWS's own (0: no answer
 * came), err why it failed.
 */
bool retry_is_due(const struct exchange *exchange, struct retry *retry,
		  bool sent, int64_t date, const struct error *err) MUST_CHECK;

/* Tell the time as AWS does, if it is known to disagree with ours. */
int64_t retry_time(const struct exchange *exchange);

#endif

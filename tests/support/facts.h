#ifndef SUPPORT_FACTS_H
#define SUPPORT_FACTS_H

#include "base/error.h"

#define FACTS_LEN 4096

/*
 * Writes an error as its facts, for logs and tables of tests:
 * "context no-such-profile profile=x path=f line=7".  Contexts come first, the
 * outermost before the others.
 */
const char *facts_of(const struct error *err, char out[static FACTS_LEN]);

/* The same, for the message of a failing test; the next call overwrites it. */
const char *facts_show(const struct error *err);

/*
 * Fails the test unless err has that reason and those facts; facts that are not
 * given are not compared.
 *
 *	assert_error(&err, REASON_NO_SUCH_PROFILE, .profile = "nowhere");
 */
#define assert_error(err, ...) \
	facts_are((err), &(const struct error_facts){ .reason = __VA_ARGS__ })
void facts_are(const struct error *err, const struct error_facts *facts);

#endif

#ifndef BASE_NOTICE_H
#define BASE_NOTICE_H

#include "base/attrs.h"
#include "base/error.h"

enum notice {
	NOTICE_WARNING, /* "rolekey: warning: TEXT" */
	NOTICE_INFO,    /* "rolekey: TEXT" */
	NOTICE_DEBUG    /* "rolekey: debug: TEXT", only with --debug */
};

/*
 * Takes one line for the user, on stderr, as facts: a notice is an error value
 * that ends nothing.  Never a secret in it.
 */
struct notices {
	void *self;
	void (*say)(void *self, enum notice what, const struct error *fact);
};

/*
 * Report a fact:
 *
 *	notice_warn(&world->notices, REASON_PLAINTEXT_KEY, .profile = name);
 */
#define notice_warn(notices, ...)              \
	notice_fact((notices), NOTICE_WARNING, \
		    &(const struct error_facts){ .reason = __VA_ARGS__ })
#define notice_info(notices, ...)           \
	notice_fact((notices), NOTICE_INFO, \
		    &(const struct error_facts){ .reason = __VA_ARGS__ })
void notice_fact(const struct notices *notices, enum notice what,
		 const struct error_facts *facts);

/* Reports a failure that does not end the command; give it a context first. */
void notice_error(const struct notices *notices, enum notice what,
		  const struct error *err);

/* Reports a line for --debug, which nothing reads but people: free text. */
void notice_debug(const struct notices *notices, const char *fmt, ...)
	PRINTF_LIKE(2, 3);

#endif

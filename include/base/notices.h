#ifndef BASE_NOTICES_H
#define BASE_NOTICES_H

#include "base/attrs.h"

enum notice {
	NOTICE_WARNING, /* "rolekey: warning: TEXT" */
	NOTICE_INFO,    /* "rolekey: TEXT" */
	NOTICE_DEBUG    /* "rolekey: debug: TEXT", only with --debug */
};

/* One line to the person, on stderr. Never a secret in it. */
struct notices {
	void *self;
	void (*say)(void *self, enum notice what, const char *text);
};

/* The same with a format; cut at 1,000 bytes, control characters replaced. */
void notice(const struct notices *notices, enum notice what, const char *fmt,
	    ...) PRINTF_LIKE(3, 4);

#endif

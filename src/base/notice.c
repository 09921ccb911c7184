#include "base/notice.h"

#include <stdarg.h>
#include <stdio.h>

void notice_fact(const struct notices *notices, enum notice what,
		 const struct error_facts *facts)
{
	struct error fact;

	(void)error_fail_with(&fact, facts);
	notices->say(notices->self, what, &fact);
}

void notice_error(const struct notices *notices, enum notice what,
		  const struct error *err)
{
	notices->say(notices->self, what, err);
}

void notice_debug(const struct notices *notices, const char *fmt, ...)
{
	char detail[sizeof(((struct about *)0)->detail)];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	notice_fact(notices, NOTICE_DEBUG,
		    &(const struct error_facts){ .reason = REASON_DEBUG,
						 .detail = detail });
}

#include "base/notices.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

void notice(const struct notices *notices, enum notice what, const char *fmt,
	    ...)
{
	char text[1001];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	text_clean(text);
	notices->say(notices->self, what, text);
}

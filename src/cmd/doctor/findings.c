#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "cmd/doctor/doctor_internal.h"
#include "cmd/hint.h"
#include "message/message.h"

#define TEXT_MAX 2048

PRINTF_LIKE(2, 0)
static const char *vtext(struct doctor *d, const char *fmt, va_list ap)
{
	char text[TEXT_MAX];
	const char *copy;

	(void)vsnprintf(text, sizeof(text), fmt, ap);
	text_clean(text);
	copy = arena_strdup(d->context.arena, text);
	d->failed = d->failed || !copy;
	return copy ? copy : "";
}

const char *doctor_findings_text(struct doctor *d, const char *fmt, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, fmt);
	text = vtext(d, fmt, ap);
	va_end(ap);
	return text;
}

void doctor_findings_add(struct doctor *d, enum exam_state state,
			 const char *what, const char *mend, const char *fmt,
			 ...)
{
	struct exam *exams = arena_room(d->context.arena, d->exams, d->n_exams,
					sizeof(*exams));
	va_list ap;

	if (!exams) {
		d->failed = true;
		return;
	}
	va_start(ap, fmt);
	exams[d->n_exams++] = (struct exam){
		.state = state,
		.what = what,
		.text = vtext(d, fmt, ap),
		.mend = mend ? doctor_findings_text(d, "%s", mend) : NULL,
	};
	va_end(ap);
	d->exams = exams;
}

void doctor_findings_add_error(struct doctor *d, enum exam_state state,
			       const char *what, const struct error *err)
{
	char hint[TEXT_MAX];

	if (err->reason == REASON_NONE) /* legacy */
		hint_for(err, NULL, hint, sizeof(hint));
	else
		message_hint(err, NULL, hint, sizeof(hint));
	doctor_findings_add(d, state, what, hint[0] != '\0' ? hint : NULL, "%s",
			    err->text);
}

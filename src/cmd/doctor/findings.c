#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "cmd/doctor/doctor_internal.h"
#include "message/message.h"

static void add(struct doctor *d, enum exam_state state, const char *what,
		const struct error *fact, const char *fix)
{
	struct exam *exams = arena_room(d->context.arena, d->exams, d->n_exams,
					sizeof(*exams));
	struct error *copy = arena_alloc(d->context.arena, sizeof(*copy));

	if (!exams || !copy) {
		d->failed = true;
		return;
	}
	*copy = *fact;
	exams[d->n_exams++] = (struct exam){ state, what, copy, fix };
	d->exams = exams;
}

void doctor_findings_add_with(struct doctor *d, enum exam_state state,
			      const char *what, const struct error_facts *facts)
{
	struct error fact;

	(void)error_fail_with(&fact, facts);
	add(d, state, what, &fact, NULL);
}

void doctor_findings_add_error(struct doctor *d, enum exam_state state,
			       const char *what, const struct error *err,
			       const char *fix)
{
	add(d, state, what, err, fix);
}

void doctor_findings_text(const struct exam *exam,
			  char out[static DOCTOR_TEXT_LEN])
{
	message_text(exam->fact, out, DOCTOR_TEXT_LEN);
}

void doctor_findings_fix(const struct exam *exam,
			 char out[static DOCTOR_TEXT_LEN])
{
	if (exam->fix)
		(void)snprintf(out, DOCTOR_TEXT_LEN, "%s", exam->fix);
	else
		message_hint(exam->fact, NULL, out, DOCTOR_TEXT_LEN);
}

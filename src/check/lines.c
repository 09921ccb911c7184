#include "check/check_internal.h"

/* A line that rolekey cannot read, or that other tools read differently. */
static void check_line(struct check *c, struct place place,
		       const struct ini_remark *remark)
{
	const char *text = remark->text;

	switch (remark->kind) {
	case INI_BOM:
		findings_add(c, CHECK_WARNING, place, REASON_BYTE_ORDER_MARK);
		break;
	case INI_GLUED_COMMENT:
		findings_add(c, CHECK_WARNING, place, REASON_GLUED_COMMENT,
			     .value = text);
		break;
	case INI_CAPITALS:
		if (known_key(CONFIG_PROFILE, text))
			findings_add(c, CHECK_WARNING, place,
				     REASON_KEY_CAPITALS, .key = text);
		break;
	case INI_FAULT:
		findings_add(c, CHECK_ERROR, place, remark->reason);
		break;
	case INI_CUT:
		findings_add(c, CHECK_WARNING, place, REASON_COMMENT_IN_VALUE,
			     .key = findings_key(text));
		break;
	case INI_SPACED:
		findings_add(c, CHECK_WARNING, place, REASON_SPACED_SECTION,
			     .value = text);
		break;
	case INI_INDENTED_MARK:
		findings_add(c, CHECK_WARNING, place, REASON_INDENTED_COMMENT);
		break;
	case INI_INDENTED_KEY:
		findings_add(c, CHECK_WARNING, place, REASON_INDENTED_KEY,
			     .key = findings_key(text));
		break;
	case INI_CONTINUED_KEY:
		if (known_key(CONFIG_PROFILE, text))
			findings_add(c, CHECK_WARNING, place,
				     REASON_CONTINUED_KEY, .key = text);
		break;
	case INI_CONTINUED_NAME:
		findings_add(c, CHECK_ERROR, place, REASON_CONTINUED_SECTION);
		break;
	}
}

void check_lines(struct check *c, enum config_file which)
{
	const struct checked *file = &c->files[which];

	for (size_t i = 0; i < file->n_remarks; i++)
		check_line(c, place_at(which, file->remarks[i].line),
			   &file->remarks[i]);
}

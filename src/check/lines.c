#include "base/error.h"
#include "check/check_internal.h"

static void add_fault(struct check *c, struct place place,
		      enum error_reason reason)
{
	struct error fault;

	(void)error_fail(&fault, reason, .path = NULL);
	findings_add(c, CHECK_ERROR, place, "%s", fault.text);
}

/* What rolekey made of a line, and who makes something else of it. */
static void check_line(struct check *c, struct place place,
		       const struct ini_remark *remark)
{
	switch (remark->kind) {
	case INI_FAULT:
		add_fault(c, place, remark->reason);
		break;
	case INI_CUT:
		findings_add(
			c, CHECK_WARNING, place,
			"%s: the comment behind it is part of the value for "
			"the AWS CLI and botocore",
			findings_key(remark->text));
		break;
	case INI_SPACED:
		findings_add(c, CHECK_WARNING, place,
			     "[%s]: the AWS CLI and botocore miss it for the "
			     "white space before the name",
			     remark->text);
		break;
	case INI_INDENTED_MARK:
		findings_add(
			c, CHECK_WARNING, place,
			"an indented comment: some AWS SDKs take it as part "
			"of the value above");
		break;
	case INI_INDENTED_KEY:
		findings_add(
			c, CHECK_WARNING, place,
			"%s: an indented key: some AWS SDKs take it as part "
			"of the value above, or refuse the file",
			findings_key(remark->text));
		break;
	case INI_CONTINUED_KEY:
		if (known_key(CONFIG_PROFILE, remark->text))
			findings_add(
				c, CHECK_WARNING, place,
				"%s: indented, so it is no key but part of "
				"the value above",
				remark->text);
		break;
	case INI_CONTINUED_NAME:
		findings_add(
			c, CHECK_ERROR, place,
			"indented, so it is no section but part of the value "
			"above");
		break;
	}
}

void check_lines(struct check *c, enum config_file which)
{
	const struct checked *file = &c->files[which];

	for (size_t i = 0; i < file->n_remarks; i++)
		check_line(c, (struct place){ which, file->remarks[i].line },
			   &file->remarks[i]);
}

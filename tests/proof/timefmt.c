/* Calls the functions of base/timefmt.h with every time, and text of LEN bytes. */

#include "base/timefmt.h"

#include "any.h"

void format(void)
{
	char iso[TIMEFMT_ISO_LEN];

	timefmt_iso(any_int64(), iso);
}

void parse_iso(void)
{
	char text[LEN + 1];
	int64_t t;

	any_text(text, LEN);
	(void)!timefmt_parse_iso(text, &t);
}

void parse_http(void)
{
	char text[LEN + 1];
	int64_t t;

	any_text(text, LEN);
	(void)!timefmt_parse_http(text, &t);
}

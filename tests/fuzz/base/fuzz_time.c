#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FIRST INT64_C(-62167219200)
#define LAST  INT64_C(253402300799)

/* A time that is written reads as the time, or as the nearest year's end. */
static void check_round(int64_t t)
{
	int64_t want = t < FIRST ? FIRST : t > LAST ? LAST : t;
	char text[TIMEFMT_ISO_LEN];
	int64_t again = 1;

	timefmt_iso(t, text);
	if (strlen(text) != TIMEFMT_ISO_LEN - 1 ||
	    !timefmt_parse_iso(text, &again) || again != want)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	int64_t t;

	if (!text)
		return 0;
	if (timefmt_parse_iso(text, &t))
		check_round(t);
	if (timefmt_parse_http(text, &t))
		check_round(t);
	if (size >= sizeof(t)) {
		memcpy(&t, data, sizeof(t));
		check_round(t);
	}
	free(text);
	return 0;
}

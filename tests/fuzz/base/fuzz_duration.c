#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A duration is shown as one that reads as the same, but for lost seconds. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	char span[TEXT_SPAN_LEN];
	int64_t seconds, again;

	if (!text)
		return 0;
	if (text_duration(text, &seconds)) {
		if (seconds < 0 || seconds > INT64_C(316224000))
			abort();
		text_span(seconds, span);
		if (!text_duration(span, &again) ||
		    again !=
			    (seconds < 3600 ? seconds : seconds - seconds % 60))
			abort();
	}
	if (size >= sizeof(seconds)) {
		memcpy(&seconds, data, sizeof(seconds));
		text_span(seconds, span);
		if (strlen(span) >= TEXT_SPAN_LEN)
			abort();
	}
	free(text);
	return 0;
}

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "format/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Checks that texts are UTF-8, and that no member has two types. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const members[] = { "Version", "AccessKeyId", "a",
					       "" };
	struct error err = { 0 };
	struct json *json = json_parse((const char *)data, size, &err);
	size_t good;
	long long n;

	if (!json && err.code != ERROR_PROTOCOL)
		abort();
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const char *text = json_text(json, members[i]);

		if (text && (json_number(json, members[i], &n) ||
			     !text_is_utf8(text, strlen(text), &good)))
			abort();
	}
	json_free(json);
	return 0;
}

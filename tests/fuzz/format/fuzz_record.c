#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "format/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = { "access_key_id", "arn", "expires",
				     "secret_key", "session_token" };

#define N_NAMES (sizeof(names) / sizeof(names[0]))

static struct secbuf *rewritten(const struct secbuf *record)
{
	struct secbuf *copy = record_new("session", 1, secbuf_len(record) + 64);

	for (size_t i = 0; i < N_NAMES; i++) {
		struct secbuf *value = record_get(record, names[i]);

		record_put(copy, names[i], value ? secbuf_text(value) : NULL);
		secbuf_free(value);
	}
	return copy;
}

/* Checks that a record that is written again reads the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct secbuf *record = secbuf_new(size);
	struct error err = { 0 };

	secbuf_add(record, data, size);
	if (record_check(record, "session", 1, &err)) {
		struct secbuf *copy = rewritten(record);

		if (!record_check(copy, "session", 1, &err))
			abort();
		for (size_t i = 0; i < N_NAMES; i++) {
			struct secbuf *a = record_get(record, names[i]);
			struct secbuf *b = record_get(copy, names[i]);
			char text[32];

			if ((a != NULL) != (b != NULL) || !secbuf_equal(a, b))
				abort();
			if (record_text(record, names[i], text, sizeof(text)) !=
			    (a && secbuf_len(a) < sizeof(text)))
				abort();
			secbuf_free(a);
			secbuf_free(b);
		}
		secbuf_free(copy);
	} else if (err.code != ERROR_PROTOCOL) {
		abort();
	}
	secbuf_free(record);
	return 0;
}

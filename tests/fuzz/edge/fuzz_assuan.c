#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "edge/prompt/prompt_internal.h"

/*
 * Lines of a pinentry.  Properties: data is not longer than its line, and data
 * that is encoded again, with a code for each byte, decodes to the same.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool ok)
{
	if (!ok)
		abort();
}

static void check_again(const char *bytes, size_t len)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t size = 2 + 3 * len;
	char *line = malloc(size);
	size_t again;
	unsigned number;

	if (!line)
		return;
	memcpy(line, "D ", 2);
	for (size_t i = 0; i < len; i++) {
		line[2 + 3 * i] = '%';
		line[3 + 3 * i] = hex[(uint8_t)bytes[i] >> 4];
		line[4 + 3 * i] = hex[(uint8_t)bytes[i] & 15];
	}
	need(assuan_line(line, size, &again, &number) == ASSUAN_DATA);
	need(again == len && memcmp(line + 2, bytes, len) == 0);
	free(line);
}

static void try_line(const char *from, size_t len)
{
	char *line = malloc(len > 0 ? len : 1); /* of no byte more */
	size_t data_len;
	unsigned number;
	enum assuan what;

	if (!line)
		return;
	memcpy(line, from, len);
	what = assuan_line(line, len, &data_len, &number);
	need(data_len == 0 || what == ASSUAN_DATA);
	need(number == 0 || what == ASSUAN_ERROR);
	if (what == ASSUAN_DATA) {
		need(data_len + 2 <= len);
		check_again(line + 2, data_len);
	}
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	while (size > 0) {
		const char *end = memchr(text, '\n', size);
		size_t len = end ? (size_t)(end - text) : size;

		try_line(text, len);
		len += end ? 1 : 0;
		text += len;
		size -= len;
	}
	return 0;
}

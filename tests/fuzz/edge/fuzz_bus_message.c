#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "edge/keyring/secret_service/bus_internal.h"

/*
 * Messages of the session bus.  Property: each text and array that is read is
 * within the message, and a text ends there.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool ok)
{
	if (!ok)
		abort();
}

static void check_text(const struct bus_values *from, const char *text)
{
	const uint8_t *at = (const uint8_t *)text;

	if (text)
		need(at >= from->bytes && at < from->bytes + from->len &&
		     memchr(at, '\0', (size_t)(from->bytes + from->len - at)));
	else
		need(from->failed);
}

static void check_bytes(struct bus_values *from)
{
	size_t len;
	const uint8_t *bytes = bus_get_bytes(from, &len);

	need(bytes ? len <= (size_t)(from->bytes + from->len - bytes)
		   : from->failed);
}

/* Reads one value, of a kind. */
static void get_one(struct bus_values *from, uint8_t kind)
{
	static const char *const types[] = { "v", "s", "ay", "g", "u", "t" };

	switch (kind % 6) {
	case 0:
		check_text(from, bus_get_text(from));
		break;
	case 1:
		check_text(from, bus_get_signature(from));
		break;
	case 2:
		check_bytes(from);
		break;
	case 3:
		need(bus_get_array(from) <= from->len);
		break;
	case 4:
		bus_get_struct(from);
		break;
	default:
		bus_get_past(from, types[kind / 6 % 6]);
		break;
	}
	need(from->at <= from->len);
}

static void try_message(const uint8_t *bytes, size_t len, const uint8_t *kinds,
			size_t n)
{
	struct bus_header header;
	struct bus_values body;

	if (!bus_message_read(bytes, len, &header, &body))
		return;
	need(header.signature && body.bytes + body.len == bytes + len);
	for (size_t i = 0; i < n; i++)
		get_one(&body, kinds[i]);
}

/* A message, and after it the kinds of values to read. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t len = size < BUS_FIXED_LEN ? 0 : bus_message_len(data);
	uint8_t *exact;

	if (len == 0 || len > size)
		return 0;
	exact = malloc(len); /* of no byte more */
	if (exact) {
		memcpy(exact, data, len);
		try_message(exact, len, data + len, size - len);
	}
	free(exact);
	return 0;
}

#include <string.h>

#include "edge/keyring/secret_service/bus_internal.h"

size_t bus_message_len(const uint8_t fixed[static BUS_FIXED_LEN])
{
	struct bus_values from = { fixed, BUS_FIXED_LEN, 4, false };
	size_t body = bus_get_u32(&from);
	size_t fields;

	(void)bus_get_u32(&from); /* the serial */
	fields = bus_get_u32(&from);
	if (fixed[0] != BUS_LITTLE_ENDIAN || fixed[3] != BUS_PROTOCOL ||
	    body > BUS_MESSAGE_MAX || fields > BUS_MESSAGE_MAX)
		return 0;
	fields = (fields + 7) / 8 * 8;
	return body + fields > BUS_MESSAGE_MAX - BUS_FIXED_LEN
		       ? 0
		       : BUS_FIXED_LEN + fields + body;
}

/* Reads a field, which is a byte and a variant. */
static void read_field(struct bus_values *from, struct bus_header *header)
{
	const char *type;
	uint8_t field;

	bus_get_struct(from);
	field = bus_get_byte(from);
	type = bus_get_signature(from);
	if (!type)
		return;
	if (field == BUS_FIELD_REPLY_SERIAL && strcmp(type, "u") == 0)
		header->reply_to = bus_get_u32(from);
	else if (field == BUS_FIELD_ERROR_NAME && strcmp(type, "s") == 0)
		header->error_name = bus_get_text(from);
	else if (field == BUS_FIELD_SIGNATURE && strcmp(type, "g") == 0)
		header->signature = bus_get_signature(from);
	else
		bus_get_past(from, type);
}

bool bus_message_read(const uint8_t *bytes, size_t len,
		      struct bus_header *header, struct bus_values *body)
{
	struct bus_values from = { bytes, len, BUS_FIXED_LEN, false };
	struct bus_values at = { bytes, len, 12, false };
	size_t end = BUS_FIXED_LEN + (size_t)bus_get_u32(&at);

	*header = (struct bus_header){ .type = bytes[1], .signature = "" };
	if (len < BUS_FIXED_LEN || bus_message_len(bytes) != len)
		return false;
	from.len = end;
	while (!from.failed && from.at < end)
		read_field(&from, header);
	end = (end + 7) / 8 * 8;
	*body = (struct bus_values){ bytes + end, len - end, 0, false };
	return !from.failed && header->signature;
}

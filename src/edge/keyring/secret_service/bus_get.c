#include <string.h>

#include "edge/keyring/secret_service/bus_internal.h"

/* Returns the next n bytes at a multiple of align, or NULL. */
static const uint8_t *take(struct bus_values *from, size_t align, size_t n)
{
	size_t at = (from->at + align - 1) / align * align;

	if (from->failed || at > from->len || n > from->len - at) {
		from->failed = true;
		return NULL;
	}
	from->at = at + n;
	return from->bytes + at;
}

static uint64_t get_number(struct bus_values *from, size_t n)
{
	const uint8_t *bytes = take(from, n, n);
	uint64_t number = 0;

	for (size_t i = n; bytes && i > 0; i--)
		number = number << 8 | bytes[i - 1];
	return number;
}

uint8_t bus_get_byte(struct bus_values *from)
{
	return (uint8_t)get_number(from, 1);
}

uint32_t bus_get_u32(struct bus_values *from)
{
	return (uint32_t)get_number(from, 4);
}

uint64_t bus_get_u64(struct bus_values *from)
{
	return get_number(from, 8);
}

/* Returns len bytes that have a NUL after them and none among them. */
static const char *get_chars(struct bus_values *from, size_t len)
{
	const uint8_t *bytes = take(from, 1, len + 1);

	if (bytes && memchr(bytes, '\0', len + 1) == bytes + len)
		return (const char *)bytes;
	from->failed = true;
	return NULL;
}

const char *bus_get_text(struct bus_values *from)
{
	return get_chars(from, bus_get_u32(from));
}

const char *bus_get_signature(struct bus_values *from)
{
	return get_chars(from, bus_get_byte(from));
}

const uint8_t *bus_get_bytes(struct bus_values *from, size_t *len)
{
	*len = bus_get_u32(from);
	return take(from, 1, *len);
}

size_t bus_get_array(struct bus_values *from)
{
	size_t len = bus_get_u32(from);

	if (from->failed || len > from->len - from->at) {
		from->failed = true;
		return 0;
	}
	return from->at + len;
}

void bus_get_struct(struct bus_values *from)
{
	(void)take(from, 8, 0);
}

/* Skips a value that is not a variant. */
static void skip_plain(struct bus_values *from, const char *type)
{
	bool basic = type[0] != '\0' && type[1] == '\0';
	size_t len;

	if (strcmp(type, "ay") == 0)
		(void)bus_get_bytes(from, &len);
	else if (basic && strchr("so", *type))
		(void)bus_get_text(from);
	else if (basic && *type == 'g')
		(void)bus_get_signature(from);
	else if (basic && strchr("bui", *type))
		(void)bus_get_u32(from);
	else if (basic && strchr("txd", *type))
		(void)bus_get_u64(from);
	else
		from->failed = true;
}

void bus_get_past(struct bus_values *from, const char *type)
{
	const char *inner = type;

	if (strcmp(type, "v") == 0)
		inner = bus_get_signature(from);
	if (inner)
		skip_plain(from, inner);
}

#include <string.h>

#include "edge/keyring/secret_service/bus_internal.h"

static void put_padding(struct strbuf *out, size_t to)
{
	static const char zeros[8];

	strbuf_add(out, zeros, (to - out->len % to) % to);
}

static void put_u32(struct strbuf *out, uint32_t number)
{
	uint8_t bytes[4];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(number >> (8 * i));
	put_padding(out, sizeof(bytes));
	strbuf_add(out, bytes, sizeof(bytes));
}

static void put_byte(struct strbuf *out, uint8_t byte)
{
	strbuf_add(out, &byte, 1);
}

static void put_signature(struct strbuf *out, const char *signature)
{
	put_byte(out, (uint8_t)strlen(signature));
	strbuf_add(out, signature, strlen(signature) + 1);
}

void bus_put_text(struct strbuf *body, const char *text)
{
	put_u32(body, (uint32_t)strlen(text));
	strbuf_add(body, text, strlen(text) + 1);
}

void bus_put_variant(struct strbuf *body, const char *text)
{
	put_signature(body, "s");
	bus_put_text(body, text);
}

/* Returns the length of a text after padding, when it starts at a position. */
static size_t text_end(size_t at, const char *text)
{
	return (at + 3) / 4 * 4 + 4 + strlen(text) + 1;
}

void bus_put_pairs(struct strbuf *body, const char *const (*pairs)[2], size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++)
		len = text_end(text_end((len + 7) / 8 * 8, pairs[i][0]),
			       pairs[i][1]);
	put_u32(body, (uint32_t)len);
	put_padding(body, 8);
	for (size_t i = 0; i < n; i++) {
		put_padding(body, 8);
		bus_put_text(body, pairs[i][0]);
		bus_put_text(body, pairs[i][1]);
	}
}

static void put_field(struct strbuf *out, enum bus_field field,
		      const char *type, const char *text)
{
	put_padding(out, 8);
	put_byte(out, (uint8_t)field);
	put_signature(out, type);
	if (*type == 'g')
		put_signature(out, text);
	else
		bus_put_text(out, text);
}

static void put_fields(struct strbuf *out, const struct bus_method *method,
		       const char *signature)
{
	put_field(out, BUS_FIELD_PATH, "o", method->path);
	put_field(out, BUS_FIELD_INTERFACE, "s", method->interface);
	put_field(out, BUS_FIELD_MEMBER, "s", method->member);
	put_field(out, BUS_FIELD_DESTINATION, "s", method->destination);
	if (*signature != '\0')
		put_field(out, BUS_FIELD_SIGNATURE, "g", signature);
}

/* The fields start at a multiple of 8, as in the message. */
void bus_put_call(struct strbuf *out, uint32_t serial,
		  const struct bus_method *method, const char *signature,
		  const struct strbuf *body)
{
	struct strbuf fields = strbuf_with_max(BUS_MESSAGE_MAX);

	put_fields(&fields, method, signature);
	put_byte(out, BUS_LITTLE_ENDIAN);
	put_byte(out, BUS_CALL);
	put_byte(out, 0);
	put_byte(out, BUS_PROTOCOL);
	put_u32(out, (uint32_t)body->len);
	put_u32(out, serial);
	put_u32(out, (uint32_t)fields.len);
	strbuf_add(out, strbuf_text(&fields), fields.len);
	put_padding(out, 8);
	strbuf_add(out, strbuf_text(body), body->len);
	if (!strbuf_ok(&fields) || body->failed)
		out->failed = true;
	strbuf_clear(&fields);
}

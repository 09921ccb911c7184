#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int hex(char c)
{
	const char *at = strchr("0123456789ABCDEF", c);

	if (c == '\0' || !at)
		abort();
	return (int)(at - "0123456789ABCDEF");
}

/* Encoded bytes decode to the same bytes. */
static void check_encoding(const uint8_t *data, size_t size)
{
	struct secbuf *out = secbuf_new(3 * size);
	const char *at = secbuf_text(out);

	uri_encode_n(out, (const char *)data, size);
	if (!secbuf_ok(out))
		abort();
	for (size_t i = 0; i < size; i++) {
		int byte = (unsigned char)*at++;

		if (byte == '%') {
			byte = hex(at[0]) * 16 + hex(at[1]);
			at += 2;
		}
		if (byte != data[i])
			abort();
	}
	if (*at != '\0')
		abort();
	secbuf_free(out);
}

/* The parts of a URL make a URL that has the same parts. */
static void check_parts(const char *text, struct arena *arena)
{
	struct error err = { 0 };
	struct uri a, b;
	const char *whole;

	if (!uri_split(text, arena, &a, &err)) {
		if (err.code != ERROR_CONFIG)
			abort();
		return;
	}
	whole = arena_printf(arena, "%s://%s%s", a.https ? "https" : "http",
			     a.host, a.path);
	if (!whole || !uri_split(whole, arena, &b, &err) ||
	    a.https != b.https || strcmp(a.host, b.host) != 0 ||
	    strcmp(a.name, b.name) != 0 || strcmp(a.path, b.path) != 0)
		abort();
	if (a.path[0] != '/' || strpbrk(a.host, "/@?# %") ||
	    a.name[0] == '\0' || strpbrk(a.name, "[]/@"))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct arena *arena = arena_new();

	if (text && arena) {
		check_parts(text, arena);
		check_encoding(data, size);
	}
	arena_free(arena);
	free(text);
	return 0;
}

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "format/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DEPTH_MAX 256

/* A text is UTF-8, trimmed and never longer than was asked for. */
static void check_text(const struct xml_node *node)
{
	struct secbuf *secret = xml_secret(node, 64);
	const char *text = secbuf_text(secret);
	size_t len = secbuf_len(secret);
	size_t good;
	char copy[65];

	if (len > 64 || strlen(text) != len || !text_is_utf8(text, len, &good))
		abort();
	if (len > 0 &&
	    (strchr(" \t\r\n", text[0]) || strchr(" \t\r\n", text[len - 1])))
		abort();
	if (xml_text(node, copy, sizeof(copy)) != (secret != NULL) ||
	    strcmp(copy, text) != 0)
		abort();
	secbuf_free(secret);
}

/* Down the first children that have the names AWS uses, or the own name. */
static void walk(const struct xml_node *node, int depth)
{
	static const char *const names[] = { "Error", "Credentials", "member",
					     "a" };

	if (depth > DEPTH_MAX)
		abort();
	check_text(node);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct xml_node *child = xml_child(node, names[i]);

		if (child != xml_at(node, names[i]))
			abort();
		for (; child; child = xml_next(child)) {
			if (strcmp(xml_name(child), names[i]) != 0)
				abort();
			walk(child, depth + 1);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err = { 0 };
	struct xml *doc = xml_parse((const char *)data, size, &err);

	if (!doc && err.code == ERROR_NONE)
		abort();
	if (doc && xml_name(xml_root(doc))[0] == '\0')
		abort();
	if (doc)
		walk(xml_root(doc), 0);
	xml_free(doc);
	return 0;
}

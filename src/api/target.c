#include "api/target.h"

#include <string.h>

#include "api/exchange.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/uri.h"

#define PATH_LEN ((size_t)4096)

/*
 * Append one segment of a path: nothing for "." and an empty one, and for ".."
 * the last one is removed.
 */
static void add_segment(struct secbuf *out, const char *text, size_t len)
{
	if (len == 0 || (len == 1 && text[0] == '.'))
		return;
	if (len == 2 && text[0] == '.' && text[1] == '.') {
		const char *last = strrchr(secbuf_text(out), '/');

		if (last)
			secbuf_cut(out, (size_t)(last - secbuf_text(out)));
		return;
	}
	secbuf_puts(out, "/");
	secbuf_add(out, text, len);
}

static void add_segments(struct secbuf *out, const char *path)
{
	while (*path != '\0') {
		size_t len = strcspn(path, "/");

		add_segment(out, path, len);
		path += len + (path[len] == '/');
	}
}

static bool ends_in_slash(const char *path)
{
	size_t len = strlen(path);

	return len > 0 && path[len - 1] == '/';
}

/* Normalize the path as SigV4 requires; it is sent in this form, too. */
static struct secbuf *normal_path(const char *base, const char *path)
{
	struct secbuf *out = secbuf_new(PATH_LEN);

	add_segments(out, base);
	if (path)
		add_segments(out, path);
	if (ends_in_slash(path && *path != '\0' ? path : base) ||
	    secbuf_len(out) == 0)
		secbuf_puts(out, "/");
	return out;
}

/* Encode the path once more than it is sent, segment by segment. */
static struct secbuf *encoded_path(const char *path)
{
	struct secbuf *out = secbuf_new(3 * PATH_LEN);

	while (*path != '\0') {
		size_t len = strcspn(path, "/");

		uri_encode_n(out, path, len);
		path += len;
		if (*path != '\0')
			secbuf_puts(out, "/");
		path += *path != '\0';
	}
	return out;
}

bool target_find(const struct exchange *exchange, struct arena *arena,
		 struct target *target, struct error *err)
{
	const char *query = exchange->query ? exchange->query : "";
	struct secbuf *normal, *encoded;
	struct uri uri;

	if (!uri_split(exchange->caller->endpoint.url, arena, &uri, err))
		return false;
	normal = normal_path(uri.path, exchange->path);
	encoded = encoded_path(secbuf_text(normal));
	*target = (struct target){ .host = uri.host };
	if (secbuf_ok(normal) && secbuf_ok(encoded)) {
		target->url = arena_printf(arena, "%s://%s%s%s%s",
					   uri.https ? "https" : "http",
					   uri.host, secbuf_text(normal),
					   *query != '\0' ? "?" : "", query);
		target->signing_path =
			arena_strdup(arena, secbuf_text(encoded));
	}
	secbuf_free(normal);
	secbuf_free(encoded);
	return (target->url && target->signing_path) || error_memory(err);
}

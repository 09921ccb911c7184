#include "base/uri.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/view.h"

static bool is_unreserved(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
	       c == '~';
}

void uri_encode_n(struct secbuf *out, const char *text, size_t len)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		const char coded[3] = { '%', hex[c >> 4], hex[c & 15] };

		if (is_unreserved(text[i]))
			secbuf_add(out, text + i, 1);
		else
			secbuf_add(out, coded, sizeof(coded));
	}
}

void uri_encode(struct secbuf *out, const char *text)
{
	uri_encode_n(out, text, strlen(text));
}

/*
 * Tests for visible ASCII only, without characters that an endpoint may not
 * have.
 */
static bool has_plain_bytes(const char *url)
{
	for (; *url != '\0'; url++)
		if (*url <= ' ' || *url > '~' || strchr("?#\\\"<>", *url))
			return false;
	return true;
}

/*
 * Splits "name" or "[address]", optionally followed by ":port".  *port points
 * to the colon, or to where it would be; *name is the host alone.
 */
static bool split_host(const char *host, struct view *name, const char **port)
{
	static const char of_address[] = "0123456789abcdefABCDEF:.";
	static const char of_name[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789-._";
	bool bracket = host[0] == '[';
	int64_t number;

	name->at = host + bracket;
	name->len = strspn(name->at, bracket ? of_address : of_name);
	*port = name->at + name->len;
	if (name->len == 0 || (bracket && **port != ']'))
		return false;
	*port += bracket;
	return **port == '\0' ||
	       (**port == ':' && text_number(*port + 1, 1, 65535, &number));
}

bool uri_split(const char *url, struct arena *arena, struct uri *uri,
	       struct error *err)
{
	const char *rest = NULL;
	const char *port;
	struct view name;
	char *host;
	size_t len;

	if (strchr(url, '@')) /* do not quote it: it contains a password */
		return error_fail(err, REASON_URL_WITH_USER);
	if (strncmp(url, "https://", 8) == 0)
		rest = url + 8;
	else if (strncmp(url, "http://", 7) == 0)
		rest = url + 7;
	if (!rest || !has_plain_bytes(url))
		return error_fail(err, REASON_BAD_URL, .value = url);
	len = strcspn(rest, "/");
	host = arena_strndup(arena, rest, len);
	if (!host)
		return error_memory(err);
	if (!split_host(host, &name, &port))
		return error_fail(err, REASON_URL_WITHOUT_HOST, .value = url);
	uri->https = url[4] == 's';
	uri->name = arena_strndup(arena, name.at, name.len);
	uri->path = rest[len] ? arena_strdup(arena, rest + len) : "/";
	if (strcmp(port, uri->https ? ":443" : ":80") == 0)
		host[port - host] = '\0';
	uri->host = host;
	return (uri->name && uri->path) || error_memory(err);
}

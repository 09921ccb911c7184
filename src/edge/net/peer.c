#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "edge/net/peer_internal.h"

void peer_name(const char *url, char peer[static PEER_MAX])
{
	const char *host = strstr(url, "://");
	const char *end, *colon;
	int len;

	host = host ? host + 3 : url;
	end = host + strcspn(host, "/");
	len = (int)(end - host);
	colon = memrchr(host, ':', (size_t)len);
	(void)snprintf(peer, PEER_MAX, "%.*s%s", len, host,
		       colon && !memchr(colon, ']', (size_t)(end - colon)) ? ""
		       : strncmp(url, "https:", 6) == 0 ? ":443"
							: ":80");
}

/* 127.0.0.0/8 (RFC 1122, 3.2.1.3), and not a name that begins with "127." */
static bool is_loopback_address(const char *host)
{
	return strncmp(host, "127.", 4) == 0 &&
	       host[strspn(host, "0123456789.")] == '\0';
}

bool peer_is_loopback(const char *peer)
{
	char host[PEER_MAX];
	size_t len;

	(void)snprintf(host, sizeof(host), "%s", peer);
	*strrchr(host, ':') = '\0'; /* peer has a port */
	len = strlen(host);
	if (len > 0 && host[len - 1] == '.') /* as a name server has it */
		host[--len] = '\0';
	return strcmp(host, "[::1]") == 0 || is_loopback_address(host) ||
	       text_equal_nocase(host, "localhost") ||
	       (len > 10 && text_equal_nocase(host + len - 10, ".localhost"));
}

/* In the order of libcurl, which does not read HTTP_PROXY: CGI programs get it. */
static const struct {
	const char *scheme, *name;
} proxies[] = {
	{ "https:", "https_proxy" }, { "https:", "HTTPS_PROXY" },
	{ "http:", "http_proxy" },   { "", "all_proxy" },
	{ "", "ALL_PROXY" },
};

const char *peer_proxy(const char *url, char *const *environment,
		       char proxy[static PEER_MAX])
{
	for (size_t i = 0; i < sizeof(proxies) / sizeof(proxies[0]); i++) {
		const char *scheme = proxies[i].scheme;
		const char *value = text_env(environment, proxies[i].name);
		const char *at;

		if (text_is_empty(value) ||
		    strncmp(url, scheme, strlen(scheme)) != 0)
			continue;
		at = strrchr(value, '@'); /* after a password */
		at = at ? at + 1 : value;
		at = strstr(at, "://") ? strstr(at, "://") + 3 : at;
		(void)snprintf(proxy, PEER_MAX, "%.*s", (int)strcspn(at, "/"),
			       at);
		return proxies[i].name;
	}
	return NULL;
}

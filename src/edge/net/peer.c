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

bool peer_is_loopback(const char *peer)
{
	char host[PEER_MAX];
	size_t len;

	(void)snprintf(host, sizeof(host), "%s", peer);
	*strrchr(host, ':') = '\0'; /* peer has a port */
	len = strlen(host);
	return strcmp(host, "[::1]") == 0 || strncmp(host, "127.", 4) == 0 ||
	       text_equal_nocase(host, "localhost") ||
	       (len > 10 && text_equal_nocase(host + len - 10, ".localhost"));
}

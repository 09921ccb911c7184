#include "crypto/start.h"
#include "edge/modules.h"

/* libcrypto takes an allocator only before its first call. */
static struct http open_net(struct http_curl *self)
{
	crypto_start();
	return http_curl(self);
}

const struct net_module net_module = {
	.open = open_net,
	.close = http_curl_free,
};

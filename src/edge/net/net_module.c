#include "crypto/es256.h"
#include "crypto/start.h"
#include "edge/modules.h"

/* libcrypto takes an allocator only before its first call. */
static struct http open_net(struct http_curl *self)
{
	crypto_start();
	return http_curl(self);
}

_Static_assert(SIGNER_LEN == 2 * ES256_PART_LEN, "the port has its own name");

static bool get_public(void *self, const struct secbuf *pem,
		       uint8_t point[static SIGNER_LEN], struct error *err)
{
	(void)self;
	return es256_public(pem, point, err);
}

static bool sign(void *self, const struct secbuf *pem, const void *bytes,
		 size_t len, uint8_t signature[static SIGNER_LEN],
		 struct error *err)
{
	(void)self;
	return es256_sign(pem, bytes, len, signature, err);
}

static struct signer open_signer(void)
{
	crypto_start();
	return (struct signer){ .get_public = get_public, .sign = sign };
}

const struct net_module net_module = {
	.open = open_net,
	.close = http_curl_free,
	.signer = open_signer,
};

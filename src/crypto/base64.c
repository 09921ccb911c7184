#include "crypto/base64.h"

#include <sodium.h>

#include "base/secbuf.h"

struct secbuf *base64_decode(const struct secbuf *text)
{
	size_t len = secbuf_len(text);
	struct secbuf *bytes = secbuf_new(len / 4 * 3 + 3);
	size_t room = 0;
	size_t got = 0;
	char *at = secbuf_room(bytes, &room);

	if (at && sodium_base642bin((unsigned char *)at, room,
				    secbuf_text(text), len, NULL, &got, NULL,
				    sodium_base64_VARIANT_ORIGINAL) == 0) {
		secbuf_grew(bytes, got);
		return bytes;
	}
	secbuf_free(bytes);
	return NULL;
}

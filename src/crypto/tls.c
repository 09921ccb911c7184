#include "crypto/tls.h"

#include <openssl/ssl.h>

void tls_release_buffers(void *context)
{
	(void)SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

#ifndef CRYPTO_TLS_H
#define CRYPTO_TLS_H

/*
 * Makes the connections of an SSL_CTX of OpenSSL free a buffer with decrypted
 * data as soon as it is read, and not only at their end (SSL_CTX_set_mode(3)).
 */
void tls_release_buffers(void *context);

#endif

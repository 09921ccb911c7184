#ifndef PORT_SIGNER_H
#define PORT_SIGNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"

struct error;
struct secbuf;

#define SIGNER_LEN 64 /* bytes of a public key, and of a signature */

/*
 * Signs with a private key on P-256, which the caller has as PEM
 * (crypto/es256.h): behind a port, because the library for it is large.
 */
struct signer {
	void *self;
	/*
	 * Writes the public key: x and y.  Failures of both functions:
	 * ERROR_CONFIG (REASON_BAD_EC_KEY), ERROR_SYSTEM, ERROR_MEMORY.
	 */
	bool (*get_public)(void *self, const struct secbuf *pem,
			   uint8_t point[static SIGNER_LEN], struct error *err);
	/* Writes the signature of len bytes: r and s. */
	bool (*sign)(void *self, const struct secbuf *pem, const void *bytes,
		     size_t len, uint8_t signature[static SIGNER_LEN],
		     struct error *err);
};

/* Calls through the port; struct signer documents them. */
static inline bool signer_public(const struct signer *signer,
				 const struct secbuf *pem,
				 uint8_t point[static SIGNER_LEN],
				 struct error *err)
{
	return signer->get_public(signer->self, pem, point, err);
}

static inline bool signer_sign(const struct signer *signer,
			       const struct secbuf *pem, const void *bytes,
			       size_t len, uint8_t signature[static SIGNER_LEN],
			       struct error *err)
{
	return signer->sign(signer->self, pem, bytes, len, signature, err);
}

#endif

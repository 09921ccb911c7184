#ifndef API_DPOP_H
#define API_DPOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attrs.h"

struct error;
struct secbuf;
struct signer;

/*
 * Proves possession of a private key in a request (RFC 9449, section 4.2): a
 * JWT, signed with ES256, that names the method POST, the URL and the time, with
 * an id of its own.  The key is PEM.  The caller owns *proof.  Fails like
 * port/signer.h.
 */
bool dpop_make(const struct signer *signer, const struct secbuf *pem,
	       const char *url, int64_t now, struct secbuf **proof,
	       struct error *err) MUST_CHECK;

#endif

#include <stdint.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "format/seed.h"

/*
 * The seed of a device as it is pasted.  Properties: what is taken has 10 to
 * 128 bytes, and its base32 is taken again as the same.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool ok)
{
	if (!ok)
		abort();
}

static void check(const struct secbuf *seed)
{
	struct secbuf *text = seed_base32(seed);
	struct secbuf *again = NULL;
	struct error err = { 0 };

	need(secbuf_len(seed) >= 10 && secbuf_len(seed) <= 128);
	if (!text)
		exit(0);
	need(seed_parse(text, &again, &err) && secbuf_equal(seed, again));
	secbuf_free(text);
	secbuf_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct secbuf *text = secbuf_new(size);
	struct secbuf *seed = NULL;
	struct error err = { 0 };

	secbuf_add(text, data, size);
	if (!secbuf_ok(text))
		exit(0);
	if (seed_parse(text, &seed, &err))
		check(seed);
	else
		need(!seed && err.reason != REASON_NONE);
	secbuf_free(seed);
	secbuf_free(text);
	need(secbuf_alive() == 0);
	return 0;
}

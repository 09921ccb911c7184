#include "crypto/start.h"

#include <openssl/crypto.h>

#include "base/wipe.h"

static void *get(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return wipe_malloc(size);
}

/* With size 0 it frees the block, as CRYPTO_realloc(3) documents. */
static void *resize(void *p, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	if (size > 0)
		return wipe_realloc(p, size);
	wipe_free(p);
	return NULL;
}

static void give_back(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	wipe_free(p);
}

void crypto_start(void)
{
	(void)CRYPTO_set_mem_functions(get, resize, give_back);
}

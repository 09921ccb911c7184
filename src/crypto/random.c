#include "crypto/random.h"

#include <sodium.h>

void random_fill(void *bytes, size_t len)
{
	randombytes_buf(bytes, len);
}

#ifndef PROOF_ANY_H
#define PROOF_ANY_H

#include <stddef.h>
#include <stdint.h>

#include "__fc_builtin.h"

/* Values that Eva knows nothing about but their range. */

static inline int64_t any_int64(void)
{
	return Frama_C_long_interval(INT64_MIN, INT64_MAX);
}

static inline size_t any_size(size_t max)
{
	return Frama_C_unsigned_long_interval(0, max);
}

static inline void any_bytes(char *bytes, size_t len)
{
	Frama_C_make_unknown(bytes, len);
}

/* Any text of len bytes; there is room for a NUL after them. */
static inline void any_text(char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		text[i] = Frama_C_nondet(Frama_C_char_interval(-128, -1),
					 Frama_C_char_interval(1, 127));
	text[len] = '\0';
}

#endif

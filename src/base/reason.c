#include "base/reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/*
 * Holds all names in one object, and where each begins: without pointers there
 * is nothing for the loader to relocate in bin/rolekey.
 */
static const struct names {
#define REASON(NAME, CLASS) char NAME[sizeof(#NAME)];
#include "base/reasons.def"
#undef REASON
} names = {
#define REASON(NAME, CLASS) #NAME,
#include "base/reasons.def"
#undef REASON
};

static const unsigned short starts[] = {
#define REASON(NAME, CLASS) offsetof(struct names, NAME),
#include "base/reasons.def"
#undef REASON
};

void reason_word(enum error_reason reason, char out[static REASON_WORD_LEN])
{
	const char *name = (const char *)&names + starts[reason];
	size_t n = 0;

	for (; name[n] != '\0' && n + 1 < REASON_WORD_LEN; n++) {
		out[n] = name[n];
		if (name[n] == '_')
			out[n] = '-';
		else if (name[n] >= 'A' && name[n] <= 'Z')
			out[n] = (char)(name[n] - 'A' + 'a');
	}
	out[n] = '\0';
}

bool reason_find(const char *word, enum error_reason *reason)
{
	char name[REASON_WORD_LEN];

	for (unsigned i = 0; i < REASON_COUNT; i++) {
		reason_word((enum error_reason)i, name);
		if (strcmp(name, word) == 0) {
			*reason = (enum error_reason)i;
			return true;
		}
	}
	return false;
}

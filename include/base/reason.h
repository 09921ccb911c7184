#ifndef BASE_REASON_H
#define BASE_REASON_H

#include <stdbool.h>

/* Names facts: base/reasons.def has the list, and says how to add to it. */
enum error_reason {
#define REASON(NAME, CLASS) REASON_##NAME,
#include "base/reasons.def"
#undef REASON
	REASON_COUNT
};

#define REASON_WORD_LEN 48

/* Writes the word of a reason: REASON_NO_SUCH_PROFILE is "no-such-profile". */
void reason_word(enum error_reason reason, char out[static REASON_WORD_LEN]);

/* Finds the reason of a word. False, if there is none. */
bool reason_find(const char *word, enum error_reason *reason);

#endif

#ifndef CMD_HINT_H
#define CMD_HINT_H

#include <stddef.h>

struct error;

/*
 * The next thing to do about err, as one line without "hint: ", or "" if we
 * know none.  profile may be NULL.  A table over the error's code, its topic
 * and AWS's message (the errors of STS and IAM: API references, "Common
 * Errors").
 */
void hint_for(const struct error *err, const char *profile, char *out,
	      size_t size);

#endif

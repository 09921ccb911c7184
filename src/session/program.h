#ifndef SESSION_PROGRAM_H
#define SESSION_PROGRAM_H

#include <stdbool.h>

#include "base/attrs.h"

struct error;
struct world;

/*
 * Checks that nobody else could write the line with the program of a key: other
 * users could make us run any program.  file is the one with that line, or NULL.
 * ERROR_CONFIG, REASON_PROCESS_UNSAFE.
 */
bool session_program_check(const struct world *world, const char *key,
			   const char *file, struct error *err) MUST_CHECK;

#endif

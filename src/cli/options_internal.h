#ifndef CLI_OPTIONS_INTERNAL_H
#define CLI_OPTIONS_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "access/request.h"

/* What an option does with its value. */
enum option_type {
	OPTION_FLAG,     /* bool of the request */
	OPTION_TEXT,     /* const char * of the request */
	OPTION_DURATION, /* int64_t of the request, seconds */
	OPTION_BACKEND,  /* the rest is for main or the parser itself */
	OPTION_PROMPT,
	OPTION_NO_PROMPT,
	OPTION_DEBUG,
	OPTION_HELP,
	OPTION_VERSION
};

#define OPTION_ANYWHERE 0u /* every command takes it */

struct option_row {
	char letter;       /* 0: it has none */
	const char *name;  /* without "--" */
	const char *value; /* what help calls it; NULL: it takes none */
	uint32_t bit;      /* of enum option_bit, or OPTION_ANYWHERE */
	enum option_type type;
	size_t offset; /* in struct request */
	const char *help;
};

extern const struct option_row options_table[];
extern const size_t options_count;

#endif

#ifndef MESSAGE_MESSAGE_AWS_H
#define MESSAGE_MESSAGE_AWS_H

#include <stdbool.h>
#include <stddef.h>

struct error;

/*
 * Returns the template of the hint for a request that AWS refused, by its code
 * and its message (about.aws_code and .detail), or NULL.  src/message/aws.def
 * has them.
 */
const char *message_aws_hint(const struct error *err);

/* A row of that table; words is "" for any message. */
struct message_aws_row {
	const char *code;
	const char *words;
	const char *hint;
};

/* The i-th of them. False at the end. */
bool message_aws_row(size_t i, struct message_aws_row *row);

#endif

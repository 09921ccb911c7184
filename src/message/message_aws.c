#include "message/message_aws.h"

#include <stddef.h>

#include "base/error.h"

/* Holds all texts in one object, without pointers: see message.c. */
#define AWS_HINT(NAME, CODE, WORDS, HINT) \
	char NAME##_code[sizeof(CODE)];   \
	char NAME##_words[sizeof(WORDS)]; \
	char NAME##_hint[sizeof(HINT)];
static const struct aws_texts {
#include "message/aws.def"
#undef AWS_HINT
} texts = {
#define AWS_HINT(NAME, CODE, WORDS, HINT) CODE, WORDS, HINT,
#include "message/aws.def"
#undef AWS_HINT
};

static const struct aws_row {
	unsigned short code, words, hint;
} rows[] = {
#define AWS_HINT(NAME, CODE, WORDS, HINT)           \
	{ offsetof(struct aws_texts, NAME##_code),  \
	  offsetof(struct aws_texts, NAME##_words), \
	  offsetof(struct aws_texts, NAME##_hint) },
#include "message/aws.def"
#undef AWS_HINT
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static const char *at(unsigned offset)
{
	return (const char *)&texts + offset;
}

bool message_aws_row(size_t i, struct message_aws_row *row)
{
	if (i >= N_ROWS)
		return false;
	*row = (struct message_aws_row){ at(rows[i].code), at(rows[i].words),
					 at(rows[i].hint) };
	return true;
}

const char *message_aws_hint(const struct error *err)
{
	struct message_aws_row row;

	if (err->reason != REASON_AWS_REFUSED && err->reason != REASON_AWS_BUSY)
		return NULL;
	for (size_t i = 0; message_aws_row(i, &row); i++)
		if (error_aws_says(err, row.code, row.words))
			return row.hint;
	return NULL;
}

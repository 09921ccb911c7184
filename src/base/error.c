#include "base/error.h"

#include <string.h>

#include "base/text.h"

static const unsigned char codes[] = {
#define REASON(NAME, CLASS) ERROR_##CLASS,
#include "base/reasons.def"
#undef REASON
};

/* Locates a text in each struct, and its size. */
struct fact {
	char name[12];
	unsigned short from;
	unsigned short to;
	unsigned short size;
};

#define FACT(field)                                          \
	{                                                    \
#field, offsetof(struct error_facts, field), \
			offsetof(struct about, field),       \
			sizeof(((struct about *)0)->field)   \
	}

static const struct fact facts_[] = {
	FACT(profile), FACT(path), FACT(key),    FACT(value),    FACT(expected),
	FACT(other),   FACT(arn),  FACT(action), FACT(aws_code), FACT(detail),
};

#define N_FACTS (sizeof(facts_) / sizeof(facts_[0]))

_Static_assert(sizeof(struct about) <= 3072, "an error is on every stack");

static void store(struct error *err, const struct error_facts *facts)
{
	struct about *about = &err->about;

	for (size_t i = 0; i < N_FACTS; i++) {
		char *to = (char *)about + facts_[i].to;
		const char *from;
		size_t len;

		memcpy(&from, (const char *)facts + facts_[i].from,
		       sizeof(from));
		if (*to != '\0' || !from || *from == '\0')
			continue;
		len = strnlen(from, facts_[i].size - 1U);
		memcpy(to, from, len);
		to[len] = '\0';
		text_clean(to);
	}
	about->line = about->line ? about->line : facts->line;
	about->number = about->number ? about->number : facts->number;
	about->of = about->of ? about->of : facts->of;
}

bool error_fail_with(struct error *err, const struct error_facts *facts)
{
	struct error made = { .code = codes[facts->reason],
			      .reason = facts->reason };

	store(&made, facts);
	*err = made;
	return false;
}

bool error_as(struct error *err, enum error_code code)
{
	err->code = code;
	return false;
}

bool error_memory(struct error *err)
{
	return error_fail(err, REASON_OUT_OF_MEMORY);
}

bool error_add_with(struct error *err, const struct error_facts *facts)
{
	store(err, facts);
	return false;
}

bool error_context_with(struct error *err, const struct error_facts *facts)
{
	size_t n = 0;

	while (n < ERROR_CONTEXTS && err->within[n] != REASON_NONE)
		n++;
	if (n < ERROR_CONTEXTS)
		err->within[n] = facts->reason;
	return error_add_with(err, facts);
}

bool error_has_context(const struct error *err, enum error_reason context)
{
	for (size_t i = 0; i < ERROR_CONTEXTS; i++)
		if (err->within[i] == context)
			return true;
	return false;
}

bool error_is(const struct error *err, enum error_reason reason)
{
	return err->reason == reason;
}

bool error_is_aws(const struct error *err, const char *aws_code)
{
	return strcmp(err->about.aws_code, aws_code) == 0;
}

bool error_aws_says(const struct error *err, const char *aws_code,
		    const char *words)
{
	return error_is_aws(err, aws_code) && strstr(err->about.detail, words);
}

const char *error_text_name(size_t i)
{
	return i < N_FACTS ? facts_[i].name : NULL;
}

const char *error_text(const struct error *err, size_t i)
{
	return i < N_FACTS ? (const char *)&err->about + facts_[i].to : NULL;
}

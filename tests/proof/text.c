/* Calls the functions of base/text.h with every text of LEN bytes. */

#include "base/text.h"

#include "any.h"

void parse(void)
{
	char text[LEN + 1];
	int64_t number, min = any_int64(), max = any_int64();
	bool value;

	any_text(text, LEN);
	(void)!text_duration(text, &number);
	(void)!text_number(text, min, max, &number);
	(void)!text_bool(text, &value);
	(void)text_is_empty(text);
}

void characters(void)
{
	char text[LEN + 1];
	struct text_character c;
	size_t good;

	any_text(text, LEN);
	(void)text_character(text, LEN, &c);
	(void)text_is_utf8(text, LEN, &good);
	(void)text_printable(text, LEN);
	text_clean(text);
	text_clean_lines(text);
	text_lower(text);
}

void print(void)
{
	unsigned char bytes[LEN];
	char hex[2 * LEN + 1];
	char span[TEXT_SPAN_LEN];

	any_bytes((char *)bytes, LEN);
	text_hex(bytes, LEN, hex);
	text_span(any_int64(), span);
}

void environment(void)
{
	char first[LEN + 1], second[LEN + 1], name[LEN + 1];
	char *block[] = { first, second, 0 };

	any_text(first, LEN);
	any_text(second, LEN);
	any_text(name, LEN / 2);
	(void)text_env(block, name);
	(void)text_env(0, name);
}

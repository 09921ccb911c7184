#include <stdio.h>
#include <string.h>

#include "aws/config_internal.h"
#include "base/text.h"
#include "format/ini.h"

#define BLANKS     " \t\r"
#define PREFIX     "profile "
#define PREFIX_LEN (sizeof(PREFIX) - 1)

/* A name that is being written into a header's room. */
struct writer {
	char *room;
	size_t len;
	bool full;
};

static void put(struct writer *w, char c)
{
	if (w->len == CONFIG_NAME_MAX)
		w->full = true;
	else
		w->room[w->len++] = c;
}

/* Copies to the closing quote. NULL: there is none. */
static const char *copy_quoted(struct writer *w, const char *at)
{
	char quote = *at++;

	for (; *at != quote; at++) {
		if (*at == '\\' && quote == '"') {
			if (at[1] != '"' && at[1] != '\\')
				put(w, '\\');
			at++;
		}
		if (*at == '\0')
			return NULL;
		put(w, *at);
	}
	return at + 1;
}

/* Copies one byte, or what is quoted. NULL: a quote or a byte is missing. */
static const char *copy_next(struct writer *w, const char *at)
{
	if (*at == '"' || *at == '\'')
		return copy_quoted(w, at);
	if (*at == '\\' && *++at == '\0')
		return NULL;
	put(w, *at);
	return at + 1;
}

static bool read_quoted(const char *text, struct config_header *header)
{
	struct writer w = { .room = header->room };

	while (text && *text != '\0' && !strchr(BLANKS, *text))
		text = copy_next(&w, text);
	header->name = header->room;
	header->len = w.len;
	return text && text[strspn(text, BLANKS)] == '\0' && !w.full;
}

/* "NAME" without anything else to undo is a slice of the text. */
static bool read_plainly_quoted(const char *text, struct config_header *header)
{
	header->name = text + 1;
	header->len = strcspn(text + 1, "\"\\");
	text += 1 + header->len;
	return *text == '"' && text[1 + strspn(text + 1, BLANKS)] == '\0';
}

/* Reads what most names are, quickly: config files may have thousands. */
static bool read_plain(const char *text, struct config_header *header)
{
	size_t len = 0;

	while (text[len] > ' ' && text[len] <= '~' && text[len] != '"' &&
	       text[len] != '\'' && text[len] != '\\')
		len++;
	header->name = text;
	header->len = len;
	return len > 0 && text[len] == '\0';
}

bool config_name_read(const char *text, struct config_header *header)
{
	text += *text == ' ';
	if (read_plain(text, header))
		return true;
	text += strspn(text, BLANKS);
	if (*text == '"' && read_plainly_quoted(text, header))
		return config_name_is_usable(header);
	if (strpbrk(text, "\"'\\"))
		return read_quoted(text, header) &&
		       config_name_is_usable(header);
	header->name = text;
	header->len = strcspn(text, BLANKS);
	text += header->len;
	return text[strspn(text, BLANKS)] == '\0' &&
	       config_name_is_usable(header);
}

/* Control characters would reach the terminal when profiles are listed. */
bool config_name_is_usable(const struct config_header *header)
{
	for (size_t i = 0; i < header->len; i++)
		if (((unsigned char)header->name[i] < ' ' &&
		     header->name[i] != '\t') ||
		    header->name[i] == 0x7f)
			return false;
	return header->len > 0;
}

/* --- writing a name ------------------------------------------------------------ */

/* Tests for a byte that no reader of sections takes as part of a name. */
static bool has_marks(const char *name)
{
	struct text_character c;

	for (size_t left = strlen(name); left > 0;) {
		size_t n = text_character(name, left, &c);

		if (n == 0 || c.control || strchr("#;[]", *name))
			return true;
		name += n;
		left -= n;
	}
	return false;
}

/* Writes "NAME" for a name that is not one word without quotes. */
static bool put_word(const char *name, char out[static CONFIG_SECTION_LEN])
{
	struct writer w = { .room = out };

	if (!strpbrk(name, BLANKS "\"'\\"))
		return (size_t)snprintf(out, CONFIG_SECTION_LEN, "%s", name) <
		       CONFIG_SECTION_LEN - PREFIX_LEN;
	put(&w, '"');
	for (; *name != '\0'; name++) {
		if (*name == '"' || *name == '\\')
			put(&w, '\\');
		put(&w, *name);
	}
	put(&w, '"');
	out[w.len] = '\0';
	return !w.full;
}

bool config_name_section(const char *name, char out[static CONFIG_SECTION_LEN])
{
	struct config_header header;
	char word[CONFIG_SECTION_LEN];

	if (strcmp(name, "default") == 0) {
		memcpy(out, "default", sizeof("default"));
		return true;
	}
	if (has_marks(name) || !put_word(name, word))
		return false;
	(void)snprintf(out, CONFIG_SECTION_LEN, PREFIX "%.*s",
		       (int)(CONFIG_SECTION_LEN - PREFIX_LEN - 1), word);
	return config_name_read(word, &header) && header.len == strlen(name) &&
	       memcmp(header.name, name, header.len) == 0;
}

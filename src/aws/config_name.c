#include <string.h>

#include "aws/config_internal.h"

#define BLANKS " \t\r"

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

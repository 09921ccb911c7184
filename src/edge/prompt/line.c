#include <string.h>
#include <unistd.h>

#include "base/secbuf.h"
#include "edge/prompt/prompt_internal.h"

#define BACKSPACE 0x08
#define DELETE    0x7f

static void echo(int tty, const char *bytes, size_t len)
{
	(void)!write(tty, bytes, len);
}

/* Removes the last character of UTF-8. */
static void erase(int tty, struct secbuf *line)
{
	const char *text = secbuf_text(line);
	size_t len = secbuf_len(line);

	if (len == 0)
		return;
	do
		len--;
	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80);
	secbuf_cut(line, len);
	echo(tty, "\b \b", 3);
}

static void erase_word(int tty, struct secbuf *line)
{
	bool word = false;

	while (secbuf_len(line) > 0) {
		char last = secbuf_text(line)[secbuf_len(line) - 1];

		if (word && last == ' ')
			return;
		word = word || last != ' ';
		erase(tty, line);
	}
}

static void erase_all(int tty, struct secbuf *line)
{
	while (secbuf_len(line) > 0)
		erase(tty, line);
}

/* A key that is disabled is 0. */
static bool is_key(const struct termios *settings, int key, unsigned char c)
{
	return c != 0 && settings->c_cc[key] == c;
}

enum line_state line_add(int tty, const struct termios *settings,
			 struct secbuf *line, char byte)
{
	unsigned char c = (unsigned char)byte;

	if (c == '\n')
		return LINE_COMPLETE;
	if (is_key(settings, VEOF, c))
		return LINE_END;
	if (c == BACKSPACE || c == DELETE || is_key(settings, VERASE, c)) {
		erase(tty, line);
	} else if (is_key(settings, VKILL, c)) {
		erase_all(tty, line);
	} else if (is_key(settings, VWERASE, c)) {
		erase_word(tty, line);
	} else if (c >= ' ') {
		secbuf_add(line, &byte, 1);
		echo(tty, &byte, 1);
	}
	return LINE_CONTINUES;
}

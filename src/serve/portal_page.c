#include <stdlib.h>
#include <string.h>

#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "format/html.h"
#include "serve/portal_internal.h"

static void put_text(struct strbuf *out, const char *text)
{
	while (*text != '\0') {
		size_t plain = strcspn(text, HTML_SPECIAL);

		strbuf_add(out, text, plain);
		text += plain;
		if (*text != '\0')
			strbuf_puts(out, html_reference(*text++));
	}
}

static void put_head(struct strbuf *out, const char *title)
{
	strbuf_puts(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
			 "<meta charset=\"utf-8\">\n"
			 "<meta name=\"viewport\" "
			 "content=\"width=device-width, initial-scale=1\">\n"
			 "<meta name=\"color-scheme\" content=\"light dark\">\n"
			 "<title>");
	put_text(out, title);
	strbuf_puts(out, "</title>\n"
			 "<link rel=\"icon\" href=\"data:,\">\n"
			 "<link rel=\"stylesheet\" href=\"/portal.css\">\n");
}

/* --- the list ---------------------------------------------------------------- */

static bool is_color(const char *color)
{
	return color && strlen(color) == 6 &&
	       strspn(color, "0123456789abcdefABCDEF") == 6;
}

/* An attribute, because the policy of the page allows no style in a row. */
static void put_color(struct strbuf *out, const char *color)
{
	strbuf_printf(out,
		      "<svg aria-hidden=\"true\" width=\"12\" height=\"12\">"
		      "<circle cx=\"6\" cy=\"6\" r=\"6\" fill=\"%s%s\"/></svg>",
		      is_color(color) ? "#" : "",
		      is_color(color) ? color : "none");
}

static void put_left(struct strbuf *out, int64_t expires, int64_t now)
{
	char span[TEXT_SPAN_LEN];
	int64_t left = expires - now;

	if (expires == 0 || left <= 0) {
		strbuf_puts(out, "<span class=\"left\"></span>");
		return;
	}
	text_span(left >= 60 ? left - left % 60 : left, span);
	strbuf_printf(out,
		      "<span class=\"left\" data-until=\"%lld\">%s left"
		      "</span>",
		      (long long)expires, span);
}

static void put_description(struct strbuf *out, const char *description)
{
	if (*description == '\0')
		return;
	strbuf_puts(out, " <span class=\"description\">");
	put_text(out, description);
	strbuf_puts(out, "</span>");
}

/* A form of its own, so that a row works without the script. */
static void put_row(struct strbuf *out, const struct portal_row *row,
		    int64_t now)
{
	strbuf_puts(out, "<li><form method=\"post\" action=\"/open\" "
			 "target=\"_blank\" rel=\"noopener\">"
			 "<input type=\"hidden\" name=\"profile\" value=\"");
	put_text(out, row->profile);
	strbuf_puts(out, "\"><button type=\"submit\">");
	put_color(out, row->color);
	strbuf_puts(out, " <span class=\"name\">");
	put_text(out, row->profile);
	strbuf_puts(out, "</span> <span class=\"role\">");
	put_text(out, row->role);
	strbuf_puts(out, row->read_only ? " (read-only)" : "");
	strbuf_puts(out, "</span> <span class=\"account\">");
	put_text(out, row->account ? row->account : "");
	strbuf_puts(out, "</span> ");
	put_left(out, row->expires, now);
	put_description(out, row->description);
	strbuf_puts(out, "</button></form></li>\n");
}

void portal_page_list(struct strbuf *out, const struct portal_row *rows,
		      size_t n, int64_t now)
{
	put_head(out, "rolekey");
	strbuf_puts(out,
		    "<script src=\"/portal.js\" defer></script>\n"
		    "</head>\n<body>\n<main>\n<h1>rolekey</h1>\n"
		    "<p id=\"search\" hidden><label for=\"words\">Search "
		    "by name, account, role or unit</label>\n"
		    "<input id=\"words\" type=\"search\" "
		    "autocomplete=\"off\" spellcheck=\"false\" "
		    "aria-controls=\"list\" aria-describedby=\"keys\"></p>\n"
		    "<p id=\"count\" role=\"status\">");
	strbuf_printf(out, "%zu profile%s", n, n == 1 ? "" : "s");
	strbuf_puts(out, "</p>\n<ol id=\"list\" "
			 "aria-label=\"Profiles: open the console\">\n");
	for (size_t i = 0; i < n; i++)
		put_row(out, &rows[i], now);
	strbuf_puts(out, "</ol>\n<p><button id=\"more\" type=\"button\" "
			 "hidden>Show more</button></p>\n"
			 "<p id=\"keys\" hidden>"
			 "<kbd>Enter</kbd> opens the console in a new tab, "
			 "<kbd>\xe2\x86\x91</kbd> <kbd>\xe2\x86\x93</kbd> "
			 "choose, <kbd>Esc</kbd> clears the search.</p>\n");
	if (n == 0)
		strbuf_puts(out, "<p>No profile of the AWS config file has a "
				 "role that can sign in to the console."
				 "</p>\n");
	strbuf_puts(out, "</main>\n</body>\n</html>\n");
}

/* --- a question -------------------------------------------------------------- */

static void put_hidden(struct strbuf *out, const char *name, const char *value)
{
	strbuf_printf(out, "<input type=\"hidden\" name=\"%s\" value=\"", name);
	put_text(out, value);
	strbuf_puts(out, "\">\n");
}

static void put_paragraph(struct strbuf *out, const char *role,
			  const char *text)
{
	if (text_is_empty(text))
		return;
	strbuf_printf(out, "<p%s>", role);
	put_text(out, text);
	strbuf_puts(out, "</p>\n");
}

static void put_code(struct strbuf *out, const char *serial)
{
	strbuf_puts(out, "<p><label for=\"code\">MFA code for ");
	put_text(out, serial);
	strbuf_puts(out, "</label>\n<input id=\"code\" name=\"code\" "
			 "inputmode=\"numeric\" autocomplete=\"one-time-code\" "
			 "maxlength=\"16\" required autofocus></p>\n");
}

static void put_confirm(struct strbuf *out, const char *profile,
			const char *account)
{
	strbuf_puts(out, "<p><label for=\"confirm\">Type \"");
	put_text(out, profile);
	strbuf_puts(out, "\" to open the console of account ");
	put_text(out, account);
	strbuf_puts(out, "</label>\n<input id=\"confirm\" name=\"confirm\" "
			 "autocomplete=\"off\" required autofocus></p>\n");
}

void portal_page_ask(struct strbuf *out, const struct portal_question *question)
{
	const struct portal_wish *wish = question->wish;
	const struct portal_need *need = question->need;

	put_head(out, wish->profile);
	strbuf_puts(out, "</head>\n<body>\n<main class=\"ask\">\n<h1>");
	put_text(out, wish->profile);
	strbuf_puts(out, "</h1>\n");
	put_paragraph(out, " role=\"alert\"", question->message);
	put_paragraph(out, "", question->hint);
	if (need->serial || need->account) {
		strbuf_puts(out, "<form method=\"post\" action=\"/open\">\n");
		put_hidden(out, "profile", wish->profile);
		if (need->account)
			put_confirm(out, wish->profile, need->account);
		else if (wish->confirm)
			put_hidden(out, "confirm", wish->confirm);
		if (need->serial)
			put_code(out, need->serial);
		strbuf_puts(out, "<button type=\"submit\">Open the console"
				 "</button>\n</form>\n");
	}
	strbuf_puts(out, "</main>\n</body>\n</html>\n");
}

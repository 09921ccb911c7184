#include "serve/signin_page.h"

#include <string.h>

#include "aws/console.h"
#include "base/secbuf.h"
#include "format/html.h"

#define FIXED_MAX 4096

static void put(struct secbuf *out, const char *html)
{
	secbuf_puts(out, html);
}

/* Writes text or an attribute's value, which has double quotes around it. */
static void put_text(struct secbuf *out, const char *text)
{
	while (*text != '\0') {
		size_t plain = strcspn(text, HTML_SPECIAL);

		secbuf_add(out, text, plain);
		text += plain;
		if (*text != '\0')
			put(out, html_reference(*text++));
	}
}

static void put_field(struct secbuf *out, const char *name, const char *value)
{
	put(out, "<input type=\"hidden\" name=\"");
	put(out, name);
	put(out, "\" value=\"");
	put_text(out, value);
	put(out, "\">\n");
}

static void put_head(struct secbuf *out, const struct signin_page *page)
{
	put(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		 "<meta charset=\"utf-8\">\n"
		 "<meta name=\"viewport\" content=\"width=device-width\">\n"
		 "<meta name=\"color-scheme\" content=\"light dark\">\n"
		 "<title>rolekey: ");
	put_text(out, page->profile);
	put(out, "</title>\n<style nonce=\"");
	put(out, page->nonce);
	put(out, "\">\nbody { font: 1.1em sans-serif; margin: 15vh auto; "
		 "max-width: 30em; padding: 0 1em }\n"
		 "button { font: inherit; padding: 0.5em 1em }\n"
		 "</style>\n</head>\n<body>\n<main>\n<h1>");
	put_text(out, page->profile);
	put(out, "</h1>\n<p>Signing in to the AWS console");
}

static void put_where(struct secbuf *out, const struct signin_page *page)
{
	if (page->role) {
		put(out, " as ");
		put_text(out, page->role);
	}
	if (page->account) {
		put(out, " in account ");
		put_text(out, page->account);
	}
	put(out, ".</p>\n");
}

static void put_form(struct secbuf *out, const struct signin_page *page)
{
	put(out, "<form method=\"post\" action=\"");
	put_text(out, page->endpoint);
	put(out, "/federation\">\n");
	put_field(out, "Action", "login");
	put_field(out, "Issuer", CONSOLE_ISSUER);
	put_field(out, "Destination", page->destination);
	put_field(out, "SigninToken", secbuf_text(page->token));
	put(out, "<button type=\"submit\">Open the console</button>\n"
		 "</form>\n</main>\n<script nonce=\"");
	put(out, page->nonce);
	put(out, "\">document.forms[0].submit();</script>\n</body>\n</html>\n");
}

struct secbuf *signin_page_make(const struct signin_page *page)
{
	size_t role = page->role ? strlen(page->role) : 0;
	struct secbuf *out = secbuf_new(
		FIXED_MAX +
		6 * (2 * strlen(page->profile) + role + strlen(page->endpoint) +
		     strlen(page->destination) + secbuf_len(page->token)));

	put_head(out, page);
	put_where(out, page);
	put_form(out, page);
	if (secbuf_ok(out))
		return out;
	secbuf_free(out);
	return NULL;
}

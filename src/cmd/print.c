#include <locale.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "aws/credentials.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "cmd/print_internal.h"
#include "format/jsonout.h"
#include "message/message.h"
#include "port/world.h"

#define OUTPUT_MAX (1 << 30) /* bytes */

bool print_secbuf(const struct world *world, const struct secbuf *text,
		  struct error *err)
{
	if (!secbuf_ok(text))
		return error_memory(err);
	return output_write(&world->output, secbuf_text(text), secbuf_len(text),
			    err);
}

bool print_all(const struct world *world,
	       bool (*put)(struct strbuf *out, const void *what),
	       const void *what, struct error *err)
{
	struct strbuf out = strbuf_with_max(OUTPUT_MAX);
	bool ok = (put(&out, what) && strbuf_ok(&out)) || error_memory(err);

	if (ok && out.text)
		text_clean_lines(out.text);
	ok = ok &&
	     output_write(&world->output, strbuf_text(&out), out.len, err);
	strbuf_clear(&out);
	return ok;
}

void print_clean(struct strbuf *out, const char *text)
{
	size_t from = out->len;

	strbuf_puts(out, text);
	if (strbuf_ok(out) && out->text)
		text_clean(out->text + from);
}

/*
 * wcwidth(3) knows characters only in a locale of UTF-8; without one, each takes
 * one column.
 */
static size_t width_of(const struct text_character *c, locale_t utf8)
{
	int width = utf8 ? wcwidth((wchar_t)c->code) : 1;

	return width < 0 ? 1 : (size_t)width;
}

static size_t width_of_all(const char *text)
{
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t before = utf8 ? uselocale(utf8) : (locale_t)0;
	size_t width = 0;
	size_t n;

	for (size_t left = strlen(text); left > 0; left -= n, text += n) {
		struct text_character c;

		n = text_character(text, left, &c);
		if (n == 0 || c.control) /* each byte is shown as '?' */
			width += n == 0 ? 1 : n;
		else
			width += width_of(&c, utf8);
		n = n == 0 ? 1 : n;
	}
	if (utf8) {
		(void)uselocale(before);
		freelocale(utf8);
	}
	return width;
}

size_t print_width(const char *text)
{
	size_t len = strlen(text);

	/* Most texts: each byte takes one column, and no locale is loaded. */
	return text_printable(text, len) == len ? len : width_of_all(text);
}

void print_credentials_json(struct secbuf *out, const struct credentials *creds)
{
	struct jsonout json = jsonout_to_secbuf(out);
	char expires[TIMEFMT_ISO_LEN];

	jsonout_raw(&json, "{\"Version\":1");
	jsonout_key(&json, "AccessKeyId");
	jsonout_string(&json, creds->access_key_id);
	jsonout_key(&json, "SecretAccessKey");
	jsonout_string(&json, secbuf_text(creds->secret_key));
	if (creds->session_token) {
		jsonout_key(&json, "SessionToken");
		jsonout_string(&json, secbuf_text(creds->session_token));
	}
	if (creds->expires != 0) {
		timefmt_iso(creds->expires, expires);
		jsonout_key(&json, "Expiration");
		jsonout_string(&json, expires);
	}
	jsonout_raw(&json, "}\n");
}

void print_keyring(const struct keyring *keyring, char *out, size_t size)
{
	char why[MESSAGE_LEN];
	char passed_over[MESSAGE_LEN];

	out[0] = '\0';
	if (!keyring->why)
		return;
	message_text(keyring->why, why, sizeof(why));
	if (!keyring->passed_over) {
		(void)snprintf(out, size, "%s", why);
		return;
	}
	message_text(keyring->passed_over, passed_over, sizeof(passed_over));
	(void)snprintf(out, size, "%s (%s)", why, passed_over);
}

bool print_searched(const struct world *world, struct error *err)
{
	const struct keyring *keyring = &world->keyring;
	char used[MESSAGE_LEN];

	if (!keyring->why || !keyring->passed_over ||
	    (!error_is(err, REASON_NO_KEY) &&
	     !error_is(err, REASON_NO_STORED_KEY) &&
	     !error_is(err, REASON_NO_STORED_SEED)))
		return false;
	print_keyring(keyring, used, sizeof(used));
	return error_add(err, .value = keyring->why->about.other,
			 .detail = used);
}

const char *print_other_keyring(const struct world *world, const char *profile,
				size_t n)
{
	static const char *const names[] = { "secret-service", "file", "pass" };
	const struct keyring *keyring = &world->keyring;
	size_t first = keyring->passed_over ? 1 : 0; /* it is not there */
	size_t seen = 0;

	for (size_t i = first; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], keyring->name) != 0 &&
		    keyrings_has_key(&world->keyrings, names[i], profile) &&
		    seen++ == n)
			return names[i];
	return NULL;
}

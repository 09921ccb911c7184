#include <stddef.h>

#include "aws/credentials.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/timefmt.h"
#include "cmd/print_internal.h"
#include "format/jsonout.h"
#include "port/world.h"

bool print_secbuf(const struct world *world, const struct secbuf *text,
		  struct error *err)
{
	if (!secbuf_ok(text))
		return error_set(err, ERROR_MEMORY, "no memory for the output");
	return output_write(&world->output, secbuf_text(text), secbuf_len(text),
			    err);
}

#define FIRST_ROOM 65536 /* bytes; doubled until there is enough */

bool print_all(const struct world *world,
	       bool (*put)(struct secbuf *out, const void *what),
	       const void *what, struct error *err)
{
	struct secbuf *out = NULL;
	size_t room = FIRST_ROOM;
	bool ok;

	do {
		secbuf_free(out);
		out = secbuf_new(room);
		ok = out && put(out, what);
		room *= 2;
	} while (ok && !secbuf_ok(out));
	ok = print_secbuf(world, ok ? out : NULL, err);
	secbuf_free(out);
	return ok;
}

void print_credentials_json(struct secbuf *out, const struct credentials *creds)
{
	char expires[TIMEFMT_ISO_LEN];

	secbuf_puts(out, "{\"Version\":1");
	jsonout_key(out, "AccessKeyId");
	jsonout_string(out, creds->access_key_id);
	jsonout_key(out, "SecretAccessKey");
	jsonout_string(out, secbuf_text(creds->secret_key));
	if (creds->session_token) {
		jsonout_key(out, "SessionToken");
		jsonout_string(out, secbuf_text(creds->session_token));
	}
	if (creds->expires != 0) {
		timefmt_iso(creds->expires, expires);
		jsonout_key(out, "Expiration");
		jsonout_string(out, expires);
	}
	secbuf_puts(out, "}\n");
}

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "edge/aws_vault/aws_vault_internal.h"

/*
 * A file of aws-vault.  Properties: an accepted file has its header inside the
 * text, and rounds, salt, key, iv and tag of lengths within their bounds; with a
 * passphrase that is not its own it does not open.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool ok)
{
	if (!ok)
		abort();
}

static void check(const struct secbuf *text, const struct vault_jwe *jwe)
{
	const char *begin = secbuf_text(text);
	size_t salt = secbuf_len(jwe->salt) - sizeof("PBES2-HS256+A128KW");

	need(jwe->header == begin && begin[jwe->header_len] == '.');
	need(jwe->rounds >= 1 && jwe->rounds <= VAULT_ROUNDS_MAX);
	need(salt >= VAULT_SALT_MIN && salt <= VAULT_SALT_MAX);
	need(memcmp(secbuf_text(jwe->salt), "PBES2-HS256+A128KW", 19) == 0);
	need(secbuf_len(jwe->wrapped) == 40 && secbuf_len(jwe->iv) == 12 &&
	     secbuf_len(jwe->tag) == 16);
	need(secbuf_len(jwe->sealed) < secbuf_len(text));
}

static void try_to_open(const struct vault_jwe *jwe)
{
	struct secbuf *passphrase = secbuf_from("nobody's");
	struct secbuf *plain = NULL;
	struct error err = { 0 };

	need(!aws_vault_jwe_open(jwe, passphrase, &plain, &err) && !plain);
	secbuf_free(passphrase);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct secbuf *text = secbuf_new(size);
	struct vault_jwe jwe;
	struct error err = { 0 };

	secbuf_add(text, data, size);
	if (!secbuf_ok(text))
		exit(0);
	if (aws_vault_jwe_parse(text, &jwe, &err)) {
		check(text, &jwe);
		if (jwe.rounds <= 8192)
			try_to_open(&jwe);
	} else {
		need(err.reason != REASON_NONE);
	}
	aws_vault_jwe_clear(&jwe);
	secbuf_free(text);
	need(secbuf_alive() == 0);
	return 0;
}

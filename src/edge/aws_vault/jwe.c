#include "crypto/jwe.h"

#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/view.h"
#include "crypto/base64.h"
#include "edge/aws_vault/aws_vault_internal.h"
#include "format/json.h"

#define ALGORITHM   "PBES2-HS256+A128KW"
#define ENCRYPTION  "A256GCM"
#define WRAPPED_LEN 40 /* bytes: JWE_KEY_LEN and RFC 3394's eight */

enum part { HEADER, WRAPPED, IV, SEALED, TAG, PARTS };

/* part is the part of the file that is not valid. */
static bool not_valid(struct error *err, const char *part)
{
	return error_fail(err, REASON_NOT_A_VAULT_FILE, .other = part);
}

/* Splits the text into five parts separated by dots. */
static bool split(const struct secbuf *text, struct view parts[static PARTS])
{
	struct view rest = { secbuf_text(text), secbuf_len(text) };

	for (int i = 0; i < PARTS; i++)
		if (view_cut(rest, '.', &parts[i], &rest) == (i == PARTS - 1))
			return false;
	return true;
}

static bool decode(const struct view *part, struct secbuf **bytes,
		   struct error *err)
{
	return base64_decode_url(part->at, part->len, bytes, err) ||
	       (err->code != ERROR_MEMORY && not_valid(err, "base64"));
}

static bool is_text(const struct json *json, const char *member,
		    const char *wanted)
{
	const char *text = json_text(json, member);

	return text && strcmp(text, wanted) == 0;
}

static bool take_salt(const char *text, struct vault_jwe *jwe,
		      struct error *err)
{
	const struct view part = view_of(text);
	struct secbuf *salt = NULL;
	bool ok = decode(&part, &salt, err);

	if (ok && (secbuf_len(salt) < VAULT_SALT_MIN ||
		   secbuf_len(salt) > VAULT_SALT_MAX))
		ok = not_valid(err, "length of the salt");
	if (ok) {
		jwe->salt = secbuf_new(sizeof(ALGORITHM) + secbuf_len(salt));
		secbuf_add(jwe->salt, ALGORITHM, sizeof(ALGORITHM));
		secbuf_join(jwe->salt, salt);
		ok = secbuf_ok(jwe->salt) || error_memory(err);
	}
	secbuf_free(salt);
	return ok;
}

static bool take_header(const struct json *json, struct vault_jwe *jwe,
			struct error *err)
{
	const char *salt = json_text(json, "p2s");
	long long rounds = 0;

	if (!is_text(json, "alg", ALGORITHM) ||
	    !is_text(json, "enc", ENCRYPTION) || json_text(json, "zip"))
		return not_valid(err, "algorithm");
	if (!json_number(json, "p2c", &rounds) || rounds < 1 ||
	    rounds > VAULT_ROUNDS_MAX)
		return not_valid(err, "number of rounds");
	jwe->rounds = (unsigned)rounds;
	return salt ? take_salt(salt, jwe, err) : not_valid(err, "salt");
}

static bool read_header(const struct view *part, struct vault_jwe *jwe,
			struct error *err)
{
	struct secbuf *text = NULL;
	struct json *json = NULL;
	bool ok = decode(part, &text, err);

	if (ok) {
		json = json_parse(secbuf_text(text), secbuf_len(text), err);
		ok = json ||
		     (err->code != ERROR_MEMORY && not_valid(err, "header"));
	}
	ok = ok && take_header(json, jwe, err);
	json_free(json);
	secbuf_free(text);
	jwe->header = part->at;
	jwe->header_len = part->len;
	return ok;
}

bool aws_vault_jwe_parse(const struct secbuf *text, struct vault_jwe *jwe,
			 struct error *err)
{
	struct view parts[PARTS];

	*jwe = (struct vault_jwe){ 0 };
	if (!split(text, parts))
		return not_valid(err, "number of parts");
	return read_header(&parts[HEADER], jwe, err) &&
	       decode(&parts[WRAPPED], &jwe->wrapped, err) &&
	       decode(&parts[IV], &jwe->iv, err) &&
	       decode(&parts[SEALED], &jwe->sealed, err) &&
	       decode(&parts[TAG], &jwe->tag, err) &&
	       ((secbuf_len(jwe->wrapped) == WRAPPED_LEN &&
		 secbuf_len(jwe->iv) == JWE_IV_LEN &&
		 secbuf_len(jwe->tag) == JWE_TAG_LEN) ||
		not_valid(err, "length of a part"));
}

void aws_vault_jwe_clear(struct vault_jwe *jwe)
{
	secbuf_free(jwe->salt);
	secbuf_free(jwe->wrapped);
	secbuf_free(jwe->iv);
	secbuf_free(jwe->sealed);
	secbuf_free(jwe->tag);
	*jwe = (struct vault_jwe){ 0 };
}

/* Unwraps the content key. If that fails, the passphrase is wrong. */
static struct secbuf *key_of(const struct vault_jwe *jwe,
			     const struct secbuf *passphrase, struct error *err)
{
	struct secbuf *kek = jwe_derive(passphrase, jwe->salt, jwe->rounds,
					JWE_KEK_LEN, err);
	struct secbuf *key = kek ? jwe_unwrap(kek, jwe->wrapped, err) : NULL;

	if (kek && !key && err->code == ERROR_KEYRING)
		(void)error_fail(err, REASON_WRONG_PASSPHRASE);
	secbuf_free(kek);
	return key;
}

bool aws_vault_jwe_open(const struct vault_jwe *jwe,
			const struct secbuf *passphrase, struct secbuf **plain,
			struct error *err)
{
	const struct jwe_box box = { jwe->iv, jwe->sealed, jwe->tag,
				     jwe->header, jwe->header_len };
	struct secbuf *key = key_of(jwe, passphrase, err);

	*plain = key ? jwe_open(key, &box, err) : NULL;
	if (key && !*plain && err->code == ERROR_KEYRING)
		(void)not_valid(err, "content");
	secbuf_free(key);
	return *plain != NULL;
}

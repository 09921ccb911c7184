#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/notice.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "crypto/kdf.h"
#include "crypto/random.h"
#include "edge/keyring/file/file_internal.h"
#include "edge/keyring/passphrase_internal.h"
#include "edge/unlock.h"
#include "port/locks.h"
#include "port/prompt.h"

#define TURN_SECONDS 120 /* for another process to get its answer */
#define TRIES        3
#define TOLD_MAX     8192

/* About 100 ms on a small machine, within the memory that it has. */
static const struct kdf_cost usual_cost = { 3, 65536 };

/* Returns the cost for a new passphrase. */
static struct kdf_cost cost_for(const struct keyring_needs *needs)
{
	struct kdf_cost cost = usual_cost;

	if (needs->argon2_passes > 0)
		cost.passes = (uint32_t)needs->argon2_passes;
	if (needs->argon2_memory > 0)
		cost.memory_kib = (uint32_t)needs->argon2_memory * 1024;
	return cost;
}

#define UNLOCK_PREFIX   "rolekey:"
#define UNLOCK_NAME_LEN (sizeof(UNLOCK_PREFIX) + (2 * (size_t)KDF_SALT_LEN))

/* Formats the kernel's name of the key, which contains the salt of the file. */
static void unlock_name(const struct keyring_header *header,
			char name[static UNLOCK_NAME_LEN])
{
	memcpy(name, UNLOCK_PREFIX, sizeof(UNLOCK_PREFIX));
	text_hex(header->salt, KDF_SALT_LEN, name + strlen(UNLOCK_PREFIX));
}

static void have(struct keyring_file *file, struct secbuf *key)
{
	secbuf_free(file->key);
	file->key = key;
}

/* Warns once; afterwards every call asks for the passphrase. */
static void warn(struct keyring_file *file, struct error *why)
{
	(void)error_context(why, REASON_ASKED_EACH_TIME);
	if (!file->warned)
		notice_error(file->needs.notices, NOTICE_WARNING, why);
	file->warned = true;
}

/* --- the kernel ---------------------------------------------------------------- */

void file_key_keep(struct keyring_file *file,
		   const struct keyring_header *header)
{
	char name[UNLOCK_NAME_LEN];
	struct error err = { 0 };

	unlock_name(header, name);
	if (!unlock_put(name, file->key, file->needs.unlock_timeout, &err))
		warn(file, &err);
}

bool file_key_forget(struct keyring_file *file,
		     const struct keyring_header *header, struct error *err)
{
	char name[UNLOCK_NAME_LEN];

	have(file, NULL);
	unlock_name(header, name);
	return unlock_forget(name, err);
}

/*
 * Uses the kernel's key.  One that does not match is of an earlier file with
 * this salt.
 */
static bool take_kernels(struct keyring_file *file,
			 const struct keyring_header *header)
{
	char name[UNLOCK_NAME_LEN];
	struct secbuf *key = NULL;
	struct error err = { 0 };

	unlock_name(header, name);
	if (!unlock_get(name, &key, &err))
		warn(file, &err);
	if (!key)
		return false;
	if (file_format_header_fits(header, key)) {
		have(file, key);
		return true;
	}
	secbuf_free(key);
	if (!unlock_forget(name, &err))
		warn(file, &err);
	return false;
}

/* --- a passphrase --------------------------------------------------------------- */

/* Tries a passphrase. If it is wrong, *fits is false and the call succeeds. */
static bool try(struct keyring_file *file, const struct keyring_header *header,
		const struct secbuf *passphrase, bool *fits, struct error *err)
{
	struct secbuf *key =
		kdf_derive(passphrase, header->salt, header->cost, err);

	if (!key)
		return false;
	*fits = file_format_header_fits(header, key);
	if (*fits)
		have(file, key);
	else
		secbuf_free(key);
	return true;
}

static bool try_given(struct keyring_file *file,
		      const struct keyring_header *header,
		      const struct secbuf *passphrase, struct error *err)
{
	bool fits = false;

	return try(file, header, passphrase, &fits, err) &&
	       (fits || error_fail(err, REASON_WRONG_PASSPHRASE_SET,
				   .key = passphrase_variable(
					   file->needs.environment)));
}

static bool try_asked(struct keyring_file *file,
		      const struct keyring_header *header, struct error *err)
{
	const struct prompt *prompt = file->needs.prompt;

	for (int i = 0; i < TRIES; i++) {
		struct secbuf *passphrase;
		bool fits = false;
		bool ok;

		ok = passphrase_ask(prompt, &passphrase, err) &&
		     try(file, header, passphrase, &fits, err);
		secbuf_free(passphrase);
		if (!ok || fits)
			return ok;
		prompt_tell(prompt, "The passphrase is wrong.");
	}
	return error_fail(err, REASON_WRONG_PASSPHRASE);
}

bool file_key_prove(struct keyring_file *file,
		    const struct keyring_header *header, struct error *err)
{
	struct secbuf *passphrase;
	bool ok;

	if (!passphrase_given(file->needs.environment, &passphrase, err))
		return false;
	ok = passphrase ? try_given(file, header, passphrase, err)
			: try_asked(file, header, err);
	secbuf_free(passphrase);
	return ok;
}

/* Tests for a failure after which the command asks no more. */
static bool is_refusal(const struct error *err)
{
	return err->code == ERROR_INTERRUPTED || err->code == ERROR_PERSON ||
	       error_is(err, REASON_ABANDONED);
}

/* Remembers a refusal: a command asks for one passphrase at most once. */
static bool refuse(struct keyring_file *file, const struct error *err)
{
	if (is_refusal(err))
		file->refused = *err;
	return false;
}

/* Only a prompt needs the lock: what is set in the environment asks nobody. */
static bool takes_turns(const struct keyring_file *file)
{
	const char *variable = passphrase_variable(file->needs.environment);

	return file->needs.locks && file->needs.prompt &&
	       text_is_empty(text_env(file->needs.environment, variable));
}

/*
 * Asks for the passphrase in one process at a time.  The others wait for it,
 * and then find the key in the kernel, or fail if nobody gave it.
 */
static bool prove_in_turn(struct keyring_file *file,
			  const struct keyring_header *header,
			  struct error *err)
{
	char name[UNLOCK_NAME_LEN];
	struct error ignored = { 0 };
	int lock = -1;
	bool ok;

	unlock_name(header, name);
	if (takes_turns(file) && !locks_take(file->needs.locks, name,
					     TURN_SECONDS, &lock, &ignored)) {
		if (is_refusal(&ignored)) {
			*err = ignored;
			return false;
		}
		lock = -1; /* without locks each process asks for itself */
	}
	ok = lock >= 0 && take_kernels(file, header);
	if (!ok) {
		ok = file_key_prove(file, header, err);
		if (ok)
			file_key_keep(file, header);
	}
	if (lock >= 0)
		locks_release(file->needs.locks, lock,
			      !ok && (err->code == ERROR_PERSON ||
				      err->code == ERROR_INTERRUPTED));
	return ok;
}

bool file_key_find(struct keyring_file *file,
		   const struct keyring_header *header, struct error *err)
{
	if (file_format_header_fits(header, file->key) ||
	    take_kernels(file, header))
		return true;
	if (file->refused.code != ERROR_NONE) {
		*err = file->refused;
		return false;
	}
	return prove_in_turn(file, header, err) || refuse(file, err);
}

bool file_key_renew(const struct keyring_file *file,
		    struct keyring_header *header, struct secbuf **key,
		    struct error *err)
{
	struct secbuf *passphrase;

	*key = NULL;
	header->version = KEYRING_VERSION;
	header->cost = cost_for(&file->needs);
	random_fill(header->salt, sizeof(header->salt));
	if (!passphrase_ask_new(file->needs.prompt, &passphrase, err))
		return false;
	*key = kdf_derive(passphrase, header->salt, header->cost, err);
	secbuf_free(passphrase);
	if (*key)
		file_format_header_mark(header, *key);
	return *key != NULL;
}

/* Asks for a new passphrase, and says what for. */
static bool ask_new(const struct keyring_file *file, struct secbuf **passphrase,
		    struct error *err)
{
	const struct prompt *prompt = file->needs.prompt;
	struct strbuf text = strbuf_with_max(TOLD_MAX);

	strbuf_printf(&text,
		      "Creating the encrypted keyring %s; "
		      "choose a passphrase for it.",
		      strbuf_text(&file->path));
	if (prompt && strbuf_ok(&text))
		prompt_tell(prompt, strbuf_text(&text));
	strbuf_clear(&text);
	return passphrase_ask_new(prompt, passphrase, err);
}

bool file_key_make(struct keyring_file *file, struct keyring_header *header,
		   struct error *err)
{
	struct secbuf *passphrase;
	struct secbuf *key = NULL;
	bool ok;

	header->version = KEYRING_VERSION;
	header->cost = cost_for(&file->needs);
	random_fill(header->salt, sizeof(header->salt));
	ok = passphrase_given(file->needs.environment, &passphrase, err) &&
	     (passphrase || ask_new(file, &passphrase, err));
	if (ok)
		key = kdf_derive(passphrase, header->salt, header->cost, err);
	secbuf_free(passphrase);
	if (!key)
		return false;
	have(file, key);
	file_format_header_mark(header, key);
	return true;
}

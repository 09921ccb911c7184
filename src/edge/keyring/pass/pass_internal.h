#ifndef EDGE_KEYRING_PASS_PASS_INTERNAL_H
#define EDGE_KEYRING_PASS_PASS_INTERNAL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"
#include "edge/keyring.h"
#include "port/keyring.h"

struct arena;
struct error;
struct secbuf;

/*
 * The keyring in password-store has four parts: an item as text (text.c), the
 * store's place (store.c), the program (run.c), and the keyring (keyring.c).
 * rolekey-keyring(5) defines the format.
 */

/* --- text.c ------------------------------------------------------------------ */

#define PASS_VALUE_MAX 131072 /* bytes of an item in all */
#define PASS_NAME_LEN  256    /* of a file's or folder's name, with its NUL */

/*
 * Formats a kind or name for the store: letters, digits and "._@+=,-" are kept,
 * other bytes are %XX; a long name is a digest.
 */
void pass_text_name(const char *text, char name[static PASS_NAME_LEN]);

/*
 * Reads such a name, of len bytes, back into arena.  NULL if it is a digest, not
 * a name of ours, or out of memory.
 */
const char *pass_text_unname(const char *name, size_t len, struct arena *arena);

/*
 * Formats an item; the caller owns the text.  ERROR_KEYRING if a line would
 * break.
 */
struct secbuf *pass_text_write(const struct keyring_item *item,
			       const struct secbuf *value,
			       struct error *err) MUST_CHECK;

/*
 * Parses an item; texts are in arena.  *value_at is where the value begins.
 * False, without an error, if it is not an item.
 */
bool pass_text_read(const struct secbuf *text, struct arena *arena,
		    struct keyring_item *item, size_t *value_at) MUST_CHECK;

struct keyring_pass {
	struct keyring_needs needs;
	char store[PATH_MAX]; /* "" without a home directory */
};

/* --- store.c ----------------------------------------------------------------- */

#define PASS_ENTRY_LEN (16 + (2 * (size_t)PASS_NAME_LEN))
#define PASS_PATH_LEN  (PATH_MAX + 1024)

/* Fills pass->store by pass->needs. */
void pass_store_find(struct keyring_pass *pass);

/* Writes "rolekey/KIND/NAME", which is an item's name in pass. */
void pass_store_entry(const char *kind, const char *name,
		      char entry[static PASS_ENTRY_LEN]);

/* Writes the path of an entry's file. */
void pass_store_path(const struct keyring_pass *pass, const char *entry,
		     char path[static PASS_PATH_LEN]);

/* The port's stamp(). */
bool pass_store_stamp(void *self, const char *profile, bool again,
		      char stamp[static KEYRING_STAMP_LEN],
		      struct error *err) MUST_CHECK;

/* --- run.c ------------------------------------------------------------------- */

/*
 * Runs pass with these arguments. input (or NULL) is its stdin; *output (or
 * NULL) is what it prints, owned by the caller.  ERROR_KEYRING, or ERROR_PERSON
 * if it fails and nobody can be asked.
 */
bool pass_run(const struct keyring_pass *pass, const char *const words[],
	      const struct secbuf *input, struct secbuf **output,
	      struct error *err) MUST_CHECK;

#endif

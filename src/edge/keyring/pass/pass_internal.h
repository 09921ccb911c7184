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
 * password-store in three parts: an item as text (_text), the program (_run),
 * and the door (keyring_pass.c).  The form is in rolekey-keyring(5).
 */

/* --- keyring_pass_text.c ----------------------------------------------------- */

#define PASS_VALUE_MAX 131072 /* bytes of an item in all */
#define PASS_NAME_LEN  256    /* of a file's or folder's name, with its NUL */

/*
 * What a kind or name is called in the store: letters, digits and "._@+=,-" as
 * they are, others as %XX; a long one is a digest.
 */
void pass_text_name(const char *text, char name[static PASS_NAME_LEN]);

/* An item's text (the caller's). ERROR_KEYRING if a line would break. */
struct secbuf *pass_text_write(const struct keyring_item *item,
			       const struct secbuf *value,
			       struct error *err) MUST_CHECK;

/*
 * What such a text says, in arena, and where in it the value begins.  False,
 * without an error, if it is none.
 */
bool pass_text_read(const struct secbuf *text, struct arena *arena,
		    struct keyring_item *item, size_t *value_at) MUST_CHECK;

/* --- keyring_pass_run.c ------------------------------------------------------ */

struct keyring_pass {
	struct keyring_needs needs;
	char store[PATH_MAX]; /* "" without a home */
};

/*
 * Run pass with these words.  input (or NULL) goes to its stdin; *output (or
 * NULL) is what it prints, the caller's.  ERROR_KEYRING, or ERROR_PERSON with
 * TOPIC_KEYRING_LOCKED where it fails and nobody can be asked.
 */
bool pass_run(const struct keyring_pass *pass, char *const words[],
	      const struct secbuf *input, struct secbuf **output,
	      struct error *err) MUST_CHECK;

#endif

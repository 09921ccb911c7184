#ifndef EDGE_KEYRING_FILE_FILE_INTERNAL_H
#define EDGE_KEYRING_FILE_FILE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"
#include "base/strbuf.h"
#include "crypto/kdf.h"
#include "crypto/seal.h"
#include "edge/keyring.h"

struct error;
struct secbuf;

/*
 * The file keyring in six parts: what its bytes mean (_format), its two boxes
 * (_part), how they get to the disk and back (_disk), what opens them (_key), another passphrase
 * (_change), and the door (snapshot.c).  The format is in rolekey-keyring(5), by the byte.
 */

/* --- format.c: bytes in, bytes out -------------------------- */

#define KEYRING_VERSION    3
#define KEYRING_ONE_BOX    1 /* an older version, which is read, too */
#define KEYRING_HEADER_LEN 172
#define KEYRING_OLD_LEN    104 /* of version 1, which is read */
#define KEYRING_MARKED_LEN \
	36 /* that the mark is over, and boxes are bound to */
#define KEYRING_FILE_MAX (8U << 20) /* bytes, header and all */
#define KEYRING_BOX_LEN  (SEAL_NONCE_LEN + SEAL_TAG_LEN) /* and a body */
#define KEYRING_BODY_MAX \
	(KEYRING_FILE_MAX - KEYRING_HEADER_LEN - 2 * KEYRING_BOX_LEN)
#define KEYRING_ITEMS_MAX 4096
#define KEYRING_TEXT_MAX  1024  /* bytes of a kind, name, label or origin */
#define KEYRING_VALUE_MAX 65536 /* bytes */

/*
 * Sessions have a box and a key of their own: a cached session is read, and
 * written, without the keys being opened.
 */
enum keyring_part { PART_KEYS, PART_SESSIONS, PART_COUNT };

struct keyring_box {
	uint32_t len; /* bytes, one box after the other behind the header */
	uint8_t sum[SEAL_SUM_LEN];
};

struct keyring_header {
	uint32_t version; /* KEYRING_VERSION or an older one */
	struct kdf_cost cost;
	uint8_t salt[KDF_SALT_LEN];
	uint8_t mark[SEAL_SUM_LEN]; /* tells the right key from others */
	struct keyring_box box[PART_COUNT];
};

/* "damaged: how", TOPIC_KEYRING_DAMAGED. Always false. */
bool file_format_damaged(struct error *err, const char *how);

/*
 * The header of a whole file.  ERROR_KEYRING, TOPIC_KEYRING_DAMAGED for
 * anything that file_format_header_write() would not have written, and for a file
 * that is not as long as its header says.
 */
bool file_format_header_read(const uint8_t *bytes, size_t len,
			     struct keyring_header *header,
			     struct error *err) MUST_CHECK;
/* Of KEYRING_VERSION. */
void file_format_header_write(const struct keyring_header *header,
			      uint8_t bytes[static KEYRING_HEADER_LEN]);

/* Writes the first bytes of the header. */
void file_format_header_marked(const struct keyring_header *header,
			       uint8_t bytes[static KEYRING_MARKED_LEN]);

/* Put the mark of that key on it; and: is it this key's? */
void file_format_header_mark(struct keyring_header *header,
			     const struct secbuf *key);
bool file_format_header_fits(const struct keyring_header *header,
			     const struct secbuf *key) MUST_CHECK;

/* --- parts.c: two boxes ---------------------------------------- */

/* In which part items of a kind are. */
enum keyring_part file_parts_of(const char *kind);

/*
 * One part's body (the caller's) out of a whole file, whose header was read
 * and fits key.  NULL: ERROR_KEYRING, TOPIC_KEYRING_DAMAGED, also if it is the
 * other part that is; ERROR_MEMORY.
 */
struct secbuf *file_parts_unseal(const struct keyring_header *header,
				 const uint8_t *bytes, const struct secbuf *key,
				 enum keyring_part part,
				 struct error *err) MUST_CHECK;

/* Finds a part's box in such a file, which is not of KEYRING_ONE_BOX. */
const uint8_t *file_parts_box(const struct keyring_header *header,
			      const uint8_t *bytes, enum keyring_part part);

/*
 * Seals a body (NULL is an empty one) into out, which has room for it and
 * KEYRING_BOX_LEN bytes more, and writes its length and sum into the header,
 * which is marked.  The keys' box comes first: sessions are bound to it.
 */
bool file_parts_seal(struct keyring_header *header, const struct secbuf *key,
		     enum keyring_part part, const struct secbuf *body,
		     uint8_t *out, struct error *err) MUST_CHECK;

enum keyring_field {
	FIELD_KIND,
	FIELD_NAME,
	FIELD_LABEL,
	FIELD_ORIGIN,
	FIELD_VALUE,
	FIELD_COUNT
};

struct keyring_piece {
	const char *at; /* not NUL-terminated */
	size_t len;
};

/* An item as it lies in a body; its pieces are borrowed from there. */
struct keyring_entry {
	struct keyring_piece field[FIELD_COUNT];
	int64_t expires;
};

/* Compares kind and name, in the order in which entries lie. */
int file_format_entry_compare(const struct keyring_entry *a,
			      const struct keyring_entry *b);

/* A walk over a body that was checked. */
struct keyring_walk {
	const char *at;
	size_t left;
};

struct keyring_walk file_format_body_walk(const struct secbuf *body);
bool file_format_body_next(struct keyring_walk *walk,
			   struct keyring_entry *entry);

/* ERROR_KEYRING, TOPIC_KEYRING_DAMAGED unless the next walk can trust it. */
bool file_format_body_check(const struct secbuf *body,
			    struct error *err) MUST_CHECK;

/* ERROR_KEYRING if an item like this cannot be kept. */
bool file_format_entry_check(const struct keyring_entry *entry,
			     struct error *err) MUST_CHECK;

/*
 * A new body (the caller's): the old one (NULL is an empty one) without the
 * entry at that address and without what expired before now, and with put,
 * unless it is NULL.  NULL: ERROR_KEYRING if it would be too large.
 */
struct secbuf *file_format_body_change(const struct secbuf *old,
				       const struct keyring_entry *address,
				       const struct keyring_entry *put,
				       int64_t now,
				       struct error *err) MUST_CHECK;

/* --- disk.c: one file, whole or not at all ------------------- */

/* Where it is. ERROR_KEYRING if there is no home. */
bool disk_path(char *const *environment, struct strbuf *path,
	       struct error *err) MUST_CHECK;

/*
 * The whole file (the caller's to mem_free()).  *bytes is NULL, and the call
 * a success, if there is none.  ERROR_KEYRING: TOPIC_KEYRING_UNSAFE if it is
 * not a file of the person's alone, TOPIC_KEYRING_DAMAGED if it is empty or
 * too long.
 */
bool disk_read(const char *path, uint8_t **bytes, size_t *len,
	       struct error *err) MUST_CHECK;

/*
 * The right to change the file, waiting at most 5 s: *lock is to be closed.
 * Makes the folder.  ERROR_KEYRING.
 */
bool disk_lock(const char *path, int *lock, struct error *err) MUST_CHECK;

/*
 * Only under the lock.  ERROR_KEYRING, and then the old content is there; the
 * new one, if it was the sync of the folder that failed.
 */
bool disk_replace(const char *path, const uint8_t *bytes, size_t len,
		  struct error *err) MUST_CHECK;

/* --- key.c: what opens it ------------------------------------ */

struct keyring_file {
	struct keyring_needs needs;
	struct strbuf path;
	struct secbuf *key; /* the last one that fitted, or NULL */
	bool warned;        /* of the kernel's keyring */
};

/*
 * Get the key that header is marked with: the one at hand, the kernel's, or
 * one derived from the passphrase, which then goes to the kernel.
 */
bool file_key_find(struct keyring_file *file,
		   const struct keyring_header *header,
		   struct error *err) MUST_CHECK;

/* The same by the passphrase alone, whatever the kernel has. */
bool file_key_prove(struct keyring_file *file,
		    const struct keyring_header *header,
		    struct error *err) MUST_CHECK;

/*
 * A header with a new salt, marked with *key (the caller's): that of a new
 * passphrase, which a person is asked for.
 */
bool file_key_renew(const struct keyring_file *file,
		    struct keyring_header *header, struct secbuf **key,
		    struct error *err) MUST_CHECK;

/* A header and a key for a file that is to be made. */
bool file_key_make(struct keyring_file *file, struct keyring_header *header,
		   struct error *err) MUST_CHECK;

/* Leave the key at hand with the kernel. A failure is said once. */
void file_key_keep(struct keyring_file *file,
		   const struct keyring_header *header);

/* Neither we nor the kernel have it afterwards. */
bool file_key_forget(struct keyring_file *file,
		     const struct keyring_header *header,
		     struct error *err) MUST_CHECK;

/* --- snapshot.c ------------------------------------------------------- */

/* The file as it lay there at one moment. No bytes: there was none. */
struct keyring_snapshot {
	uint8_t *bytes;
	size_t len;
	struct keyring_header header;
};

/* The file now; give it back with snapshot_release(). */
bool snapshot_read(const struct keyring_file *file,
		   struct keyring_snapshot *shot, struct error *err) MUST_CHECK;
void snapshot_release(struct keyring_snapshot *shot);

/* --- parts.c: the boxes of a file --------------------------------- */

/* A part's items, by the key at hand, which fits. */
struct secbuf *file_parts_open(const struct keyring_file *file,
			       const struct keyring_snapshot *shot,
			       enum keyring_part part,
			       struct error *err) MUST_CHECK;

/*
 * Writes the file with these items, by the key at hand, which header is marked
 * with.  Only under the lock.  A part whose body is NULL stays as it is in old,
 * which is of KEYRING_VERSION, or is empty if old is NULL.  Sessions cannot
 * stay where keys change.
 */
bool file_parts_write(const struct keyring_file *file,
		      struct keyring_header *header,
		      const struct keyring_snapshot *old,
		      struct secbuf *const body[static PART_COUNT],
		      struct error *err) MUST_CHECK;

/* --- snapshot.c -------------------------------------------------- */

/* Put the file's path before what err says. Returns false. */
bool snapshot_within(const struct keyring_file *file, struct error *err);

/* --- passphrase_change.c: the port's change() --------------------------- */

bool file_passphrase_change(void *self, struct error *err) MUST_CHECK;

#endif

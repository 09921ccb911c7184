#ifndef EDGE_KEYRING_FILE_FILE_INTERNAL_H
#define EDGE_KEYRING_FILE_FILE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"
#include "base/strbuf.h"
#include "base/view.h"
#include "crypto/kdf.h"
#include "crypto/seal.h"
#include "edge/keyring.h"

struct secbuf;

/*
 * The file keyring has seven parts: the format of its bytes (format.c), its two
 * boxes (parts.c), the sessions in the second one (records.c), the file on disk
 * (disk.c), its key (key.c), a new passphrase (passphrase_change.c), and the
 * keyring itself (keyring.c, snapshot.c).
 * rolekey-keyring(5) defines the format.
 */

/* --- format.c: bytes in, bytes out -------------------------- */

#define KEYRING_VERSION    4
#define KEYRING_ONE_BOX    1 /* older versions, which can be read */
#define KEYRING_BOUND      3 /* the first with sessions bound to the keys */
#define KEYRING_HEADER_LEN 172
#define KEYRING_OLD_LEN    104 /* of version 1, which can be read */
#define KEYRING_MARKED_LEN 36  /* covered by the mark, and bound to the boxes */
#define KEYRING_FILE_MAX   (8U << 20) /* bytes, including the header */
#define KEYRING_BOX_LEN    (SEAL_NONCE_LEN + SEAL_TAG_LEN) /* and a body */
#define KEYRING_BODY_MAX \
	(KEYRING_FILE_MAX - KEYRING_HEADER_LEN - 2 * KEYRING_BOX_LEN)
#define KEYRING_ITEMS_MAX 4096
#define KEYRING_TEXT_MAX  1024  /* bytes of a kind, name, label or origin */
#define KEYRING_VALUE_MAX 65536 /* bytes */

/*
 * Sessions have a box and a key of their own, so that they are read and written
 * without decrypting keys.
 */
enum keyring_part { PART_KEYS, PART_SESSIONS, PART_COUNT };

struct keyring_box {
	uint32_t len; /* bytes; the boxes follow the header */
	uint8_t sum[SEAL_SUM_LEN];
};

struct keyring_header {
	uint32_t version; /* KEYRING_VERSION, or older */
	struct kdf_cost cost;
	uint8_t salt[KDF_SALT_LEN];
	uint8_t mark[SEAL_SUM_LEN]; /* tells the right key from others */
	struct keyring_box box[PART_COUNT];
};

/* Reports KEYRING_DAMAGED; part names what is damaged ("header"). Always false. */
bool file_format_damaged(struct error *err, const char *part);

/* Read and write a number of n bytes, low byte first. */
uint64_t file_format_number(const void *bytes, size_t n);
void file_format_set_number(uint8_t *bytes, size_t n, uint64_t number);

/*
 * Reads the header of a file of len bytes, of which at least the header is in
 * bytes.  KEYRING_DAMAGED or KEYRING_FORMAT for
 * anything that file_format_header_write() would not have written, and for a
 * file whose length does not match.
 */
bool file_format_header_read(const uint8_t *bytes, size_t len,
			     struct keyring_header *header,
			     struct error *err) MUST_CHECK;
/* Writes a header of KEYRING_VERSION. */
void file_format_header_write(const struct keyring_header *header,
			      uint8_t bytes[static KEYRING_HEADER_LEN]);

/* Writes the first bytes of the header. */
void file_format_header_marked(const struct keyring_header *header,
			       uint8_t bytes[static KEYRING_MARKED_LEN]);

/* Put the mark of a key on the header, and test whether it is that key's. */
void file_format_header_mark(struct keyring_header *header,
			     const struct secbuf *key);
bool file_format_header_fits(const struct keyring_header *header,
			     const struct secbuf *key) MUST_CHECK;

/* --- parts.c: two boxes ---------------------------------------- */

/* Returns the part for items of a kind. */
enum keyring_part file_parts_of(const char *kind);

/*
 * Decrypts one part of a whole file, whose header was read and matches key.
 * The caller owns the body.  NULL: ERROR_KEYRING if either part is damaged;
 * ERROR_MEMORY.
 */
struct secbuf *file_parts_unseal(const struct keyring_header *header,
				 const uint8_t *bytes, const struct secbuf *key,
				 enum keyring_part part,
				 struct error *err) MUST_CHECK;

/* Returns the box of a part in a file that is not of version 1. */
const uint8_t *file_parts_box(const struct keyring_header *header,
			      const uint8_t *bytes, enum keyring_part part);

/* Returns the length of a part with the items of a body (NULL: none). */
size_t file_parts_len(enum keyring_part part, const struct secbuf *body);

/*
 * Seals a body (NULL is an empty one) into out, which has room for
 * file_parts_len() bytes, and writes its length and sum into the header, which
 * is marked.  The keys' box comes first: sessions are bound to it.
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

/* An item in a body; its parts are borrowed. */
struct keyring_entry {
	struct view field[FIELD_COUNT];
	int64_t expires;
};

/* --- records.c: sessions, each sealed alone ---------------------- */

/* A record in the part of the sessions, which belongs to its directory. */
struct keyring_record {
	size_t at, len; /* bytes of the part; len is 0 if there is none */
	uint8_t name[SEAL_SUM_LEN];
	uint8_t tag[SEAL_TAG_LEN];
};

#define KEYRING_PART_BEGIN \
	4 /* bytes of a part that file_records_begin() reads */

/* Returns how many bytes of the part file_records_find() reads. */
bool file_records_begin(const struct keyring_header *header,
			const uint8_t *part, size_t *len,
			struct error *err) MUST_CHECK;

/* Derives the key of the records and their directory, as seal_key_for(). */
struct secbuf *file_records_key(const struct secbuf *key,
				struct error *err) MUST_CHECK;

/*
 * Searches for an item by its name; nothing but the beginning of the part has to
 * be in part.  KEYRING_DAMAGED if the directory is, or the length
 * of the part is another one.
 */
bool file_records_find(const struct keyring_header *header, const uint8_t *part,
		       const struct secbuf *own,
		       const struct keyring_entry *address,
		       struct keyring_record *record,
		       struct error *err) MUST_CHECK;

/*
 * Decrypts a record that was found, of which all bytes are in part, to a body
 * of one item that the caller owns.  NULL: KEYRING_DAMAGED or ERROR_MEMORY.
 */
struct secbuf *file_records_open(const struct keyring_header *header,
				 const uint8_t *part, const struct secbuf *own,
				 const struct keyring_record *record,
				 struct error *err) MUST_CHECK;

/* Decrypts all records to a body, as file_parts_unseal() does. */
struct secbuf *file_records_unseal(const struct keyring_header *header,
				   const uint8_t *part,
				   const struct secbuf *key,
				   struct error *err) MUST_CHECK;

/* Returns the length of the part with the items of a body (NULL: none). */
size_t file_records_len(const struct secbuf *body);

/* Seals the items of a body, as file_parts_seal() does. */
bool file_records_seal(const struct keyring_header *header,
		       const struct secbuf *key, const struct secbuf *body,
		       uint8_t *out, struct error *err) MUST_CHECK;

/* Compares kind and name, in the order of entries. */
int file_format_entry_compare(const struct keyring_entry *a,
			      const struct keyring_entry *b);

/* Iterates over a body that was checked. */
struct keyring_walk {
	const char *at;
	size_t left;
};

struct keyring_walk file_format_body_walk(const struct secbuf *body);
bool file_format_body_next(struct keyring_walk *walk,
			   struct keyring_entry *entry);

/* Checks a body, so that a walk can trust it. ERROR_KEYRING. */
bool file_format_body_check(const struct secbuf *body,
			    struct error *err) MUST_CHECK;

/* ERROR_KEYRING if an item like this cannot be stored. */
bool file_format_entry_check(const struct keyring_entry *entry,
			     struct error *err) MUST_CHECK;

/*
 * Returns a new body that the caller owns: the old one (NULL: empty) without
 * the entry at that address, without entries that expired before now, and with
 * put unless it is NULL.  NULL: ERROR_KEYRING if it would be too large.
 */
struct secbuf *file_format_body_change(const struct secbuf *old,
				       const struct keyring_entry *address,
				       const struct keyring_entry *put,
				       int64_t now,
				       struct error *err) MUST_CHECK;

/* --- disk.c: one file, whole or not at all ------------------- */

/* Returns the path of the file. ERROR_KEYRING without a home directory. */
bool disk_path(char *const *environment, struct strbuf *path,
	       struct error *err) MUST_CHECK;

/*
 * Opens the file for reading, and returns its length; the caller closes *fd.  If
 * there is none, *fd is -1 and the call succeeds.  ERROR_KEYRING if others have
 * access to it, or if it is empty or too long.
 */
bool disk_open(const char *path, int *fd, size_t *len,
	       struct error *err) MUST_CHECK;

/* Reads len bytes of the file from an offset on. ERROR_KEYRING. */
bool disk_read(int fd, const char *path, size_t from, uint8_t *bytes,
	       size_t len, struct error *err) MUST_CHECK;

/*
 * Locks the file for changes and waits at most 5 s; close *lock to unlock it.
 * Creates the folder.  ERROR_KEYRING.
 */
bool disk_lock(const char *path, int *lock, struct error *err) MUST_CHECK;

/*
 * Replaces the file; only under the lock.  On ERROR_KEYRING the old content is
 * still there, or the new one, if only the sync of the folder failed.
 */
bool disk_replace(const char *path, const uint8_t *bytes, size_t len,
		  struct error *err) MUST_CHECK;

/* --- key.c: what opens it ------------------------------------ */

struct keyring_file {
	struct keyring_needs needs;
	struct strbuf path;
	struct secbuf *key;            /* the last one that matched, or NULL */
	bool warned;                   /* about the kernel's keyring */
	bool seen;                     /* the file was read; then */
	char stamp[KEYRING_STAMP_LEN]; /* the stamp of its keys; or "" */
	struct error refused;          /* the answer of a prompt that failed */
};

/*
 * Finds the key that header is marked with: the one in memory, the kernel's, or
 * one derived from the passphrase, which is then given to the kernel.
 */
bool file_key_find(struct keyring_file *file,
		   const struct keyring_header *header,
		   struct error *err) MUST_CHECK;

/* Derives the key from the passphrase, whatever the kernel has. */
bool file_key_prove(struct keyring_file *file,
		    const struct keyring_header *header,
		    struct error *err) MUST_CHECK;

/*
 * Makes a header with a new salt, marked with *key, which the caller owns and
 * which comes from a new passphrase that the user is asked for.
 */
bool file_key_renew(const struct keyring_file *file,
		    struct keyring_header *header, struct secbuf **key,
		    struct error *err) MUST_CHECK;

/* Makes a header and a key for a new file. */
bool file_key_make(struct keyring_file *file, struct keyring_header *header,
		   struct error *err) MUST_CHECK;

/* Gives the key in memory to the kernel. A failure is reported once. */
void file_key_keep(struct keyring_file *file,
		   const struct keyring_header *header);

/* Removes the key from memory and from the kernel. */
bool file_key_forget(struct keyring_file *file,
		     const struct keyring_header *header,
		     struct error *err) MUST_CHECK;

/* --- snapshot.c ------------------------------------------------------- */

/*
 * The file at one moment.  No bytes: there was none.  A file is replaced, never
 * changed, so an open one stays what it was.
 */
struct keyring_snapshot {
	uint8_t *bytes; /* of len, of which the first n are read */
	size_t len, n;
	int fd;
	struct keyring_header header;
};

/*
 * Opens the file and reads its beginning, and notes the stamp of its keys in
 * file; free with snapshot_release(), also after a failure.
 */
bool snapshot_begin(struct keyring_file *file, struct keyring_snapshot *shot,
		    struct error *err) MUST_CHECK;

/* Reads len bytes from an offset on, which are in the file. */
bool snapshot_need(const struct keyring_file *file,
		   struct keyring_snapshot *shot, size_t from, size_t len,
		   struct error *err) MUST_CHECK;

/*
 * Reads the whole file; free with snapshot_release().  Notes the stamp of its
 * keys in file.
 */
bool snapshot_read(struct keyring_file *file, struct keyring_snapshot *shot,
		   struct error *err) MUST_CHECK;
void snapshot_release(struct keyring_snapshot *shot);

/* --- parts.c: the boxes of a file --------------------------------- */

/* Decrypts a part with the key in memory, which matches. */
struct secbuf *file_parts_open(const struct keyring_file *file,
			       const struct keyring_snapshot *shot,
			       enum keyring_part part,
			       struct error *err) MUST_CHECK;

/*
 * Writes the file with these items, with the key in memory, which header is
 * marked with; only under the lock.  A part whose body is NULL stays as it is
 * in old, which is of KEYRING_VERSION, or is empty if old is NULL.  Sessions
 * cannot stay if keys change.
 */
bool file_parts_write(const struct keyring_file *file,
		      struct keyring_header *header,
		      const struct keyring_snapshot *old,
		      struct secbuf *const body[static PART_COUNT],
		      struct error *err) MUST_CHECK;

/* --- snapshot.c -------------------------------------------------- */

/* Adds the file's path to err. Returns false. */
bool snapshot_within(const struct keyring_file *file, struct error *err);

/* --- passphrase_change.c: the port's change() --------------------------- */

bool file_passphrase_change(void *self, struct error *err) MUST_CHECK;

#endif

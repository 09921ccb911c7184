#ifndef EDGE_KEYRING_KERNEL_KERNEL_INTERNAL_H
#define EDGE_KEYRING_KERNEL_KERNEL_INTERNAL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"
#include "crypto/name.h"
#include "crypto/seal.h"
#include "edge/keyring/file/file_internal.h"

struct error;
struct secbuf;

/*
 * The kernel keyring in two parts: one item, its bytes and its file (_item), and the
 * door with the folder (keyring_kernel.c).  Each item is a file of its own, sealed with a
 * key of its own, which the kernel forgets when the item expires.  The format
 * is in rolekey-keyring(5), by the byte.
 */

/* --- keyring_kernel_item.c ------------------------------------------------ */

#define ITEM_ID_LEN     16
#define ITEM_HEADER_LEN (12 + ITEM_ID_LEN)
#define ITEM_TEXTS_MAX  ((size_t)4 * KEYRING_TEXT_MAX)
#define ITEM_FILE_MAX                                           \
	(ITEM_HEADER_LEN + SEAL_NONCE_LEN + SEAL_TAG_LEN + 64 + \
	 ITEM_TEXTS_MAX + KEYRING_VALUE_MAX)

/* "rolekey:session:" and the id in hex: what the kernel calls the key. */
#define ITEM_KEY_LEN (sizeof("rolekey:session:") + (2 * (size_t)ITEM_ID_LEN))

/* A file's bytes, and what a body in them says. */
struct kernel_item {
	uint8_t *bytes; /* the caller's to mem_free() */
	size_t len;
	struct secbuf *body;        /* the caller's */
	struct keyring_entry entry; /* borrowed from body */
};

/* What the kernel calls the key of these bytes. False: they are no item. */
bool kernel_item_key(const uint8_t *bytes, size_t len,
		     char name[static ITEM_KEY_LEN]) MUST_CHECK;

/*
 * The bytes of an entry (the caller's to mem_free()), sealed with a new key
 * (the caller's) under a new id.  ERROR_KEYRING if it is too large,
 * ERROR_MEMORY.
 */
bool kernel_item_seal(const struct keyring_entry *entry, uint8_t **bytes,
		      size_t *len, struct secbuf **key,
		      struct error *err) MUST_CHECK;

/* Wipe and give back what it holds. */
void kernel_item_clear(struct kernel_item *item);

/*
 * The bytes of a file of the folder (a descriptor, as for openat()), or none if
 * there is none that could be an item: a link, say.  Whose it is and who may
 * read it does not matter, since the box tells.  ERROR_KEYRING, ERROR_MEMORY.
 */
bool kernel_item_bytes(int folder, const char *path, struct kernel_item *item,
		       struct error *err) MUST_CHECK;

/*
 * An item, if there is one that the kernel has a key for.  Dead is one whose
 * key the kernel has forgotten, and any other bytes: they are worth nothing.  Errors as above, and of the kernel's keyring.
 */
enum found { FOUND_NONE, FOUND_DEAD, FOUND_OPEN };
bool kernel_item_read(int folder, const char *path, struct kernel_item *item,
		      enum found *found, struct error *err) MUST_CHECK;

#endif

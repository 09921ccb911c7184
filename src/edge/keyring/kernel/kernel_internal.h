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
 * The kernel keyring has two parts: an item and its file (item.c), and the
 * keyring with its folder (keyring.c).  Each item is a file encrypted with its
 * own key, which the kernel discards when the item expires. rolekey-keyring(5)
 * defines the format.
 */

/* --- item.c --------------------------------------------------------------- */

#define ITEM_ID_LEN     16
#define ITEM_HEADER_LEN (12 + ITEM_ID_LEN)
#define ITEM_TEXTS_MAX  ((size_t)4 * KEYRING_TEXT_MAX)
#define ITEM_FILE_MAX                                           \
	(ITEM_HEADER_LEN + SEAL_NONCE_LEN + SEAL_TAG_LEN + 64 + \
	 ITEM_TEXTS_MAX + KEYRING_VALUE_MAX)

/* The kernel's name of a key: "rolekey:session:" and the id in hexadecimal. */
#define ITEM_KEY_LEN (sizeof("rolekey:session:") + (2 * (size_t)ITEM_ID_LEN))

/* The bytes of a file, and the item in them. */
struct kernel_item {
	uint8_t *bytes; /* the caller's, freed with mem_free() */
	size_t len;
	struct secbuf *body;        /* the caller's */
	struct keyring_entry entry; /* borrowed from body */
};

/*
 * Formats the kernel's name of the key for these bytes.  False if they are not
 * an item.
 */
bool kernel_item_key(const uint8_t *bytes, size_t len,
		     char name[static ITEM_KEY_LEN]) MUST_CHECK;

/*
 * Encrypts an entry with a new key under a new id.  The caller owns both; bytes
 * are freed with mem_free().  ERROR_KEYRING if it is too large, ERROR_MEMORY.
 */
bool kernel_item_seal(const struct keyring_entry *entry, uint8_t **bytes,
		      size_t *len, struct secbuf **key,
		      struct error *err) MUST_CHECK;

/* Overwrites and frees what it holds. */
void kernel_item_clear(struct kernel_item *item);

/*
 * Reads a file of the folder (a descriptor, as for openat()); no bytes if it
 * cannot be an item, such as a link.  Owner and mode do not matter, because the
 * box is authenticated.  ERROR_KEYRING, ERROR_MEMORY.
 */
bool kernel_item_bytes(int folder, const char *path, struct kernel_item *item,
		       struct error *err) MUST_CHECK;

/*
 * Reads an item.  DEAD: the kernel has no key for it, or it is not an item.
 * Fails like kernel_item_bytes() and the kernel's keyring.
 */
enum found { FOUND_NONE, FOUND_DEAD, FOUND_OPEN };
bool kernel_item_read(int folder, const char *path, struct kernel_item *item,
		      enum found *found, struct error *err) MUST_CHECK;

#endif

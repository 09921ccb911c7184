#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "crypto/random.h"
#include "edge/files/io_internal.h"
#include "edge/keyring/kernel/kernel_internal.h"
#include "edge/unlock.h"

#define AT_VERSION 8
#define AT_ID      12

/* "session" and its NUL, and the version, little-endian. */
static const uint8_t beginning[AT_ID] = { 's', 'e', 's', 's', 'i', 'o',
					  'n', 0,   1,   0,   0,   0 };

bool kernel_item_key(const uint8_t *bytes, size_t len,
		     char name[static ITEM_KEY_LEN])
{
	static const char prefix[] = "rolekey:session:";

	if (len < ITEM_HEADER_LEN + SEAL_NONCE_LEN + SEAL_TAG_LEN ||
	    memcmp(bytes, beginning, sizeof(beginning)) != 0)
		return false;
	memcpy(name, prefix, sizeof(prefix));
	text_hex(bytes + AT_ID, ITEM_ID_LEN, name + strlen(prefix));
	return true;
}

/* Reads one entry, with nothing after it. */
static bool take_entry(struct kernel_item *item)
{
	struct keyring_walk walk = file_format_body_walk(item->body);
	struct error ignored = { 0 };

	return file_format_body_check(item->body, &ignored) &&
	       file_format_body_next(&walk, &item->entry) && walk.left == 0;
}

/* Decrypts the box. False, without an error, if the key does not fit. */
static bool open_box(struct kernel_item *item, const struct secbuf *key)
{
	struct error ignored = { 0 };

	item->body = seal_open(key, item->bytes, ITEM_HEADER_LEN,
			       item->bytes + ITEM_HEADER_LEN,
			       item->len - ITEM_HEADER_LEN, &ignored);
	if (item->body && take_entry(item))
		return true;
	secbuf_free(item->body);
	item->body = NULL;
	return false;
}

static struct secbuf *new_key(void)
{
	struct secbuf *key = secbuf_new(SEAL_KEY_LEN);
	size_t room;
	char *at = secbuf_room(key, &room);

	if (!at)
		return NULL;
	random_fill(at, SEAL_KEY_LEN);
	secbuf_grew(key, SEAL_KEY_LEN);
	return key;
}

bool kernel_item_seal(const struct keyring_entry *entry, uint8_t **bytes,
		      size_t *len, struct secbuf **key, struct error *err)
{
	struct secbuf *body =
		file_format_body_change(NULL, entry, entry, 0, err);

	*bytes = NULL;
	*key = NULL;
	if (!body)
		return false;
	*len = ITEM_HEADER_LEN + SEAL_NONCE_LEN + secbuf_len(body) +
	       SEAL_TAG_LEN;
	*bytes = mem_alloc(*len);
	*key = new_key();
	if (*bytes && *key) {
		memcpy(*bytes, beginning, sizeof(beginning));
		random_fill(*bytes + AT_ID, ITEM_ID_LEN);
		seal_close(*key, *bytes, ITEM_HEADER_LEN, secbuf_text(body),
			   secbuf_len(body), *bytes + ITEM_HEADER_LEN);
	}
	secbuf_free(body);
	return (*bytes && *key) || error_memory(err);
}

/* --- from the folder ------------------------------------------------------------ */

static bool fail(struct error *err, const char *path)
{
	return io_failed(err, ERROR_KEYRING, path);
}

void kernel_item_clear(struct kernel_item *item)
{
	secbuf_free(item->body);
	mem_free(item->bytes);
	*item = (struct kernel_item){ 0 };
}

/* --- reading ------------------------------------------------------------------- */

bool kernel_item_bytes(int folder, const char *path, struct kernel_item *item,
		       struct error *err)
{
	int fd = openat(folder, path,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
				O_CLOEXEC);
	struct stat st;
	bool ok = true;

	*item = (struct kernel_item){ 0 };
	if (fd < 0)
		return errno == ENOENT || errno == ELOOP || fail(err, path);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
	    st.st_size <= (off_t)ITEM_FILE_MAX) {
		item->len = (size_t)st.st_size;
		item->bytes = mem_alloc(item->len);
		ok = item->bytes || error_memory(err);
		ok = ok && (io_read_exact(fd, item->bytes, item->len) ||
			    fail(err, path));
	}
	(void)close(fd);
	if (!ok)
		kernel_item_clear(item);
	return ok;
}

bool kernel_item_read(int folder, const char *path, struct kernel_item *item,
		      enum found *found, struct error *err)
{
	char name[ITEM_KEY_LEN];
	struct secbuf *key = NULL;
	bool ok = true;

	*found = FOUND_NONE;
	if (!kernel_item_bytes(folder, path, item, err))
		return false;
	if (!item->bytes)
		return true;
	*found = FOUND_DEAD;
	if (kernel_item_key(item->bytes, item->len, name))
		ok = unlock_get(name, &key, err);
	if (key && open_box(item, key))
		*found = FOUND_OPEN;
	secbuf_free(key);
	if (*found != FOUND_OPEN)
		kernel_item_clear(item);
	return ok;
}

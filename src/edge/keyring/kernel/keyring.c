#include "edge/keyring.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "edge/files/folders_internal.h"
#include "edge/files/io_internal.h"
#include "edge/keyring/kernel/kernel_internal.h"
#include "edge/unlock.h"

#define NEW   ".new" /* of a file while it is written */
#define TRIES 3      /* each lost to a process that replaced the item */

struct keyring_kernel {
	char folder[PATH_MAX + 16];
	bool there; /* false: there is no folder */
};

static bool no_folder(struct error *err)
{
	return error_fail(err, REASON_NO_RUNTIME_DIR);
}

static bool fail(struct error *err, const char *path)
{
	return io_failed(err, ERROR_KEYRING, path);
}

static void file_of(const char *kind, const char *name,
		    char file[static NAME_LEN])
{
	struct name_state state;

	name_begin(&state, "kernel item");
	name_add(&state, kind);
	name_add(&state, name);
	name_end(&state, file);
}

static bool copy_value(const struct keyring_entry *entry, struct secbuf **value,
		       struct error *err)
{
	const struct view *from = &entry->field[FIELD_VALUE];

	*value = secbuf_new(from->len);
	secbuf_add(*value, from->at, from->len);
	return secbuf_ok(*value) || error_memory(err);
}

/*
 * Reads by the absolute path without checking the folders, because nobody else
 * could encrypt an item.  A writer removes the old key last, so a dead item is
 * read again.
 */
static bool get(void *self, const char *kind, const char *name,
		struct secbuf **value, struct error *err)
{
	const struct keyring_kernel *kernel = self;
	char path[sizeof(kernel->folder) + NAME_LEN];
	enum found found = FOUND_DEAD;
	struct kernel_item item = { 0 };
	char file[NAME_LEN];
	bool ok = true;

	*value = NULL;
	if (!kernel->there)
		return true;
	file_of(kind, name, file);
	(void)snprintf(path, sizeof(path), "%s/%s", kernel->folder, file);
	for (int i = 0; ok && found == FOUND_DEAD && i < TRIES; i++)
		ok = kernel_item_read(AT_FDCWD, path, &item, &found, err);
	if (ok && found == FOUND_OPEN &&
	    view_equals(item.entry.field[FIELD_KIND], kind) &&
	    view_equals(item.entry.field[FIELD_NAME], name))
		ok = copy_value(&item.entry, value, err);
	kernel_item_clear(&item);
	return ok;
}

/* --- all of them ----------------------------------------------------------------- */

/* Called for each file in the folder; item is NULL if it is dead. */
struct visit {
	int folder;
	bool (*each)(struct visit *visit, const char *file,
		     const struct kernel_item *item, struct error *err);
	const char *kind;
	struct arena *arena;
	struct keyring_item *items;
	size_t n;
};

static bool visit_one(struct visit *visit, const char *file, struct error *err)
{
	struct kernel_item item = { 0 };
	enum found found;
	bool ok;

	ok = kernel_item_read(visit->folder, file, &item, &found, err) &&
	     visit->each(visit, file, found == FOUND_OPEN ? &item : NULL, err);
	kernel_item_clear(&item);
	return ok;
}

static bool visit_all(struct visit *visit, struct error *err)
{
	int fd = openat(visit->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *all = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	bool ok = true;

	if (!all) {
		if (fd >= 0)
			(void)close(fd);
		return fail(err, "sessions");
	}
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	while (ok && (entry = readdir(all)) != NULL)
		if (entry->d_name[0] != '.')
			ok = visit_one(visit, entry->d_name, err);
	(void)closedir(all);
	return ok;
}

static bool collect(struct visit *visit, const char *file,
		    const struct kernel_item *item, struct error *err)
{
	struct keyring_item *at;
	const char *text[FIELD_VALUE];

	if (!item || strstr(file, NEW) ||
	    !view_equals(item->entry.field[FIELD_KIND], visit->kind))
		return true;
	at = arena_room(visit->arena, visit->items, visit->n, sizeof(*at));
	for (int i = 0; at && i < FIELD_VALUE; i++)
		text[i] = arena_strndup(visit->arena, item->entry.field[i].at,
					item->entry.field[i].len);
	if (!at || !arena_ok(visit->arena))
		return error_memory(err);
	at[visit->n++] =
		(struct keyring_item){ .kind = text[FIELD_KIND],
				       .name = text[FIELD_NAME],
				       .label = text[FIELD_LABEL],
				       .origin = text[FIELD_ORIGIN],
				       .expires = item->entry.expires };
	visit->items = at;
	return true;
}

static int by_name(const void *a, const void *b)
{
	const struct keyring_item *one = a;
	const struct keyring_item *other = b;

	return strcmp(one->name, other->name);
}

static bool list(void *self, const char *kind, struct arena *arena,
		 const struct keyring_item **items, size_t *n,
		 struct error *err)
{
	const struct keyring_kernel *kernel = self;
	struct visit visit = { .each = collect, .kind = kind, .arena = arena };
	bool ok;

	*items = NULL;
	*n = 0;
	if (!kernel->there)
		return true;
	visit.folder = open(kernel->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (visit.folder < 0)
		return errno == ENOENT || fail(err, kernel->folder);
	ok = visit_all(&visit, err);
	(void)close(visit.folder);
	if (ok && visit.n > 0)
		qsort(visit.items, visit.n, sizeof(*visit.items), by_name);
	*items = visit.items;
	*n = visit.n;
	return ok;
}

/* --- writing ----------------------------------------------------------------------- */

/* Opens and locks the folder; close it to unlock it. */
static bool lock_folder(const struct keyring_kernel *kernel, int *folder,
			struct error *err)
{
	if (!folders_open(kernel->folder, folder, err)) {
		err->code = ERROR_KEYRING;
		return false;
	}
	if (io_lock(*folder, kernel->folder, err))
		return true;
	(void)close(*folder);
	return false;
}

/* Returns the kernel's name of the key of the item in the file, or "". */
static bool key_there(int folder, const char *file,
		      char name[static ITEM_KEY_LEN], struct error *err)
{
	struct kernel_item item;

	name[0] = '\0';
	if (!kernel_item_bytes(folder, file, &item, err))
		return false;
	if (item.bytes && !kernel_item_key(item.bytes, item.len, name))
		name[0] = '\0';
	kernel_item_clear(&item);
	return true;
}

static bool write_file(int folder, const char *file, const uint8_t *bytes,
		       size_t len, struct error *err)
{
	char new[NAME_LEN + sizeof(NEW)];
	bool ok;
	int fd;

	(void)snprintf(new, sizeof(new), "%s" NEW, file);
	fd = openat(folder, new,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(err, new);
	ok = (fchmod(fd, 0600) == 0 &&
	      io_write_all(fd, (const char *)bytes, len)) ||
	     fail(err, new);
	(void)close(fd);
	ok = ok &&
	     (renameat(folder, new, folder, file) == 0 || fail(err, file));
	if (!ok)
		(void)unlinkat(folder, new, 0);
	return ok;
}

/* A key that cannot be removed now expires later. */
static void forget(const char *name)
{
	struct error ignored = { 0 };

	(void)!unlock_forget(name, &ignored);
}

/*
 * Adds the key first, so that a file never lacks its key, and removes the old
 * key last, so that a reader gets one item or the other.
 */
static bool replace(int folder, const struct keyring_entry *entry,
		    const char *file, int64_t timeout, struct error *err)
{
	char old[ITEM_KEY_LEN];
	char name[ITEM_KEY_LEN];
	struct secbuf *key = NULL;
	uint8_t *bytes = NULL;
	size_t len = 0;
	bool ok;

	ok = key_there(folder, file, old, err) &&
	     kernel_item_seal(entry, &bytes, &len, &key, err) &&
	     kernel_item_key(bytes, len, name) &&
	     unlock_put(name, key, timeout, err);
	if (ok && !write_file(folder, file, bytes, len, err)) {
		forget(name);
		ok = false;
	}
	if (ok && old[0] != '\0')
		forget(old);
	secbuf_free(key);
	mem_free(bytes);
	return ok;
}

static bool remove_locked(int folder, const char *file, bool *removed,
			  struct error *err)
{
	char old[ITEM_KEY_LEN];

	if (!key_there(folder, file, old, err))
		return false;
	*removed = unlinkat(folder, file, 0) == 0;
	if (!*removed && errno != ENOENT)
		return fail(err, file);
	return old[0] == '\0' || unlock_forget(old, err);
}

/*
 * Removes dead and expired files, and those that a killed writer left.  Files
 * that cannot be removed do no harm.
 */
static bool sweep(struct visit *visit, const char *file,
		  const struct kernel_item *item, struct error *err)
{
	struct error ignored = { 0 };
	bool removed;

	(void)err;
	if (item && !strstr(file, NEW) &&
	    (item->entry.expires == 0 || item->entry.expires > time(NULL)))
		return true;
	(void)!remove_locked(visit->folder, file, &removed, &ignored);
	return true;
}

static bool put(void *self, const struct keyring_item *item,
		const struct secbuf *value, struct error *err)
{
	const struct keyring_kernel *kernel = self;
	struct keyring_entry entry = { .field = { view_of(item->kind),
						  view_of(item->name),
						  view_of(item->label),
						  view_of(item->origin),
						  { secbuf_text(value),
						    secbuf_len(value) } },
				       .expires = item->expires };
	int64_t left =
		item->expires == 0 ? INT64_MAX : item->expires - time(NULL);
	struct visit visit = { .each = sweep };
	char file[NAME_LEN];
	bool removed;
	bool ok;

	if (!kernel->there)
		return no_folder(err);
	if (!file_format_entry_check(&entry, err) ||
	    !lock_folder(kernel, &visit.folder, err))
		return false;
	file_of(item->kind, item->name, file);
	ok = visit_all(&visit, err) &&
	     (left > 0 ? replace(visit.folder, &entry, file, left, err)
		       : remove_locked(visit.folder, file, &removed, err));
	(void)close(visit.folder);
	return ok;
}

static bool remove_item(void *self, const char *kind, const char *name,
			bool *removed, struct error *err)
{
	const struct keyring_kernel *kernel = self;
	char file[NAME_LEN];
	int folder;
	bool ok;

	*removed = false;
	if (!kernel->there ||
	    (access(kernel->folder, F_OK) != 0 && errno == ENOENT))
		return true;
	if (!lock_folder(kernel, &folder, err))
		return false;
	file_of(kind, name, file);
	ok = remove_locked(folder, file, removed, err);
	(void)close(folder);
	return ok;
}

/* --- the row ---------------------------------------------------------------------- */

static bool probe(const struct keyring_needs *needs, struct error *err)
{
	char path[PATH_MAX];
	struct secbuf *key = NULL;
	bool ok;

	if (!folders_runtime(needs->environment, path))
		return no_folder(err);
	ok = unlock_get("rolekey:session:none", &key, err);
	secbuf_free(key);
	return ok;
}

static bool open_keyring(const struct keyring_needs *needs,
			 struct keyring *keyring, struct error *err)
{
	struct keyring_kernel *kernel = mem_alloc(sizeof(*kernel));
	char path[PATH_MAX];

	if (!kernel)
		return error_memory(err);
	kernel->there = folders_runtime(needs->environment, path);
	if (kernel->there)
		(void)snprintf(kernel->folder, sizeof(kernel->folder),
			       "%s/sessions", path);
	*keyring = (struct keyring){ .self = kernel,
				     .name = "kernel",
				     .get = get,
				     .put = put,
				     .remove = remove_item,
				     .list = list };
	return true;
}

static void close_keyring(struct keyring *keyring)
{
	mem_free(keyring->self);
	keyring->self = NULL;
}

static const char *place(const struct keyring *keyring)
{
	const struct keyring_kernel *kernel = keyring->self;

	return kernel->there ? kernel->folder : NULL;
}

const struct keyring_row keyring_row_kernel = { .name = "kernel",
						.title = "the kernel's keyring",
						.probe = probe,
						.open = open_keyring,
						.close = close_keyring,
						.place = place };

#include "edge/keyring.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "crypto/random.h"
#include "edge/files/io_internal.h"
#include "edge/keyring/pass/pass_internal.h"
#include "edge/process/helper_internal.h"

#define SUFFIX ".gpg"

static const char program[] = "pass";
static const char verb_show[] = "show";
static const char verb_insert[] = "insert";
static const char verb_move[] = "mv";
static const char verb_remove[] = "rm";
static const char flag_lines[] = "-m";
static const char flag_force[] = "-f";

static bool is_there(const struct keyring_pass *pass, const char *entry)
{
	char path[PASS_PATH_LEN];

	pass_store_path(pass, entry, path);
	return access(path, F_OK) == 0;
}

/* Tests for the program, and for a store that it can use. */
static bool check_store(const struct keyring_pass *pass, struct error *err)
{
	char path[PASS_PATH_LEN];

	if (!helper_is_there(program, pass->needs.environment))
		return error_fail(err, REASON_NO_PASS);
	(void)snprintf(path, sizeof(path), "%s/.gpg-id", pass->store);
	return access(path, R_OK) == 0 ||
	       error_fail(err, REASON_NO_PASSWORD_STORE, .path = pass->store);
}

/* --- reading --------------------------------------------------------------------- */

/* A decrypted item; its texts are in an arena. */
struct shown {
	struct keyring_item item;
	struct secbuf *text; /* the caller's */
	size_t value_at;     /* where the value begins in it */
};

/*
 * Tests for a file that gpg wrote: OpenPGP packets (RFC 9580, section 4.2), or
 * their ASCII armor.
 */
static bool is_encrypted(const struct keyring_pass *pass, const char *entry)
{
	char path[PASS_PATH_LEN];
	unsigned char first = 0;
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s" SUFFIX, pass->store, entry);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return true; /* pass says why */
	n = read(fd, &first, 1);
	(void)close(fd);
	return n < 0 || (n == 1 && ((first & 0x80) != 0 || first == '-'));
}

static bool fail_damaged(const char *entry, struct error *err)
{
	return error_fail(err, REASON_PASS_ITEM_DAMAGED, .path = entry);
}

static bool show(const struct keyring_pass *pass, const char *entry,
		 struct arena *arena, struct shown *shown, struct error *err)
{
	const char *const words[] = { program, verb_show, entry, NULL };

	*shown = (struct shown){ 0 };
	if (!is_encrypted(pass, entry))
		return fail_damaged(entry, err);
	if (!pass_run(pass, words, NULL, &shown->text, err))
		return error_context(err, REASON_PASS_ENTRY, .path = entry);
	if (pass_text_read(shown->text, arena, &shown->item, &shown->value_at))
		return true;
	secbuf_free(shown->text);
	shown->text = NULL;
	return fail_damaged(entry, err);
}

/* A damaged session is as good as none: it is replaced by the next one. */
static bool is_lost_session(const char *kind, const struct error *err)
{
	return strcmp(kind, KEYRING_SESSION) == 0 &&
	       error_is(err, REASON_PASS_ITEM_DAMAGED);
}

static bool copy_value(const struct secbuf *text, size_t at,
		       struct secbuf **value, struct error *err)
{
	size_t len = secbuf_len(text) - at;

	*value = secbuf_new(len);
	secbuf_add(*value, secbuf_text(text) + at, len);
	return secbuf_ok(*value) || error_memory(err);
}

static bool get(void *self, const char *kind, const char *name,
		struct secbuf **value, struct error *err)
{
	const struct keyring_pass *pass = self;
	struct arena *arena = arena_new();
	struct shown shown = { 0 };
	char entry[PASS_ENTRY_LEN];
	bool ok = true;

	*value = NULL;
	pass_store_entry(kind, name, entry);
	if (!arena)
		return error_memory(err);
	if (!is_there(pass, entry))
		ok = check_store(pass, err);
	else
		ok = show(pass, entry, arena, &shown, err) ||
		     is_lost_session(kind, err);
	if (ok && shown.text && strcmp(shown.item.kind, kind) == 0 &&
	    strcmp(shown.item.name, name) == 0)
		ok = copy_value(shown.text, shown.value_at, value, err);
	secbuf_free(shown.text);
	arena_free(arena);
	return ok;
}

struct listing {
	const struct keyring_pass *pass;
	const char *kind;
	struct arena *arena;
	struct keyring_item *items;
	size_t n;
};

/*
 * Lists a damaged item by the name of its file, so that it can be removed or
 * replaced, and does not hide the others.  A session counts as expired.
 */
static void add_damaged(struct listing *listing, const char *file, size_t len)
{
	const char *name = pass_text_unname(file, len, listing->arena);
	bool session = strcmp(listing->kind, KEYRING_SESSION) == 0;

	if (name)
		listing->items[listing->n++] =
			(struct keyring_item){ .kind = listing->kind,
					       .name = name,
					       .label = "",
					       .origin = "",
					       .expires = session };
}

static bool add(struct listing *listing, const char *file, size_t len,
		char *entry, struct error *err)
{
	struct keyring_item *items = arena_room(listing->arena, listing->items,
						listing->n, sizeof(*items));
	struct shown shown;

	if (!items)
		return error_memory(err);
	listing->items = items;
	if (show(listing->pass, entry, listing->arena, &shown, err)) {
		items[listing->n++] = shown.item;
		secbuf_free(shown.text);
		return true;
	}
	if (!is_there(listing->pass, entry)) /* it was removed meanwhile */
		return true;
	if (!error_is(err, REASON_PASS_ITEM_DAMAGED))
		return false;
	add_damaged(listing, file, len);
	return true;
}

static bool list_folder(struct listing *listing, const char *folder, DIR *all,
			struct error *err)
{
	const struct dirent *file;
	bool ok = true;

	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	while (ok && (file = readdir(all)) != NULL) {
		size_t len = strlen(file->d_name);
		char entry[PASS_ENTRY_LEN];

		if (len <= strlen(SUFFIX) || file->d_name[0] == '.' ||
		    strcmp(file->d_name + len - strlen(SUFFIX), SUFFIX) != 0)
			continue;
		len -= strlen(SUFFIX);
		(void)snprintf(entry, sizeof(entry), "rolekey/%s/%.*s", folder,
			       (int)len, file->d_name);
		ok = add(listing, file->d_name, len, entry, err);
	}
	return ok;
}

static int by_name(const void *a, const void *b)
{
	const struct keyring_item *one = a;
	const struct keyring_item *other = b;

	return strcmp(one->name, other->name);
}

/* Decrypts each item, because a file's name has neither origin nor expiry. */
static bool list(void *self, const char *kind, struct arena *arena,
		 const struct keyring_item **items, size_t *n,
		 struct error *err)
{
	struct listing listing = { .pass = self, .kind = kind, .arena = arena };
	char folder[PASS_NAME_LEN];
	char path[PASS_PATH_LEN];
	DIR *all;
	bool ok = true;

	pass_text_name(kind, folder);
	(void)snprintf(path, sizeof(path), "%s/rolekey/%s", listing.pass->store,
		       folder);
	if (!check_store(listing.pass, err))
		return false;
	all = opendir(path);
	if (all) {
		ok = list_folder(&listing, folder, all, err);
		(void)closedir(all);
	} else if (errno != ENOENT) {
		return io_failed(err, ERROR_KEYRING, path);
	}
	if (ok && listing.n > 0)
		qsort(listing.items, listing.n, sizeof(*listing.items),
		      by_name);
	*items = listing.items;
	*n = listing.n;
	return ok;
}

/* --- writing ---------------------------------------------------------------------- */

/* Formats "rolekey/new-" and a unique suffix. */
static void new_entry(char entry[static PASS_ENTRY_LEN])
{
	static const char prefix[] = "rolekey/new-";
	unsigned char bytes[12];

	random_fill(bytes, sizeof(bytes));
	memcpy(entry, prefix, sizeof(prefix));
	text_hex(bytes, sizeof(bytes), entry + strlen(prefix));
}

/* Writes a new entry first and then renames it, because gpg writes in place. */
static bool put(void *self, const struct keyring_item *item,
		const struct secbuf *value, struct error *err)
{
	const struct keyring_pass *pass = self;
	char entry[PASS_ENTRY_LEN];
	char new[PASS_ENTRY_LEN];
	const char *const insert[] = { program,    verb_insert, flag_lines,
				       flag_force, new,         NULL };
	const char *const move[] = { program, verb_move, flag_force,
				     new,     entry,     NULL };
	const char *const drop[] = { program, verb_remove, flag_force, new,
				     NULL };
	struct error ignored = { 0 };
	struct secbuf *text;
	bool ok;

	if (!check_store(pass, err))
		return false;
	text = pass_text_write(item, value, err);
	if (!text)
		return false;
	new_entry(new);
	pass_store_entry(item->kind, item->name, entry);
	ok = (pass_run(pass, insert, text, NULL, err) &&
	      pass_run(pass, move, NULL, NULL, err)) ||
	     error_context(err, REASON_PASS_ENTRY, .path = entry);
	secbuf_free(text);
	if (!ok && is_there(pass, new))
		(void)!pass_run(pass, drop, NULL, NULL, &ignored);
	return ok;
}

static bool remove_item(void *self, const char *kind, const char *name,
			bool *removed, struct error *err)
{
	const struct keyring_pass *pass = self;
	char entry[PASS_ENTRY_LEN];
	const char *const words[] = { program, verb_remove, flag_force, entry,
				      NULL };

	pass_store_entry(kind, name, entry);
	*removed = is_there(pass, entry);
	if (!*removed)
		return check_store(pass, err);
	return pass_run(pass, words, NULL, NULL, err) ||
	       error_context(err, REASON_PASS_ENTRY, .path = entry);
}

/* --- the row ------------------------------------------------------------------------ */

static bool probe(const struct keyring_needs *needs, struct error *err)
{
	struct keyring_pass pass = { .needs = *needs };

	pass_store_find(&pass);
	return check_store(&pass, err);
}

static bool open_keyring(const struct keyring_needs *needs,
			 struct keyring *keyring, struct error *err)
{
	struct keyring_pass *pass = mem_alloc(sizeof(*pass));

	if (!pass)
		return error_memory(err);
	pass->needs = *needs;
	pass_store_find(pass);
	*keyring = (struct keyring){ .self = pass,
				     .name = "pass",
				     .store = pass->store,
				     .get = get,
				     .put = put,
				     .remove = remove_item,
				     .list = list,
				     .stamp = pass_store_stamp };
	return true;
}

static void close_keyring(struct keyring *keyring)
{
	mem_free(keyring->self);
	keyring->self = NULL;
}

static const char *place(const struct keyring *keyring)
{
	const struct keyring_pass *pass = keyring->self;

	return pass->store;
}

const struct keyring_row keyring_row_pass = { .name = "pass",
					      .title = "the password store",
					      .probe = probe,
					      .open = open_keyring,
					      .close = close_keyring,
					      .place = place };

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/text.h"
#include "edge/keyring/pass/pass_internal.h"

/*
 * Finds the password store, and whether a key in it was changed.  The quick
 * executable needs no more of pass than this.
 */

void pass_store_find(struct keyring_pass *pass)
{
	char *const *environment = pass->needs.environment;
	const char *named = text_env(environment, "PASSWORD_STORE_DIR");
	const char *home = text_env(environment, "HOME");

	if (!text_is_empty(named))
		(void)snprintf(pass->store, sizeof(pass->store), "%s", named);
	else
		(void)snprintf(pass->store, sizeof(pass->store),
			       "%s/.password-store", home ? home : "");
}

void pass_store_entry(const char *kind, const char *name,
		      char entry[static PASS_ENTRY_LEN])
{
	char folder[PASS_NAME_LEN];
	char file[PASS_NAME_LEN];

	pass_text_name(kind, folder);
	pass_text_name(name, file);
	(void)snprintf(entry, PASS_ENTRY_LEN, "rolekey/%s/%s", folder, file);
}

void pass_store_path(const struct keyring_pass *pass, const char *entry,
		     char path[static PASS_PATH_LEN])
{
	(void)snprintf(path, PASS_PATH_LEN, "%s/%s.gpg", pass->store, entry);
}

/* By the file's identity and times, which a change of its content changes. */
bool pass_store_stamp(void *self, const char *profile, bool again,
		      char stamp[static KEYRING_STAMP_LEN], struct error *err)
{
	const struct keyring_pass *pass = self;
	char entry[PASS_ENTRY_LEN];
	char path[PASS_PATH_LEN];
	struct stat st;

	(void)again;
	stamp[0] = '\0';
	pass_store_entry(KEYRING_KEY, profile, entry);
	pass_store_path(pass, entry, path);
	if (stat(path, &st) == 0)
		(void)snprintf(stamp, KEYRING_STAMP_LEN,
			       "%llx %llx %llx.%lx %llx.%lx",
			       (unsigned long long)st.st_ino,
			       (unsigned long long)st.st_size,
			       (unsigned long long)st.st_mtim.tv_sec,
			       (unsigned long)st.st_mtim.tv_nsec,
			       (unsigned long long)st.st_ctim.tv_sec,
			       (unsigned long)st.st_ctim.tv_nsec);
	else if (errno == ENOENT || errno == ENOTDIR)
		memcpy(stamp, "none", sizeof("none"));
	else
		return error_fail(err, REASON_SYSTEM_CALL, .path = path,
				  .detail = strerrordesc_np(errno));
	return true;
}

/* --- the row of the quick executable ----------------------------------------- */

static bool cannot(struct error *err)
{
	return error_fail(err, REASON_NOT_CACHED);
}

static bool no_get(void *self, const char *kind, const char *name,
		   struct secbuf **value, struct error *err)
{
	(void)self;
	(void)kind;
	(void)name;
	*value = NULL;
	return cannot(err);
}

static bool no_put(void *self, const struct keyring_item *item,
		   const struct secbuf *value, struct error *err)
{
	(void)self;
	(void)item;
	(void)value;
	return cannot(err);
}

static bool no_remove(void *self, const char *kind, const char *name,
		      bool *removed, struct error *err)
{
	(void)self;
	(void)kind;
	(void)name;
	*removed = false;
	return cannot(err);
}

static bool no_list(void *self, const char *kind, struct arena *arena,
		    const struct keyring_item **items, size_t *n,
		    struct error *err)
{
	(void)self;
	(void)kind;
	(void)arena;
	*items = NULL;
	*n = 0;
	return cannot(err);
}

static bool probe(const struct keyring_needs *needs, struct error *err)
{
	(void)needs;
	return cannot(err);
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
				     .get = no_get,
				     .put = no_put,
				     .remove = no_remove,
				     .list = no_list,
				     .stamp = pass_store_stamp };
	return true;
}

static void close_keyring(struct keyring *keyring)
{
	mem_free(keyring->self);
	keyring->self = NULL;
}

const struct keyring_row pass_store_keyring_row = { .name = "pass",
						    .probe = probe,
						    .open = open_keyring,
						    .close = close_keyring };

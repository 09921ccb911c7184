#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "edge/keyring/pass/pass_internal.h"

/* Finds the password store, and whether a key in it was changed. */

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

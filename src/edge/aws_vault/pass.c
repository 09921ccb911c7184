#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "edge/aws_vault.h"
#include "edge/aws_vault/aws_vault_internal.h"
#include "edge/files/io_internal.h"
#include "edge/keyring/pass/pass_internal.h"
#include "edge/process/helper_internal.h"

#define SUFFIX    ".gpg"
#define STORE     "PASSWORD_STORE_DIR="
#define ENTRY_MAX 1024

static void store_of(const struct vault_places *places,
		     char store[static PATH_MAX])
{
	char *const *environment = places->needs.environment;
	const char *own =
		text_env(environment, "AWS_VAULT_PASS_PASSWORD_STORE_DIR");
	const char *named = text_env(environment, "PASSWORD_STORE_DIR");
	const char *home = text_env(environment, "HOME");

	if (!text_is_empty(own))
		(void)snprintf(store, PATH_MAX, "%s", own);
	else if (!text_is_empty(named))
		(void)snprintf(store, PATH_MAX, "%s", named);
	else
		(void)snprintf(store, PATH_MAX, "%s/.password-store",
			       home ? home : "");
}

static const char *prefix_of(const struct vault_places *places)
{
	const char *prefix =
		text_env(places->needs.environment, "AWS_VAULT_PASS_PREFIX");

	return prefix ? prefix : "";
}

/*
 * Lists the files directly in the folder: names with "/" have folders of their
 * own.
 */
bool aws_vault_pass_list(const struct vault_places *places,
			 struct vault_names *names, struct error *err)
{
	char store[PATH_MAX];
	char folder[PATH_MAX + ENTRY_MAX];
	const struct dirent *entry;
	bool ok = true;
	DIR *all;

	store_of(places, store);
	(void)snprintf(folder, sizeof(folder), "%s/%s", store,
		       prefix_of(places));
	all = opendir(folder);
	if (!all)
		return errno == ENOENT || errno == ENOTDIR ||
		       io_failed(err, ERROR_KEYRING, folder);
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	while (ok && (entry = readdir(all)) != NULL) {
		size_t len = strlen(entry->d_name);

		if (entry->d_name[0] != '.' && len > strlen(SUFFIX) &&
		    strcmp(entry->d_name + len - strlen(SUFFIX), SUFFIX) == 0)
			ok = aws_vault_names_add(names, entry->d_name,
						 len - strlen(SUFFIX), err);
	}
	(void)closedir(all);
	return ok;
}

bool aws_vault_pass_read(struct vault_places *places, const char *name,
			 struct secbuf **item, struct error *err)
{
	const char *prefix = prefix_of(places);
	char entry[ENTRY_MAX];
	char variable[sizeof(STORE) + PATH_MAX] = STORE;
	const char *const words[] = { "pass", "show", entry, NULL };
	struct keyring_pass pass = { .needs = places->needs };
	char **environment;
	bool ok;

	store_of(places, pass.store);
	(void)snprintf(variable, sizeof(variable), STORE "%s", pass.store);
	(void)snprintf(entry, sizeof(entry), "%s%s%s", prefix,
		       *prefix != '\0' ? "/" : "", name);
	environment = helper_environment(places->needs.environment, variable);
	if (!environment)
		return error_memory(err);
	pass.needs.environment = environment;
	ok = pass_run(&pass, words, NULL, item, err) ||
	     error_context(err, REASON_PASS_ENTRY, .path = entry);
	mem_free(environment);
	return ok;
}

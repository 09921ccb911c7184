#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "edge/aws_vault.h"
#include "edge/aws_vault/aws_vault_internal.h"
#include "edge/files/io_internal.h"
#include "port/prompt.h"

#define TRIES 3

/*
 * Determines the folder: ~/.awsvault/keys, or AWS_VAULT_FILE_DIR, where "~/" is
 * the home directory.
 */
static void folder_of(const struct vault_places *places,
		      char folder[static PATH_MAX])
{
	char *const *environment = places->needs.environment;
	const char *named = text_env(environment, "AWS_VAULT_FILE_DIR");
	const char *home = text_env(environment, "HOME");

	home = home ? home : "";
	if (text_is_empty(named))
		(void)snprintf(folder, PATH_MAX, "%s/.awsvault/keys", home);
	else if (strncmp(named, "~/", 2) == 0)
		(void)snprintf(folder, PATH_MAX, "%s/%s", home, named + 2);
	else
		(void)snprintf(folder, PATH_MAX, "%s", named);
}

/* Decodes a file's name: %2F is "/" and %25 is "%". */
static size_t decode(const char *from, char *to)
{
	size_t n = 0;

	while (*from != '\0') {
		if (strncasecmp(from, "%2f", 3) == 0 ||
		    strncmp(from, "%25", 3) == 0) {
			to[n++] = from[2] == '5' ? '%' : '/';
			from += 3;
		} else {
			to[n++] = *from++;
		}
	}
	return n;
}

static size_t encode(const char *from, char *to)
{
	size_t n = 0;

	for (; *from != '\0'; from++)
		if (*from == '/' || *from == '%')
			n += (size_t)snprintf(to + n, 4, "%%%02X",
					      (unsigned char)*from);
		else
			to[n++] = *from;
	to[n] = '\0';
	return n;
}

bool aws_vault_file_list(const struct vault_places *places,
			 struct vault_names *names, struct error *err)
{
	char folder[PATH_MAX];
	const struct dirent *entry;
	bool ok = true;
	DIR *all;

	folder_of(places, folder);
	all = opendir(folder);
	if (!all)
		return errno == ENOENT || io_failed(err, ERROR_KEYRING, folder);
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	while (ok && (entry = readdir(all)) != NULL) {
		char name[NAME_MAX + 1];

		if (entry->d_name[0] != '.')
			ok = aws_vault_names_add(
				names, name, decode(entry->d_name, name), err);
	}
	(void)closedir(all);
	return ok;
}

static struct secbuf *read_file(const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct secbuf *text = secbuf_new(VAULT_ITEM_MAX);
	bool ok = text || error_memory(err);

	ok = ok && ((fd >= 0 && io_read_all(fd, text)) ||
		    io_failed(err, ERROR_KEYRING, path));
	if (fd >= 0)
		(void)close(fd);
	if (ok)
		return text;
	secbuf_free(text);
	return NULL;
}

/* As in aws-vault, the variable is used even if it is empty. */
static bool get_passphrase(struct vault_places *places, bool *given,
			   struct error *err)
{
	const struct prompt *prompt = places->needs.prompt;
	const char *set = text_env(places->needs.environment,
				   "AWS_VAULT_FILE_PASSPHRASE");

	*given = set != NULL;
	if (places->passphrase)
		return true;
	if (set)
		places->passphrase = secbuf_from(set);
	else if (!prompt_ask(prompt, PROMPT_SECRET,
			     "Passphrase for aws-vault's files: ",
			     &places->passphrase, err))
		return error_context(err, REASON_VAULT_PASSPHRASE_NEEDED);
	return places->passphrase || error_memory(err);
}

static bool open_jwe(struct vault_places *places, const struct vault_jwe *jwe,
		     struct secbuf **item, struct error *err)
{
	const struct prompt *prompt = places->needs.prompt;

	for (int i = 0; i < TRIES; i++) {
		bool given;

		if (!get_passphrase(places, &given, err))
			return false;
		if (aws_vault_jwe_open(jwe, places->passphrase, item, err))
			return true;
		if (!error_is(err, REASON_WRONG_PASSPHRASE))
			return false;
		aws_vault_file_forget(places);
		if (given)
			return error_fail(err, REASON_WRONG_PASSPHRASE_SET,
					  .key = "AWS_VAULT_FILE_PASSPHRASE");
		prompt_tell(prompt, "The passphrase is wrong.");
	}
	return error_fail(err, REASON_WRONG_PASSPHRASE);
}

bool aws_vault_file_read(struct vault_places *places, const char *name,
			 struct secbuf **item, struct error *err)
{
	char folder[PATH_MAX];
	char file[(3 * NAME_MAX) + 1];
	char path[PATH_MAX + sizeof(file) + 1];
	struct vault_jwe jwe = { 0 };
	struct secbuf *text;
	bool ok;

	if (strlen(name) > NAME_MAX) {
		(void)error_fail(err, REASON_ITEM_TOO_LONG, .key = "name",
				 .number = NAME_MAX);
		err->code = ERROR_CONFIG;
		return false;
	}
	folder_of(places, folder);
	(void)encode(name, file);
	(void)snprintf(path, sizeof(path), "%s/%s", folder, file);
	text = read_file(path, err);
	if (!text)
		return false;
	ok = (aws_vault_jwe_parse(text, &jwe, err) &&
	      open_jwe(places, &jwe, item, err)) ||
	     error_add(err, .path = path);
	aws_vault_jwe_clear(&jwe);
	secbuf_free(text);
	return ok;
}

void aws_vault_file_forget(struct vault_places *self)
{
	secbuf_free(self->passphrase);
	self->passphrase = NULL;
}

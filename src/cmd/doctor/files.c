#include <stdio.h>
#include <string.h>

#include "access/config_check.h"
#include "access/request.h"
#include "aws/config.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "cmd/doctor/doctor_internal.h"
#include "port/world.h"

#define NAMES_MAX 6 /* in a finding */

/* Settings that are wrong are ignored, so that the rest can be checked. */
void doctor_files_settings(struct doctor *d)
{
	if (d->settings_error)
		doctor_findings_add_error(d, EXAM_ERROR, "settings",
					  d->settings_error,
					  "man 5 rolekey.conf");
	else
		doctor_findings_add(d, EXAM_OK, "settings",
				    REASON_SETTINGS_RIGHT);
}

void doctor_files_config(struct doctor *d)
{
	struct error err = { 0 };
	struct findings findings;
	const size_t *count = findings.count;

	if (!config_check_run(d->request, d->world, d->context.arena, &findings,
			      &err))
		doctor_findings_add_error(d, EXAM_ERROR, "config", &err, NULL);
	else if (count[CHECK_ERROR] > 0)
		doctor_findings_add(d, EXAM_ERROR, "config",
				    REASON_CONFIG_ERRORS,
				    .number = (int64_t)count[CHECK_ERROR],
				    .of = (int64_t)count[CHECK_WARNING]);
	else if (count[CHECK_WARNING] > 0)
		doctor_findings_add(d, EXAM_NOTE, "config",
				    REASON_CONFIG_WARNINGS,
				    .number = (int64_t)count[CHECK_WARNING]);
	else
		doctor_findings_add(d, EXAM_OK, "config", REASON_CONFIG_RIGHT);
}

/* --- modes ---------------------------------------------------------------------- */

void doctor_files_mode(struct doctor *d, const char *what, const char *path,
		       bool secret)
{
	enum error_reason reason = REASON_NONE;
	struct file_facts facts;
	struct error err = { 0 };
	char mode[8];

	if (!files_facts(&d->world->files, path, &facts, &err)) {
		doctor_findings_add_error(d, EXAM_ERROR, what, &err, NULL);
		return;
	}
	if (!facts.exists)
		return;
	if (facts.foreign)
		reason = REASON_FILE_FOREIGN;
	else if (facts.others_write)
		reason = REASON_FILE_WRITABLE;
	else if (facts.others_replace)
		reason = REASON_FILE_REPLACEABLE;
	else if (secret && facts.others_read)
		reason = REASON_FILE_READABLE;
	(void)snprintf(mode, sizeof(mode), "%04o", facts.mode & 07777);
	if (reason != REASON_NONE)
		doctor_findings_add(d, EXAM_ERROR, what, reason, .path = path,
				    .value = mode);
}

static bool has_secret(const struct doctor *d, enum config_file file)
{
	const struct config_section *section;

	for (size_t i = 0;
	     !d->no_files &&
	     (section = aws_config_nth(d->context.config, CONFIG_PROFILE, i));
	     i++) {
		const struct config_value *value =
			config_value(section, "aws_secret_access_key");

		if (value && value->from == file)
			return true;
	}
	return false;
}

/* The keyring checks its own files. */
void doctor_files_modes(struct doctor *d)
{
	size_t before = d->n_exams;

	doctor_files_mode(d, "files", d->request->config_path,
			  has_secret(d, CONFIG_FILE));
	doctor_files_mode(d, "files", d->request->credentials_path, true);
	if (d->n_exams == before)
		doctor_findings_add(d, EXAM_OK, "files", REASON_FILES_PRIVATE,
				    .path = d->request->config_path,
				    .other = d->request->credentials_path);
}

/* --- plaintext -------------------------------------------------------------------- */

/* The names of profiles, and how many there are in all. */
struct names {
	char text[256];
	size_t n;
};

static void add_name(struct names *names, const char *name)
{
	size_t len = strlen(names->text);

	if (names->n < NAMES_MAX)
		(void)snprintf(names->text + len, sizeof(names->text) - len,
			       "%s%s", names->n > 0 ? ", " : "", name);
	else if (names->n == NAMES_MAX)
		(void)snprintf(names->text + len, sizeof(names->text) - len,
			       ", ...");
	names->n++;
}

static bool is_set(const struct config_section *section, const char *key)
{
	const struct config_value *value = config_value(section, key);

	return value && !text_is_empty(value->text);
}

void doctor_files_plaintext(struct doctor *d)
{
	const struct config_section *section;
	struct names keys = { 0 };
	struct names sessions = { 0 };

	if (d->no_files)
		return;
	for (size_t i = 0;
	     (section = aws_config_nth(d->context.config, CONFIG_PROFILE, i));
	     i++)
		if (config_session_token(section))
			add_name(&sessions, section->name);
		else if (is_set(section, "aws_secret_access_key"))
			add_name(&keys, section->name);
	if (keys.n > 0)
		doctor_findings_add(d, EXAM_WARNING, "plaintext",
				    REASON_KEYS_IN_FILES,
				    .number = (int64_t)keys.n,
				    .other = keys.text);
	if (sessions.n > 0)
		doctor_findings_add(d, EXAM_WARNING, "plaintext",
				    REASON_SESSIONS_IN_FILES,
				    .number = (int64_t)sessions.n,
				    .other = sessions.text,
				    .path = d->request->credentials_path);
	if (keys.n + sessions.n == 0)
		doctor_findings_add(d, EXAM_OK, "plaintext",
				    REASON_NO_PLAINTEXT);
}

/* Folders in the home, where other tools leave sessions in plaintext. */
static const struct {
	const char *folder, *ending, *tool;
} caches[] = {
	{ ".aws/cli/cache", ".json", "the AWS CLI" },
	{ ".aws/boto/cache", ".json", "boto3" },
	{ ".awsume/cache", "", "awsume" },
	{ ".aws/saml2aws", "", "saml2aws" },
	{ ".aws/sso/cache", ".json", "IAM Identity Center" },
};

void doctor_files_caches(struct doctor *d)
{
	const char *home = text_env(d->world->environment, "HOME");
	bool found = false;

	for (size_t i = 0; home && i < sizeof(caches) / sizeof(caches[0]);
	     i++) {
		const char *path = arena_printf(d->context.arena, "%s/%s", home,
						caches[i].folder);
		bool any = false;

		d->failed = d->failed || !path;
		if (!path)
			return;
		machine_has_files(&d->world->machine, path, caches[i].ending,
				  &any);
		found = found || any;
		if (any)
			doctor_findings_add(d, EXAM_WARNING, "caches",
					    REASON_CACHE_FOUND, .path = path,
					    .other = caches[i].tool);
	}
	if (!found)
		doctor_findings_add(d, EXAM_OK, "caches", REASON_NO_CACHES);
}

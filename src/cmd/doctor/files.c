#include <string.h>

#include "access/config_check.h"
#include "access/request.h"
#include "aws/config.h"
#include "base/error.h"
#include "base/text.h"
#include "cmd/doctor/doctor_internal.h"
#include "port/world.h"

#define NAMES_MAX 6 /* in a line */

void doctor_files_config(struct doctor *d)
{
	struct error err = { 0 };
	struct findings findings;
	const size_t *count = findings.count;
	enum exam_state state = EXAM_OK;

	if (d->no_files) /* which was reported */
		return;
	if (!config_check_run(d->request, d->world, d->context.arena, &findings,
			      &err)) {
		doctor_findings_add_error(d, EXAM_ERROR, "config", &err);
		return;
	}
	if (count[CHECK_ERROR] > 0)
		state = EXAM_ERROR;
	else if (count[CHECK_WARNING] > 0)
		state = EXAM_NOTE;
	doctor_findings_add(d, state, "config",
			    state == EXAM_OK ? NULL : "rolekey config check",
			    "%zu error%s, %zu warning%s", count[CHECK_ERROR],
			    count[CHECK_ERROR] == 1 ? "" : "s",
			    count[CHECK_WARNING],
			    count[CHECK_WARNING] == 1 ? "" : "s");
}

/* --- modes ---------------------------------------------------------------------- */

static void look_at(struct doctor *d, const char *path, bool secret)
{
	const struct files *files = &d->world->files;
	struct file_facts facts;
	struct error err = { 0 };

	if (!files_facts(files, path, &facts, &err))
		doctor_findings_add_error(d, EXAM_ERROR, "files", &err);
	else if (!facts.exists)
		return;
	else if (facts.foreign)
		doctor_findings_add(
			d, EXAM_ERROR, "files",
			doctor_findings_text(d, "sudo chown $USER %s", path),
			"%s belongs to another", path);
	else if (facts.others_write)
		doctor_findings_add(d, EXAM_ERROR, "files",
				    doctor_findings_text(d, "chmod go-w %s",
							 path),
				    "%s can be written by others", path);
	else if (facts.others_replace)
		doctor_findings_add(
			d, EXAM_ERROR, "files",
			doctor_findings_text(d, "chmod go-w \"$(dirname %s)\"",
					     path),
			"%s can be replaced by others", path);
	else if (secret && facts.others_read)
		doctor_findings_add(d, EXAM_ERROR, "files",
				    doctor_findings_text(d, "chmod 600 %s",
							 path),
				    "%s can be read by others", path);
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

/* Checks the AWS files; the keyring checks its own. */
void doctor_files_modes(struct doctor *d)
{
	size_t before = d->n_exams;

	look_at(d, d->request->config_path, has_secret(d, CONFIG_FILE));
	look_at(d, d->request->credentials_path, true);
	if (d->n_exams == before)
		doctor_findings_add(d, EXAM_OK, "files", NULL,
				    "%s and %s are for this user alone",
				    d->request->config_path,
				    d->request->credentials_path);
}

/* --- plaintext -------------------------------------------------------------------- */

/* The first names of profiles, and their number. */
struct names {
	const char *text;
	size_t n;
};

static void add_name(struct doctor *d, struct names *names, const char *name)
{
	if (names->n == 0)
		names->text = doctor_findings_text(d, "%s", name);
	else if (names->n < NAMES_MAX)
		names->text =
			doctor_findings_text(d, "%s, %s", names->text, name);
	else if (names->n == NAMES_MAX)
		names->text = doctor_findings_text(d, "%s, ...", names->text);
	names->n++;
}

static bool says(const struct config_section *section, const char *key)
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
		if (says(section, "aws_session_token"))
			add_name(d, &sessions, section->name);
		else if (says(section, "aws_secret_access_key"))
			add_name(d, &keys, section->name);
	if (keys.n > 0)
		doctor_findings_add(d, EXAM_WARNING, "plaintext",
				    "rolekey import",
				    "%zu long-lived key%s in the AWS files: %s",
				    keys.n, keys.n == 1 ? "" : "s", keys.text);
	if (sessions.n > 0)
		doctor_findings_add(
			d, EXAM_WARNING, "plaintext",
			doctor_findings_text(d, "take these sections out of %s",
					     d->request->credentials_path),
			"%zu session%s in the AWS files, as awsume and "
			"saml2aws leave them: %s",
			sessions.n, sessions.n == 1 ? "" : "s", sessions.text);
	if (keys.n + sessions.n == 0)
		doctor_findings_add(d, EXAM_OK, "plaintext", NULL,
				    "no keys and no sessions in the AWS files");
}

/*
 * Folders in the home directory where other tools store sessions in plaintext.
 */
static const struct {
	const char *folder, *ending, *whose;
} caches[] = {
	{ ".aws/cli/cache", ".json", "the AWS CLI" },
	{ ".aws/boto/cache", ".json", "boto3" },
	{ ".awsume/cache", "", "awsume" },
	{ ".aws/saml2aws", "", "saml2aws" },
	{ ".aws/sso/cache", ".json", "IAM Identity Center" },
};

void doctor_files_caches(struct doctor *d)
{
	const struct machine *machine = &d->world->machine;
	const char *home = text_env(d->world->environment, "HOME");
	bool found = false;

	for (size_t i = 0; home && i < sizeof(caches) / sizeof(caches[0]);
	     i++) {
		const char *path = doctor_findings_text(d, "%s/%s", home,
							caches[i].folder);
		bool any = false;

		machine_has_files(machine, path, caches[i].ending, &any);
		found = found || any;
		if (any)
			doctor_findings_add(
				d, EXAM_WARNING, "caches",
				doctor_findings_text(d, "rm -r %s", path),
				"sessions of %s lie in plaintext in %s",
				caches[i].whose, path);
	}
	if (!found)
		doctor_findings_add(d, EXAM_OK, "caches", NULL,
				    "no sessions of other tools");
}

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "check/check_internal.h"

/* The keys in a file: they decide how bad it is that others can read it. */
enum holding { NO_KEYS, TEMPORARY_KEYS, LONG_LIVED_KEYS };

static bool has(const struct listed *section, const char *key)
{
	for (size_t i = 0; i < section->n_properties; i++)
		if (strcmp(section->properties[i].key, key) == 0 &&
		    section->properties[i].value[0] != '\0')
			return true;
	return false;
}

/* A secret key without a token does not expire. */
static enum holding holding_of(const struct checked *file)
{
	enum holding most = NO_KEYS;

	for (size_t i = 0; i < file->n_sections; i++) {
		const struct listed *section = &file->sections[i];

		if (!has(section, "aws_secret_access_key"))
			continue;
		if (!has(section, "aws_session_token") &&
		    !has(section, "aws_security_token"))
			return LONG_LIVED_KEYS;
		most = TEMPORARY_KEYS;
	}
	return most;
}

#define MODE_LEN 8

static void show_mode(const struct file_facts *facts, char out[static MODE_LEN])
{
	(void)snprintf(out, MODE_LEN, "%04o", facts->mode & 07777);
}

static void check_readers(struct check *c, struct place place,
			  const struct file_facts *facts)
{
	enum holding holding = holding_of(&c->files[place.file]);
	char mode[MODE_LEN];

	show_mode(facts, mode);
	if (!facts->others_read)
		return;
	if (holding == LONG_LIVED_KEYS)
		findings_add(c, CHECK_ERROR, place, REASON_KEYS_READABLE,
			     .value = mode);
	else if (holding == TEMPORARY_KEYS || place.file == CREDENTIALS_FILE)
		findings_add(c, CHECK_WARNING, place, REASON_FILE_READABLE,
			     .value = mode);
}

/* A user who can write the file can run programs: credential_process. */
static void check_writers(struct check *c, struct place place,
			  const struct file_facts *facts)
{
	char mode[MODE_LEN];

	show_mode(facts, mode);
	if (facts->foreign)
		findings_add(c, CHECK_ERROR, place, REASON_FILE_FOREIGN);
	if (facts->others_write)
		findings_add(c, CHECK_ERROR, place, REASON_FILE_WRITABLE,
			     .value = mode);
	if (facts->others_replace)
		findings_add(c, CHECK_ERROR, place, REASON_FILE_REPLACEABLE);
}

static void check_access(struct check *c, enum config_file which)
{
	const struct file_facts *facts = &c->input->files[which].facts;
	struct place place = { which, 1 };

	if (!facts->exists)
		return;
	check_writers(c, place, facts);
	check_readers(c, place, facts);
}

/* The sentence of a system call says the path again, others need it. */
static void add_failure(struct check *c, struct place place,
			const struct error *failure)
{
	struct error copy = *failure;

	if (error_is(failure, REASON_SYSTEM_CALL))
		copy.about.path[0] = '\0';
	findings_add_error(c, place, false, &copy);
}

/* Reports why there is no text, if there is none. */
static void check_text(struct check *c, enum config_file which)
{
	const struct check_file *file = &c->input->files[which];
	struct place place = { which, 1 };

	if (file->failure)
		add_failure(c, place, file->failure);
	else if (!file->text && file->variable)
		findings_add(c, CHECK_WARNING, place, REASON_NO_SUCH_FILE,
			     .key = file->variable);
}

static bool list_section(struct check *c, const struct ini_section *section,
			 struct listed *listed)
{
	struct ini_walk walk = ini_walk(section);

	*listed =
		(struct listed){ .name = section->name, .line = section->line };
	listed->properties = arena_alloc(
		c->arena, section->n_lines * sizeof(*listed->properties));
	while (listed->properties && listed->n_properties < section->n_lines &&
	       ini_next(&walk, &listed->properties[listed->n_properties]))
		listed->n_properties++;
	return listed->properties;
}

/* Lists the sections as they are written. */
static bool list(struct check *c, struct checked *file,
		 const struct secbuf *text, struct error *err)
{
	struct ini ini;
	bool ok;

	file->copy = secbuf_new(secbuf_len(text));
	secbuf_join(file->copy, text);
	if (!secbuf_ok(file->copy))
		return error_memory(err);
	if (!ini_parse_on(file->path, file->copy, c->arena, &ini, err))
		return false;
	file->remarks = ini.remarks;
	file->n_remarks = ini.n_remarks;
	file->n_sections = ini.n_sections;
	file->sections =
		arena_alloc(c->arena, ini.n_sections * sizeof(*file->sections));
	ok = file->sections;
	for (size_t i = 0; ok && i < ini.n_sections; i++) {
		struct ini_section section = ini_section(&ini, i);

		ok = list_section(c, &section, &file->sections[i]);
	}
	return ok || error_memory(err);
}

static bool add_to_model(struct check *c, enum config_file which,
			 struct secbuf *text, struct error *err)
{
	const char *path = c->files[which].path;
	struct ini ini;

	return ini_parse_on(path, text, c->arena, &ini, err) &&
	       aws_config_add_ini(c->config, which, path, &ini, err);
}

bool check_file(struct check *c, enum config_file which, struct error *err)
{
	struct secbuf *text = c->input->files[which].text;

	check_text(c, which);
	if (text && (!list(c, &c->files[which], text, err) ||
		     !add_to_model(c, which, text, err)))
		return false;
	check_access(c, which);
	return true;
}

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "cmd/command.h"
#include "format/settings.h"
#include "plan/plan.h"
#include "port/world.h"
#include "support/config_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *const no_environment[] = { NULL };

/* The two files, and what is printed of them. */
struct files_in_memory {
	const char *bytes[2];
	size_t len[2];
	struct strbuf printed;
};

static bool fake_files_read(void *self, const char *path, size_t max,
			    struct secbuf **text, struct error *err)
{
	const struct files_in_memory *m = self;
	int which =
		strcmp(path, "config") == 0 ? CONFIG_FILE : CREDENTIALS_FILE;

	(void)max;
	(void)err;
	*text = secbuf_new(m->len[which]);
	secbuf_add(*text, m->bytes[which], m->len[which]);
	return true;
}

static bool fake_files_facts(void *self, const char *path,
			     struct file_facts *facts, struct error *err)
{
	(void)self;
	(void)path;
	(void)err;
	*facts = (struct file_facts){ .exists = true };
	return true;
}

static bool fake_keyring_get(void *self, const char *kind, const char *name,
			     struct secbuf **value, struct error *err)
{
	(void)self;
	(void)kind;
	(void)name;
	*value = NULL;
	return error_fail(err, REASON_NO_TERMINAL);
}

static bool fake_output_write(void *self, const char *bytes, size_t len,
			      struct error *err)
{
	struct files_in_memory *m = self;

	(void)err;
	strbuf_add(&m->printed, bytes, len);
	return true;
}

static void say(void *self, enum notice what, const struct error *fact)
{
	(void)self;
	(void)what;
	(void)fact;
}

static size_t lines_of(const struct files_in_memory *m, int which)
{
	size_t n = 1;

	for (size_t i = 0; i < m->len[which]; i++)
		n += m->bytes[which][i] == '\n';
	return n;
}

/* "config:3: error: text", in the order of files and lines. */
static void check_printed(const struct files_in_memory *m, bool ok)
{
	static const char *const names[] = { "config:", "credentials:" };
	const char *text = strbuf_text(&m->printed);
	unsigned long last = 0;
	int which = 0;
	bool errors = false;

	for (; *text != '\0'; text += strcspn(text, "\n") + 1) {
		char *rest;
		unsigned long line;

		if (which == 0 && strncmp(text, names[0], 7) != 0) {
			which = 1;
			last = 0;
		}
		if (strncmp(text, names[which], strlen(names[which])) != 0)
			abort();
		line = strtoul(text + strlen(names[which]), &rest, 10);
		if (line < 1 || line < last || line > lines_of(m, which))
			abort();
		last = line;
		if (strncmp(rest, ": error: ", 9) == 0)
			errors = true;
		else if (strncmp(rest, ": warning: ", 11) != 0)
			abort();
	}
	if (errors == ok)
		abort();
}

/* Without an error every profile can be explained, but as check_plans.c says. */
static void check_plans(const struct files_in_memory *m)
{
	const struct config_section *section;
	struct config_text t;
	struct error err = { 0 };
	bool ok = config_text_read(&t, NULL, NULL, &err);

	for (int which = 0; ok && which < 2; which++)
		ok = config_text_add(&t, (enum config_file)which,
				     m->bytes[which], m->len[which], &err);
	if (!ok)
		abort();
	for (size_t i = 0;
	     (section = aws_config_nth(t.config, CONFIG_PROFILE, i)); i++) {
		const struct plan_options options = { .profile = section->name,
						      .environment =
							      no_environment };
		struct plan plan;

		if (!plan_make(t.config, &options, t.arena, &plan, &err))
			abort();
	}
	config_text_clear(&t);
}

static bool has_exceptions(const struct files_in_memory *m)
{
	for (int which = 0; which < 2; which++)
		if (memmem(m->bytes[which], m->len[which], "role_name", 9) ||
		    memmem(m->bytes[which], m->len[which], "include_prof", 12))
			return true;
	return strstr(strbuf_text(&m->printed), "is not looked at");
}

static void run(struct files_in_memory *m)
{
	const struct world world = {
		.files = { m, fake_files_read, NULL, fake_files_facts },
		.keyring = { .self = m, .get = fake_keyring_get },
		.notices = { m, say },
		.output = { m, fake_output_write, NULL },
		.environment = no_environment,
	};
	const struct call call = {
		.request = { .config_path = "config",
			     .credentials_path = "credentials",
			     .settings = settings_default() },
	};
	struct error err = { 0 };
	size_t i = 0;
	bool ok;

	while (strcmp(command_table[i]->name, "config check") != 0)
		i++;
	ok = command_table[i]->run(&call, &world, &err);
	if (!ok && err.code != ERROR_CONFIG)
		abort();
	check_printed(m, ok);
	if (ok && !has_exceptions(m))
		check_plans(m);
}

/* The config and, behind the first byte 0xff, the credentials. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *mark = size > 0 ? memchr(data, 0xff, size) : NULL;
	size_t first = mark ? (size_t)(mark - data) : size;
	struct files_in_memory m = {
		.bytes = { (const char *)data,
			   (const char *)data + first + (mark ? 1 : 0) },
		.len = { first, mark ? size - first - 1 : 0 },
		.printed = strbuf_with_max(SIZE_MAX / 2),
	};

	run(&m);
	strbuf_clear(&m.printed);
	return 0;
}

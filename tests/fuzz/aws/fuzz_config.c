#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aws/edit.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "format/json.h"
#include "support/config_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define WRITTEN_MAX (1 << 24)
#define EDITED      4 /* profiles that a line is added to */
#define ADDED       "rolekey_added"

static void must_read(struct config_text *t, const char *text, size_t len)
{
	struct error err = { 0 };

	if (config_text_read(t, NULL, NULL, &err) &&
	    config_text_add(t, CONFIG_FILE, text, len, &err))
		return;
	if (err.code == ERROR_MEMORY)
		exit(0); /* no finding */
	abort();
}

static struct secbuf *must_dump(const struct aws_config *config)
{
	struct secbuf *dump = aws_config_dump(config);

	if (!dump)
		exit(0);
	return dump;
}

static void check_same_dump(const struct aws_config *a,
			    const struct aws_config *b)
{
	struct secbuf *one = must_dump(a);
	struct secbuf *other = must_dump(b);

	if (!secbuf_equal(one, other))
		abort();
	secbuf_free(one);
	secbuf_free(other);
}

/* Checks that a dump is JSON, and the same each time. */
static void check_dump(const struct aws_config *config)
{
	struct secbuf *dump = must_dump(config);
	struct error err = { 0 };
	struct json *json;

	json = json_parse(secbuf_text(dump), secbuf_len(dump), &err);
	if (!json)
		abort();
	json_free(json);
	secbuf_free(dump);
	check_same_dump(config, config);
}

/* Each profile is found by its name, and is the nearest to it. */
static void check_index(const struct aws_config *config)
{
	const struct config_section *section;

	for (size_t i = 0;
	     (section = aws_config_nth(config, CONFIG_PROFILE, i)); i++) {
		const char *nearest[1];

		if (aws_config_find(config, CONFIG_PROFILE, section->name) !=
			    section ||
		    (i < 10 && aws_config_nearest(config, section->name,
						  nearest, 1) != 1))
			abort();
		for (size_t v = 0; v < section->n_values; v++)
			if (config_value(section, section->values[v].key) !=
			    &section->values[v])
				abort();
	}
}

/* With CRLF, since a value may end with a CR of its own. */
static void write_value(struct strbuf *out, const struct config_value *value)
{
	strbuf_printf(out, "%s=", value->key);
	for (const char *c = value->text; *c != '\0'; c++)
		if (*c == '\n')
			strbuf_puts(out, "\r\n ");
		else
			strbuf_add(out, c, 1);
	strbuf_puts(out, "\r\n");
}

/* As one shell word, since a name may have blanks in it. */
static void write_name(struct strbuf *out, const char *name)
{
	strbuf_puts(out, "\"");
	for (; *name != '\0'; name++) {
		if (*name == '"' || *name == '\\')
			strbuf_puts(out, "\\");
		strbuf_add(out, name, 1);
	}
	strbuf_puts(out, "\"");
}

static void write_kind(struct strbuf *out, const struct aws_config *config,
		       enum config_kind kind, const char *word)
{
	const struct config_section *section;

	for (size_t i = 0; (section = aws_config_nth(config, kind, i)); i++) {
		strbuf_printf(out, "[%s ", word);
		write_name(out, section->name);
		strbuf_puts(out, "]\n");
		for (size_t v = 0; v < section->n_values; v++)
			write_value(out, &section->values[v]);
	}
}

/* The dump of what a dump says, as one config file, is the same dump. */
static void check_rewritten(const struct aws_config *config)
{
	struct strbuf out = strbuf_with_max(WRITTEN_MAX);
	struct config_text again;

	write_kind(&out, config, CONFIG_PROFILE, "profile");
	write_kind(&out, config, CONFIG_SSO_SESSION, "sso-session");
	write_kind(&out, config, CONFIG_SERVICES, "services");
	if (!strbuf_ok(&out))
		exit(0);
	must_read(&again, strbuf_text(&out), out.len);
	check_same_dump(config, again.config);
	config_text_clear(&again);
	strbuf_clear(&out);
}

static void check_same_values(const struct config_section *a,
			      const struct config_section *b)
{
	for (size_t i = 0; i < a->n_values; i++) {
		const struct config_value *same =
			config_value(b, a->values[i].key);

		if (!same || strcmp(same->text, a->values[i].text) != 0)
			abort();
	}
}

/*
 * b is a with one value more, ADDED of profile, which may have no section in
 * a: every other section is as it was.
 */
static void check_added(const struct aws_config *a, const struct aws_config *b,
			const char *profile)
{
	const enum config_kind kinds[] = { CONFIG_PROFILE, CONFIG_SSO_SESSION,
					   CONFIG_SERVICES };
	const struct config_section *now;
	const struct config_section *old;
	const struct config_value *added;

	for (size_t k = 0; k < 3; k++)
		for (size_t i = 0; (now = aws_config_nth(b, kinds[k], i));
		     i++) {
			bool other = kinds[k] != CONFIG_PROFILE ||
				     strcmp(now->name, profile) != 0;

			old = aws_config_find(a, kinds[k], now->name);
			if ((!old && other) ||
			    now->n_values != (old ? old->n_values : 0) + !other)
				abort();
			if (old)
				check_same_values(old, now);
		}
	now = aws_config_find(b, CONFIG_PROFILE, profile);
	added = now ? config_value(now, ADDED) : NULL;
	if (!added || strcmp(added->text, "value") != 0)
		abort();
}

/* A line that `add` adds to the file is that, and nothing else. */
static void check_edited(const struct aws_config *config, const char *text,
			 size_t len, const char *profile)
{
	const struct config_section *section =
		aws_config_find(config, CONFIG_PROFILE, profile);
	struct secbuf *before;
	struct secbuf *after = NULL;
	struct error err = { 0 };
	struct config_text t;

	if (section && config_value(section, ADDED))
		return;
	before = secbuf_new(len);
	secbuf_add(before, text, len);
	if (!secbuf_ok(before))
		exit(0);
	if (!aws_edit_add(before, profile, ADDED, "value", &after, &err) ||
	    !after)
		abort();
	must_read(&t, secbuf_text(after), secbuf_len(after));
	check_added(config, t.config, profile);
	config_text_clear(&t);
	secbuf_free(before);
	secbuf_free(after);
}

/* Checks that every other section is unchanged. */
static void check_others(const struct aws_config *a, const struct aws_config *b,
			 const struct config_section *changed)
{
	const struct config_section *was;

	for (size_t i = 0; (was = aws_config_nth(a, CONFIG_PROFILE, i)); i++) {
		const struct config_section *now =
			aws_config_find(b, CONFIG_PROFILE, was->name);

		if (was == changed)
			continue;
		if (!now || now->n_values != was->n_values)
			abort();
		check_same_values(was, now);
	}
}

/* A line that `import` takes out is that, and nothing else. */
static void check_taken(const struct aws_config *config, const char *text,
			size_t len, const struct config_section *section,
			const struct config_value *value)
{
	struct secbuf *before = secbuf_new(len);
	struct secbuf *after = NULL;
	struct error err = { 0 };
	struct config_text t;

	secbuf_add(before, text, len);
	if (!secbuf_ok(before))
		exit(0);
	if (aws_edit_line(before, value->line, value->key, "# gone", &after,
			  &err)) {
		must_read(&t, secbuf_text(after), secbuf_len(after));
		check_others(config, t.config, section);
		config_text_clear(&t);
	}
	secbuf_free(before);
	secbuf_free(after);
}

/* text is a config file that can be read. */
static void check_edits(const char *text, size_t len)
{
	const struct config_section *section;
	struct config_text t;

	must_read(&t, text, len);
	check_edited(t.config, text, len, "default");
	check_edited(t.config, text, len, "new");
	for (size_t i = 0;
	     i < EDITED &&
	     (section = aws_config_nth(t.config, CONFIG_PROFILE, i));
	     i++)
		check_edited(t.config, text, len, section->name);
	for (size_t i = 0;
	     i < EDITED &&
	     (section = aws_config_nth(t.config, CONFIG_PROFILE, i));
	     i++)
		for (size_t v = 0; v < section->n_values && v < EDITED; v++)
			check_taken(t.config, text, len, section,
				    &section->values[v]);
	config_text_clear(&t);
}

/* The config and, behind the first byte 0xff, the credentials. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *mark = size > 0 ? memchr(data, 0xff, size) : NULL;
	size_t first = mark ? (size_t)(mark - data) : size;
	const char *bytes = (const char *)data;
	struct error err = { 0 };
	struct config_text t;
	bool ok;

	ok = config_text_read(&t, NULL, NULL, &err) &&
	     config_text_add(&t, CONFIG_FILE, bytes, first, &err);
	if (ok)
		check_edits(bytes, first);
	if (ok &&
	    (!mark || config_text_add(&t, CREDENTIALS_FILE, bytes + first + 1,
				      size - first - 1, &err))) {
		check_dump(t.config);
		check_index(t.config);
		check_rewritten(t.config);
	}
	config_text_clear(&t);
	return 0;
}

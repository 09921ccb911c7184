#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "sync/account.h"
#include "sync/sync_internal.h"

#define NAME_MAX_LEN 200 /* bytes of a profile's name */
#define ALLOWED                                                          \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" \
	"._/-"
#define FIELDS "{account}, {id}, {ou}, {role} and {email} as fields"

/* --- a set ---------------------------------------------------------------------- */

/* FNV-1a, 32 bits: the product of 64 bits is cut. */
static size_t hash(const char *name)
{
	uint64_t h = 2166136261;

	for (; *name != '\0'; name++)
		h = ((h ^ (unsigned char)*name) * 16777619) & UINT32_MAX;
	return (size_t)h;
}

bool names_set_init(struct names_set *set, size_t most, struct arena *arena)
{
	set->n_slots = 16;
	while (set->n_slots < 2 * most + 2)
		set->n_slots *= 2;
	set->slots = arena_alloc(arena, set->n_slots * sizeof(*set->slots));
	return set->slots != NULL;
}

static size_t find_slot(const struct names_set *set, const char *name)
{
	size_t at = hash(name) % set->n_slots;

	while (set->slots[at] && strcmp(set->slots[at], name) != 0)
		at = (at + 1) % set->n_slots;
	return at;
}

bool names_has(const struct names_set *set, const char *name)
{
	return set->slots[find_slot(set, name)] != NULL;
}

void names_put(struct names_set *set, const char *name)
{
	set->slots[find_slot(set, name)] = name;
}

/* --- a template ----------------------------------------------------------------- */

static const char *last_part(const char *role)
{
	const char *slash = strrchr(role, '/');

	return slash ? slash + 1 : role;
}

/* Returns the value of the field at text, and its length there; or NULL. */
static const char *field(const char *text, const struct account *account,
			 const char *role, size_t *len)
{
	const struct {
		const char *name;
		const char *value;
	} fields[] = { { "{account}", account->name },
		       { "{id}", account->id },
		       { "{ou}", account->ou },
		       { "{role}", last_part(role) },
		       { "{email}", account->email } };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		*len = strlen(fields[i].name);
		if (strncmp(text, fields[i].name, *len) == 0)
			return fields[i].value;
	}
	return NULL;
}

bool names_check(const char *template, struct error *err)
{
	const struct account none = {
		.id = "", .name = "", .email = "", .ou = ""
	};
	size_t len;

	for (const char *at = template; *at != '\0'; at++)
		if ((*at == '{' && !field(at, &none, "", &len)) ||
		    (unsigned char)*at < ' ' || *at == 0x7f)
			return error_fail(err, REASON_BAD_OPTION_VALUE,
					  .key = "name", .value = template,
					  .expected = "a name with " FIELDS);
	return true;
}

/* Replaces each run of other bytes by '-', and removes those at the ends. */
static char *sanitize(char *text)
{
	bool in_run = false;
	char *to = text;

	for (const char *at = text; *at != '\0'; at++) {
		bool allowed = strchr(ALLOWED, *at) != NULL;

		if (allowed)
			*to++ = *at;
		else if (!in_run)
			*to++ = '-';
		in_run = !allowed;
	}
	*to = '\0';
	while (to > text && to[-1] == '-')
		*--to = '\0';
	text += strspn(text, "-");
	text_lower(text);
	return text;
}

const char *names_make(const char *template, const struct account *account,
		       const char *role, struct arena *arena)
{
	struct strbuf out = strbuf_with_max(4096);
	char *name = NULL;

	while (*template != '\0') {
		size_t len = 1;
		const char *value =
			*template == '{' ? field(template, account, role, &len)
					 : NULL;

		if (value)
			strbuf_puts(&out, value);
		else
			strbuf_add(&out, template, 1);
		template += value ? len : 1;
	}
	if (strbuf_ok(&out))
		name = arena_strndup(arena, strbuf_text(&out),
				     out.len < NAME_MAX_LEN ? out.len
							    : NAME_MAX_LEN);
	strbuf_clear(&out);
	if (!name)
		return NULL;
	name = sanitize(name);
	if (*name == '\0')
		return account->id;
	if (strcmp(name, "default") == 0)
		return arena_printf(arena, "%s-%s", name, account->id);
	return name;
}

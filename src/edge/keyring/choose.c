#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "edge/keyring.h"

#define NAMES_MAX 256
#define LEAD_MAX  320

static bool refuse_name(const struct keyring_row *const *rows,
			const char *backend, struct error *err)
{
	struct strbuf names = strbuf_with_max(NAMES_MAX);

	for (; *rows; rows++)
		strbuf_printf(&names, ", %s", (*rows)->name);
	error_set(err, ERROR_CONFIG, "no backend is called %s; there is auto%s",
		  backend, strbuf_text(&names));
	strbuf_clear(&names);
	return false;
}

static const char *title(const struct keyring_row *row)
{
	return row->title ? row->title : row->name;
}

/* Opens the keyring; lead is the start of the reason. */
static bool take(const struct keyring_row *row, const char *lead,
		 const struct keyring_needs *needs,
		 struct keyring_choice *choice, struct error *err)
{
	const char *place;

	if (!row->open(needs, &choice->keyring, err))
		return false;
	choice->row = row;
	place = row->place ? row->place(&choice->keyring) : NULL;
	(void)snprintf(choice->why, sizeof(choice->why), "%s%s%s%s is used",
		       lead, title(row), place ? " " : "", place ? place : "");
	choice->keyring.why = choice->why;
	return true;
}

static bool says_nothing(const struct error *err)
{
	return err->code == ERROR_INTERRUPTED || err->code == ERROR_MEMORY;
}

/* Opens the first one that answers. If none does, err is that of the first. */
static bool take_first(const struct keyring_row *const *rows,
		       const struct keyring_needs *needs,
		       struct keyring_choice *choice, struct error *err)
{
	char lead[LEAD_MAX] = "";
	struct error why_not = { 0 };

	(void)error_set(err, ERROR_KEYRING, "there is no keyring");
	for (; *rows; rows++) {
		if ((*rows)->probe(needs, &why_not))
			return take(*rows, lead, needs, choice, err);
		if (says_nothing(&why_not)) {
			*err = why_not;
			return false;
		}
		if (lead[0] != '\0')
			continue;
		*err = why_not;
		(void)snprintf(lead, sizeof(lead),
			       "%.40s does not answer (%.240s), so ",
			       title(*rows), why_not.text);
	}
	return false;
}

bool keyring_choose(const struct keyring_row *const *rows, const char *backend,
		    const struct keyring_needs *needs,
		    struct keyring_choice *choice, struct error *err)
{
	if (strcmp(backend, "auto") == 0)
		return take_first(rows, needs, choice, err);
	for (const struct keyring_row *const *row = rows; *row; row++)
		if (strcmp((*row)->name, backend) == 0)
			return take(*row, "as was set, ", needs, choice, err);
	return refuse_name(rows, backend, err);
}

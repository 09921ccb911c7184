
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "edge/keyring.h"

#define NAMES_MAX 256

static bool refuse_name(const struct keyring_row *const *rows,
			const char *backend, struct error *err)
{
	struct strbuf names = strbuf_with_max(NAMES_MAX);

	strbuf_puts(&names, "a keyring backend (auto");
	for (; *rows; rows++)
		strbuf_printf(&names, ", %s", (*rows)->name);
	strbuf_puts(&names, ")");
	(void)error_fail(err, REASON_BAD_VALUE, .value = backend,
			 .expected = strbuf_text(&names));
	strbuf_clear(&names);
	return false;
}

static const char *title(const struct keyring_row *row)
{
	return row->title ? row->title : row->name;
}

/* Opens the keyring; instead_of is the preferred one if that is not available. */
static bool take(const struct keyring_row *row, enum error_reason why,
		 const struct keyring_row *instead_of,
		 const struct keyring_needs *needs,
		 struct keyring_choice *choice, struct error *err)
{
	const char *place;

	if (!row->open(needs, &choice->keyring, err))
		return false;
	choice->row = row;
	place = row->place ? row->place(&choice->keyring) : NULL;
	(void)error_fail_with(&choice->why,
			      &(const struct error_facts){
				      .reason = why,
				      .value = title(row),
				      .path = place,
				      .other = instead_of ? title(instead_of)
							  : NULL });
	choice->keyring.why = &choice->why;
	choice->keyring.passed_over = instead_of ? &choice->passed_over : NULL;
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
	const struct keyring_row *preferred = NULL;
	struct error why_not = { 0 };

	(void)error_fail(err, REASON_NO_KEYRING);
	for (; *rows; rows++) {
		if ((*rows)->probe(needs, &why_not))
			return take(*rows,
				    preferred ? REASON_KEYRING_FALLBACK
					      : REASON_KEYRING_FOUND,
				    preferred, needs, choice, err);
		if (says_nothing(&why_not)) {
			*err = why_not;
			return false;
		}
		if (preferred)
			continue;
		preferred = *rows;
		choice->passed_over = why_not;
		*err = why_not;
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
			return take(*row, REASON_KEYRING_SET, NULL, needs,
				    choice, err);
	return refuse_name(rows, backend, err);
}

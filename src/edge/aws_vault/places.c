#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "edge/aws_vault.h"
#include "edge/aws_vault/aws_vault_internal.h"

static const struct {
	const char *name;
	bool (*list)(const struct vault_places *places,
		     struct vault_names *names, struct error *err);
	bool (*read)(struct vault_places *places, const char *name,
		     struct secbuf **item, struct error *err);
} rows[] = {
	{ VAULT_SECRET_SERVICE, aws_vault_secret_service_list,
	  aws_vault_secret_service_read },
	{ VAULT_FILE, aws_vault_file_list, aws_vault_file_read },
	{ VAULT_PASS, aws_vault_pass_list, aws_vault_pass_read },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static size_t find(const char *place)
{
	size_t i = 0;

	while (i < ROWS && strcmp(rows[i].name, place) != 0)
		i++;
	return i;
}

static bool no_place(const char *place, struct error *err)
{
	(void)error_fail(err, REASON_BAD_VALUE, .value = place,
			 .expected = "a keyring of aws-vault (secret-service, "
				     "file, pass)");
	err->code = ERROR_USAGE;
	return false;
}

static bool list(void *self, const char *place, struct arena *arena,
		 const char *const **names, size_t *n, struct error *err)
{
	struct vault_names found = { .arena = arena };
	size_t row = find(place);

	*names = NULL;
	*n = 0;
	if (row == ROWS)
		return no_place(place, err);
	if (!rows[row].list(self, &found, err))
		return false;
	*names = found.names;
	*n = found.n;
	return true;
}

static bool read_item(void *self, const char *place, const char *name,
		      struct secbuf **item, struct error *err)
{
	size_t row = find(place);

	*item = NULL;
	return row == ROWS ? no_place(place, err)
			   : rows[row].read(self, name, item, err);
}

struct vault aws_vault_places(struct vault_places *self)
{
	return (struct vault){ self, list, read_item };
}

#include "format/json.h"

#include <jansson.h>
#include <string.h>

#include "base/error.h"
#include "base/wipe.h"

/* jansson does not always tell, and may go on without a member. */
static bool no_memory;

static void *noted_malloc(size_t size)
{
	void *p = wipe_malloc(size);

	no_memory = no_memory || !p;
	return p;
}

static const json_t *value_of(const struct json *json)
{
	return (const json_t *)json;
}

struct json *json_parse(const char *text, size_t len, struct error *err)
{
	json_error_t where;
	json_t *json;

	no_memory = false;
	json_set_alloc_funcs(noted_malloc, wipe_free);
	json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &where);
	if (no_memory) {
		json_decref(json);
		json = NULL;
		error_set(err, ERROR_MEMORY, "no memory for JSON");
	} else if (!json) {
		error_set(err, ERROR_PROTOCOL, "no JSON: line %d, column %d",
			  where.line, where.column);
	}
	/* Its text quotes what stands at that place. */
	explicit_bzero(&where, sizeof(where));
	return (struct json *)json;
}

void json_free(struct json *json)
{
	json_decref((json_t *)json);
}

const char *json_text(const struct json *json, const char *member)
{
	return json_string_value(json_object_get(value_of(json), member));
}

bool json_number(const struct json *json, const char *member, long long *n)
{
	const json_t *value = json_object_get(value_of(json), member);

	if (!json_is_integer(value))
		return false;
	*n = json_integer_value(value);
	return true;
}

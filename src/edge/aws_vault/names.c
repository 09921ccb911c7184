#include "base/arena.h"
#include "base/error.h"
#include "edge/aws_vault/aws_vault_internal.h"

bool aws_vault_names_add(struct vault_names *names, const char *name,
			 size_t len, struct error *err)
{
	const char **room = arena_room(names->arena, names->names, names->n,
				       sizeof(char *));
	const char *copy = arena_strndup(names->arena, name, len);

	if (!room || !copy)
		return error_memory(err);
	room[names->n++] = copy;
	names->names = room;
	return true;
}

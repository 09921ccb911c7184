#include "session/program.h"

#include <stddef.h>

#include "base/error.h"
#include "port/world.h"

bool session_program_check(const struct world *world, const char *key,
			   const char *file, struct error *err)
{
	struct file_facts facts = { 0 };

	if (!file)
		return true;
	return files_facts(&world->files, file, &facts, err) &&
	       ((!facts.foreign && !facts.others_write &&
		 !facts.others_replace) ||
		error_fail(err, REASON_PROCESS_UNSAFE, .path = file,
			   .key = key));
}

#include "access/descriptions.h"

#include "access/request.h"
#include "aws/config.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "port/world.h"
#include "sync/description.h"

bool descriptions_read(const struct request *request, const struct world *world,
		       struct arena *arena, struct descriptions *descriptions,
		       struct error *err)
{
	struct secbuf *text = NULL;
	bool ok;

	ok = files_read(&world->files, request->config_path, CONFIG_MAX, &text,
			err);
	ok = ok && (description_read(text, arena, &descriptions->list,
				     &descriptions->n) ||
		    error_memory(err));
	secbuf_free(text);
	return ok;
}

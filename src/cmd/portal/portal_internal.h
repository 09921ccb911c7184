#ifndef CMD_PORTAL_PORTAL_INTERNAL_H
#define CMD_PORTAL_PORTAL_INTERNAL_H

#include "serve/portal.h"

struct request;
struct world;

/* The work of the portal. Its world asks nobody: the page does. */
struct portal_call {
	const struct request *request;
	const struct world *world;
};

/* struct portal_work: both read the AWS files again. */
bool portal_rows_list(void *self, struct arena *arena, struct portal_row **rows,
		      size_t *n, struct error *err) MUST_CHECK;
bool portal_open_console(void *self, const struct portal_wish *wish,
			 struct arena *arena, struct portal_form_page *page,
			 struct portal_need *need,
			 struct error *err) MUST_CHECK;

#endif

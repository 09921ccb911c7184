#include <stddef.h>

#include "access/context.h"
#include "access/log_use.h"
#include "access/obtain.h"
#include "aws/credentials.h"
#include "base/secbuf.h"
#include "cmd/print_internal.h"
#include "cmd/serve/serve_internal.h"
#include "port/world.h"
#include "session/store/session.h"

/* Keeps notices to itself: the failure, if there is one, says more. */
static void say_nothing(void *self, enum notice what, const struct error *fact)
{
	const struct notices *notices = self;

	if (what == NOTICE_DEBUG)
		notices->say(notices->self, what, fact);
}

/* A long-lived key never expires, and must not leave the keyring. */
static bool is_session(const struct renewal *r, const struct credentials *creds,
		       struct error *err)
{
	return creds->session_token ||
	       error_fail(err, REASON_SERVER_NEEDS_SESSION,
			  .profile = r->request->profile);
}

static bool write_record(const struct session_record *record,
			 struct secbuf **result, struct error *err)
{
	*result = session_record_write(record);
	return *result || error_memory(err);
}

bool renew_run(void *self, struct secbuf **result, struct error *err)
{
	const struct renewal *r = self;
	struct world world = *r->world;
	struct session_record record = { .issued = 0 };
	struct notices notices = world.notices;
	struct context context;
	bool ok;

	if (!r->ask)
		prompt_mute(&world.prompt);
	if (r->quiet)
		world.notices = (struct notices){ &notices, say_nothing };
	ok = context_load(r->request, &world, &context, err) &&
	     obtain_credentials(r->request, &context, &world, TTL_SERVER,
				&record.creds, err);
	ok = ok || print_searched(&world, err);
	ok = ok && is_session(r, &record.creds, err) &&
	     write_record(&record, result, err);
	if (ok)
		log_use(&(const struct log_use){ .request = r->request,
						 .plan = &context.plan,
						 .creds = &record.creds,
						 .how = LOG_USE_SERVER,
						 .command = r->command },
			&world);
	credentials_clear(&record.creds);
	context_clear(&context);
	return ok;
}

bool renew_read(const struct secbuf *result, struct credentials *creds,
		struct error *err)
{
	struct session_record record;

	if (!session_record_read(result, &record, err))
		return false;
	*creds = (struct credentials){ .expires = 0 };
	credentials_move(creds, &record.creds);
	return true;
}

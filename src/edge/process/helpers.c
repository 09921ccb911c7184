#include <stdio.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "edge/edge.h"
#include "edge/process/helper_internal.h"

#define SECONDS      60
#define OUTPUT_MAX   1024 /* bytes */
#define VARIABLE_MAX 300  /* of a serial, with its name */

static bool run(void *ctx, const struct helper_call *call,
		struct secbuf **output, struct error *err)
{
	const struct helpers_posix *self = ctx;
	char variable[VARIABLE_MAX];
	char **environment;
	struct helper helper = { .what = call->what,
				 .command = call->command,
				 .argv = call->argv,
				 .on_terminal = true,
				 .quiet = self->quiet && !call->loud,
				 .seconds = SECONDS,
				 .max = call->max > 0 ? call->max : OUTPUT_MAX,
				 .code = call->code != ERROR_NONE
						 ? call->code
						 : ERROR_PERSON };
	bool ok;

	if (call->serial)
		(void)snprintf(variable, sizeof(variable),
			       "ROLEKEY_MFA_SERIAL=%s", call->serial);
	environment = helper_environment(
		self->environment, call->serial ? variable : call->variable);
	helper.environment = environment;
	ok = environment || error_memory(err);
	ok = ok && helper_run(&helper, output, NULL, err);
	mem_free(environment);
	return ok;
}

struct helpers helpers_posix(struct helpers_posix *self)
{
	return (struct helpers){ .self = self, .run = run };
}

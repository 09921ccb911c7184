#include <stddef.h>

#include "access/context.h"
#include "access/request.h"
#include "aws/config.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "cmd/command.h"
#include "cmd/print_internal.h"

static bool cmd_config_dump(const struct call *call, const struct world *world,
			    struct error *err)
{
	struct secbuf *out = NULL;
	struct context context;
	bool ok;

	ok = context_read(&call->request, world, &context, err);
	if (ok) {
		out = aws_config_dump(context.config);
		ok = print_secbuf(world, out, err);
	}
	secbuf_free(out);
	context_clear(&context);
	return ok;
}

const struct command command_config_dump = {
	.name = "config dump",
	.needs = NEEDS_NOTHING,
	.summary = "print the combined AWS files as JSON",
	.operands = OPERANDS_NONE,
	.help = "Prints the combined content of ~/.aws/config and "
		"~/.aws/credentials as rolekey reads it: profiles, "
		"sso_sessions and services. Values are printed as they are in "
		"the files, including keys in plaintext.\n",
	.examples = "rolekey config dump\n",
	.run = cmd_config_dump,
};

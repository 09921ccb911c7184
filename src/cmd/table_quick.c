#include <stddef.h>

#include "cmd/command.h"
#include "cmd_internal.h"

const struct command *const command_table_quick[] = {
	&command_exec,
	&command_export,
	&command_credential_process,
	NULL,
};

#include <stddef.h>

#include "cmd/cmd_internal.h"
#include "cmd/command.h"

const struct command *const command_table_quick[] = {
	&command_exec,
	&command_export,
	&command_credential_process,
	NULL,
};

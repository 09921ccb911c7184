#include <stddef.h>

#include "cmd/command.h"
#include "cmd_internal.h"

const struct command *const command_table[] = {
	&command_add,
	&command_list,
	&command_exec,
	&command_export,
	&command_credential_process,
	&command_explain,
	&command_remove,
	&command_clear,
	&command_config_dump,
	&command_config_check,
	NULL,
};

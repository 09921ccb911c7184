#include <stddef.h>

#include "cmd/command.h"

extern const struct command command_exec, command_export,
	command_credential_process, command_status_prompt;

const struct command *const command_table_quick[] = {
	&command_exec,
	&command_export,
	&command_credential_process,
	&command_status_prompt,
	NULL,
};

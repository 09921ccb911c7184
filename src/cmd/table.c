#include <stddef.h>

#include "cmd/cmd_internal.h"
#include "cmd/command.h"

/* A command a line. */
/* clang-format off */
const struct command *const command_table[] = {
	&command_add,
	&command_import,
	&command_list,
	&command_exec,
	&command_export,
	&command_credential_process,
	&command_explain,
	&command_remove,
	&command_migrate,
	&command_clear,
	&command_unlock,
	&command_lock,
	&command_mfa_add,
	&command_mfa_code,
	&command_mfa_list,
	&command_mfa_remove,
	&command_mfa_enroll,
	&command_config_dump,
	&command_config_check,
	&command_doctor,
	&command_completion,
	NULL,
};
/* clang-format on */

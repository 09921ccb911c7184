#ifndef CMD_CMD_INTERNAL_H
#define CMD_CMD_INTERNAL_H

#include "cmd/command.h"

extern const struct command command_add, command_clear, command_config_check,
	command_config_dump, command_credential_process, command_doctor,
	command_exec, command_explain, command_export, command_import,
	command_list, command_lock, command_mfa_add, command_mfa_code,
	command_mfa_enroll, command_mfa_list, command_migrate,
	command_mfa_remove, command_remove, command_unlock;

#endif

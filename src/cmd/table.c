#include <stddef.h>

#include "cmd/command.h"

#define COMMAND(name) extern const struct command command_##name;
#include "cmd/commands.def"
#undef COMMAND

#define COMMAND(name) &command_##name,
const struct command *const command_table[] = {
#include "cmd/commands.def"
	NULL,
};

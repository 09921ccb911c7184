/*
 * `rolekey config dump` for many pairs of files in one process, for scripts to
 * drive: a process each would take longer than what is tested.
 *
 * A line of stdin is two paths with a tab between.  For each, stdout gets the
 * line "ok JSON" or "error CODE: TEXT".  It calls the command's own run(), with
 * the files port of the program itself, so input and output are those of the
 * command; only argv and the exit status are not tested.
 */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cmd/command.h"
#include "edge/edge.h"
#include "message/message.h"
#include "port/world.h"

static bool put(void *self, const char *text, size_t len, struct error *err)
{
	(void)self;
	return (fputs("ok ", stdout) >= 0 &&
		fwrite(text, 1, len, stdout) == len) ||
	       error_fail(err, REASON_SYSTEM_CALL, .path = "stdout");
}

static const struct command *find_command(const char *name)
{
	const struct command *const *row = command_table;

	while (*row && strcmp((*row)->name, name) != 0)
		row++;
	return *row;
}

int main(void)
{
	const struct command *dump = find_command("config dump");
	const struct world world = { .files = files_posix(),
				     .output = { .write = put } };
	char text[MESSAGE_LEN];
	char line[8192];

	while (dump && fgets(line, sizeof(line), stdin)) {
		char *tab = strchr(line, '\t');
		struct call call = { .request.config_path = line };
		struct error err = { 0 };

		if (!tab)
			return 1;
		line[strcspn(line, "\n")] = '\0';
		*tab = '\0';
		call.request.credentials_path = tab + 1;
		if (!dump->run(&call, &world, &err)) {
			message_text(&err, text, sizeof(text));
			(void)printf("error %d: %s\n", (int)err.code, text);
		}
		(void)fflush(stdout);
	}
	return dump ? 0 : 1;
}

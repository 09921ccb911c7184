#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "cli/cli.h"
#include "cli/completion/completion_internal.h"
#include "port/output.h"

#define SCRIPT_MAX 262144

static const struct completion_shell *const shells[] = {
	&completion_bash,
	&completion_zsh,
	&completion_fish,
};

bool cli_completion(const struct command *const *table, const char *shell,
		    const struct output *output, struct error *err)
{
	struct strbuf out = strbuf_with_max(SCRIPT_MAX);
	bool ok;

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (shell && strcmp(shell, shells[i]->name) == 0)
			completion_put(&out, shells[i], table);
	if (!shell)
		return error_fail(err, REASON_NO_SHELL_GIVEN);
	if (strbuf_ok(&out) && out.len == 0)
		return error_fail(err, REASON_BAD_VALUE, .value = shell,
				  .expected = "bash, zsh or fish") ||
		       error_as(err, ERROR_USAGE);
	ok = strbuf_ok(&out) || error_memory(err);
	ok = ok && output_write(output, strbuf_text(&out), out.len, err);
	strbuf_clear(&out);
	return ok;
}

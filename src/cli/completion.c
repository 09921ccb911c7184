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
		if (strcmp(shell, shells[i]->name) == 0)
			completion_put(&out, shells[i], table);
	ok = strbuf_ok(&out) || error_memory(err);
	ok = ok && output_write(output, strbuf_text(&out), out.len, err);
	strbuf_clear(&out);
	return ok;
}

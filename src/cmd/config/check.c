#include <stddef.h>
#include <stdint.h>

#include "access/config_check.h"
#include "access/request.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "cmd/cmd_internal.h"
#include "cmd/command.h"
#include "port/world.h"

#define CHUNK 32768 /* bytes to write at once, plus one line */

static bool flush(const struct world *world, struct strbuf *out, size_t room,
		  struct error *err)
{
	bool ok;

	if (strbuf_ok(out) && out->len < room)
		return true;
	ok = (strbuf_ok(out) || error_memory(err)) &&
	     output_write(&world->output, strbuf_text(out), out->len, err);
	strbuf_clear(out);
	return ok;
}

static void put_line(struct strbuf *out, const char *path,
		     const struct finding *finding)
{
	size_t at = out->len;

	strbuf_printf(out, "%s:%u: %s: %s", path, finding->line,
		      finding->severity == CHECK_ERROR ? "error" : "warning",
		      finding->text);
	if (out->text)
		text_clean(out->text + at);
	strbuf_puts(out, "\n");
}

static bool print(const struct request *request, const struct world *world,
		  const struct findings *findings, struct error *err)
{
	struct strbuf out = strbuf_with_max(SIZE_MAX / 2);
	bool ok = true;

	for (size_t i = 0; ok && i < findings->n; i++) {
		const struct finding *finding = &findings->list[i];

		put_line(&out,
			 finding->file == CONFIG_FILE
				 ? request->config_path
				 : request->credentials_path,
			 finding);
		ok = flush(world, &out, CHUNK, err);
	}
	ok = ok && flush(world, &out, 1, err);
	strbuf_clear(&out);
	return ok;
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/*
 * Reports the numbers on stderr: as a failure if there are errors, else as a
 * notice.
 */
static bool sum_up(const struct world *world, const size_t count[2],
		   struct error *err)
{
	size_t errors = count[CHECK_ERROR];
	size_t warnings = count[CHECK_WARNING];

	if (errors > 0 && warnings > 0)
		return error_set(err, ERROR_CONFIG,
				 "%zu error%s, %zu warning%s", errors,
				 plural(errors), warnings, plural(warnings));
	if (errors > 0)
		return error_set(err, ERROR_CONFIG, "%zu error%s", errors,
				 plural(errors));
	if (warnings > 0)
		notice(&world->notices, NOTICE_INFO,
		       "config check: %zu warning%s", warnings,
		       plural(warnings));
	else
		notice(&world->notices, NOTICE_INFO,
		       "config check: no problems found");
	return true;
}

static bool cmd_config_check(const struct request *request,
			     const struct world *world, struct error *err)
{
	struct arena *arena = arena_new();
	struct findings findings;
	bool ok;

	ok = (arena || error_memory(err)) &&
	     config_check_run(request, world, arena, &findings, err) &&
	     print(request, world, &findings, err) &&
	     sum_up(world, findings.count, err);
	arena_free(arena);
	return ok;
}

const struct command command_config_check = {
	.name = "config check",
	.summary = "show every problem in the AWS files, with its line",
	.operands = OPERANDS_NONE,
	.asks_nobody = true,
	.help = "Looks at ~/.aws/config and ~/.aws/credentials and prints "
		"each problem as\n\n"
		"    FILE:LINE: error|warning: what is wrong\n\n"
		"An error makes a command fail, lets it run as another than "
		"the file says, or\ngives others a way to the keys.  A warning "
		"is what works here and not with\nevery AWS SDK, or is not "
		"what it looks like.  What concerns a whole file\nstands at "
		"its line 1.  Ends with 3 if there are errors, else with 0.\n"
		"No request is made and nobody is asked.\n"
		"\n  rolekey config check\n",
	.run = cmd_config_check,
};

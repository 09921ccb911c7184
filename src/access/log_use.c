#include "access/log_use.h"

#include <string.h>

#include "access/request.h"
#include "aws/arn.h"
#include "aws/credentials.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/expected.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "base/view.h"
#include "format/jsonout.h"
#include "plan/plan.h"
#include "port/world.h"

#define LINE_MAX_LEN 8000 /* bytes: the port takes a little more */

/* --- the reason -------------------------------------------------------------- */

bool log_use_reason(const char **reason, struct arena *arena, struct error *err)
{
	struct view text = view_trim(view_of(*reason), VIEW_SPACE);
	char *copy;

	if (!*reason)
		return true;
	if (text.len == 0 || view_characters(text) > LOG_USE_REASON_MAX)
		return error_fail(err, REASON_BAD_OPTION_VALUE, .key = "reason",
				  .value = *reason,
				  .expected = EXPECTED_REASON);
	copy = arena_strndup(arena, text.at, text.len);
	if (!copy)
		return error_memory(err);
	text_clean(copy);
	*reason = copy;
	return true;
}

/* --- the line ---------------------------------------------------------------- */

static void put(struct jsonout *out, const char *key, const char *text)
{
	jsonout_key(out, key);
	jsonout_string(out, text_is_empty(text) ? NULL : text);
}

static void put_time(struct jsonout *out, const char *key, int64_t time)
{
	char text[TIMEFMT_ISO_LEN];

	timefmt_iso(time, text);
	put(out, key, time != 0 ? text : NULL);
}

/* Without a role, the user's own account is that of the MFA device. */
static void put_account(struct jsonout *out, const struct plan *plan)
{
	const char *account = plan->account;
	struct arn arn;

	if (!account && plan->mfa_serial && arn_parse(plan->mfa_serial, &arn))
		account = arn.account;
	put(out, "account", account);
}

static const char *how(const struct log_use *use, const struct world *world)
{
	bool job = strcmp(use->how, LOG_USE_EXEC) == 0 &&
		   text_env(world->environment, JOBS_VARIABLE);

	return job ? LOG_USE_ACROSS : use->how;
}

static const char *base_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path;
}

static void put_line(const struct log_use *use, const struct world *world,
		     struct strbuf *line)
{
	struct jsonout out = jsonout_to_strbuf(line);

	jsonout_raw(&out, "{");
	put_time(&out, "time", clock_now(&world->clock));
	put(&out, "profile", use->plan->profile);
	put_account(&out, use->plan);
	put(&out, "session_name", use->creds->session_name);
	put(&out, "how", how(use, world));
	put(&out, "command", base_name(use->command));
	put(&out, "reason", use->request->reason);
	put_time(&out, "expires", use->creds->expires);
	jsonout_raw(&out, "}\n");
}

void log_use(const struct log_use *use, const struct world *world)
{
	struct strbuf line = strbuf_with_max(LINE_MAX_LEN);
	struct error err = { 0 };
	bool ok;

	if (!use->request->settings.log)
		return;
	put_line(use, world, &line);
	ok = strbuf_ok(&line)
		     ? audit_append(&world->audit, line.text, line.len, &err)
		     : error_memory(&err);
	strbuf_clear(&line);
	if (ok)
		return;
	(void)error_context(&err, REASON_USE_NOT_LOGGED,
			    .profile = use->plan->profile);
	notice_error(&world->notices, NOTICE_WARNING, &err);
}

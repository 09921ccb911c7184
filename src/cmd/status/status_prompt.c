#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "cmd/command.h"
#include "cmd/print_internal.h"
#include "cmd/status/status_internal.h"
#include "port/world.h"

const struct option status_prompt_options[] = {
	{ .name = "prompt",
	  .offset = offsetof(struct status_options, prompt),
	  .help = "print a short word for a shell's prompt" },
	{ .include = option_json },
	{ 0 }
};

/* Returns the first variable that is set and not empty, or NULL. */
static const char *first_of(char *const *environment, const char *one,
			    const char *other)
{
	const char *value = text_env(environment, one);

	if (text_is_empty(value))
		value = text_env(environment, other);
	return text_is_empty(value) ? NULL : value;
}

const char *status_prompt_profile(char *const *environment)
{
	return first_of(environment, "ROLEKEY_PROFILE", "AWS_VAULT");
}

const char *status_prompt_expiration(char *const *environment)
{
	return first_of(environment, "AWS_CREDENTIAL_EXPIRATION",
			"AWS_SESSION_EXPIRATION");
}

struct segment {
	const char *profile;
	int64_t left; /* seconds */
	bool read_only;
};

/* Rounds to minutes: the prompt is printed once, and read later. */
static bool put_segment(struct strbuf *out, const void *what)
{
	const struct segment *segment = what;
	int64_t left = segment->left;
	char span[TEXT_SPAN_LEN];

	print_clean(out, segment->profile);
	text_span(left >= 60 ? left - left % 60 : left, span);
	strbuf_printf(out, " %s%s\n", left > 0 ? span : "expired",
		      segment->read_only ? " read-only" : "");
	return true;
}

static bool refuse_others(const struct call *call, struct error *err)
{
	const char *other = call->json              ? "--json"
			    : call->request.profile ? "PROFILE"
						    : NULL;

	return !other || error_fail(err, REASON_OPTIONS_EXCLUDE,
				    .key = "--prompt", .other = other);
}

bool status_prompt_print(const struct call *call, const struct world *world,
			 struct error *err)
{
	const char *expiration = status_prompt_expiration(world->environment);
	struct segment segment = { .profile = status_prompt_profile(
					   world->environment) };
	int64_t expires;

	if (!refuse_others(call, err))
		return false;
	if (!segment.profile || !expiration ||
	    !timefmt_parse_iso(expiration, &expires))
		return true;
	segment.left = expires - clock_now(&world->clock);
	segment.read_only = !text_is_empty(
		text_env(world->environment, "ROLEKEY_READ_ONLY"));
	return print_all(world, put_segment, &segment, err);
}

/* Leaves everything else to rolekey-full. */
static bool cmd_status_prompt(const struct call *call,
			      const struct world *world, struct error *err)
{
	const struct status_options *own = call->options;

	return own->prompt ? status_prompt_print(call, world, err)
			   : error_fail(err, REASON_NOT_CACHED);
}

/* The row of bin/rolekey; that of rolekey-full is in status.c. */
const struct command command_status_prompt = {
	.name = "status",
	.needs = NEEDS_KEYRING,
	.operands = OPERANDS_PROFILE_OPTIONAL,
	.options = status_prompt_options,
	.options_size = sizeof(struct status_options),
	.reports_settings = true,
	.run = cmd_status_prompt,
};

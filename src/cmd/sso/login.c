#include <stddef.h>
#include <string.h>

#include "access/request.h"
#include "api/caller.h"
#include "base/error.h"
#include "base/timefmt.h"
#include "cmd/command.h"
#include "cmd/sso/sso_internal.h"
#include "port/world.h"
#include "session/sso.h"

struct sso_login_options {
	const char *browser;
	bool device_code;
	bool qr;
};

static const struct option options[] = {
	{ .name = "device-code",
	  .offset = offsetof(struct sso_login_options, device_code),
	  .help = "show a code to enter in any browser" },
	{ .name = "qr",
	  .offset = offsetof(struct sso_login_options, qr),
	  .help = "show a code, and its address as a QR code" },
	{ .name = "browser",
	  .value = "CMD",
	  .kind = OPTION_TEXT,
	  .offset = offsetof(struct sso_login_options, browser),
	  .help = "open the page with this program" },
	{ 0 }
};

static enum sso_flow flow_of(const struct sso_login_options *own)
{
	if (own->device_code || own->qr)
		return SSO_FLOW_DEVICE;
	return own->browser ? SSO_FLOW_BROWSER : SSO_FLOW_AUTO;
}

/* Another user may sign in, so sessions of the last sign-in are removed. */
static bool sign_in(const struct call *call, const struct world *world,
		    struct context *context, const struct sso_place *place,
		    struct error *err)
{
	const struct sso_login_options *own = call->options;
	struct api_skew skew = { 0 };
	const struct sso_use use = {
		.plan = &place->plan,
		.sso = &place->sso,
		.world = world,
		.skew = &skew,
		.browser = own->browser ? own->browser
					: call->request.settings.browser,
		.flow = flow_of(own),
		.asked = true,
		.qr = own->qr,
		.shared =
			strcmp(call->request.settings.sso_cache, "shared") == 0,
		.patience = (int)call->request.settings.prompt_timeout,
	};
	struct sso_token token = { .expires = 0 };
	char until[TIMEFMT_ISO_LEN];

	if (!sso_obtain_new(&use, &token, err))
		return error_context(err, REASON_SSO_SIGN_IN,
				     .other = sso_use_name(&place->sso));
	timefmt_iso(token.expires, until);
	notice_info(&world->notices,
		    token.refresh ? REASON_SSO_SIGNED_IN : REASON_SSO_ONCE,
		    .other = sso_use_name(&place->sso), .value = until);
	sso_token_clear(&token);
	return sso_place_drop_sessions(call, world, context, &place->sso, err);
}

static bool cmd_sso_login(const struct call *call, const struct world *world,
			  struct error *err)
{
	const struct sso_login_options *own = call->options;
	struct context context;
	struct sso_place place;
	bool ok;

	if (own->qr && !display_can_show(&world->display))
		return error_fail(err, REASON_NO_TERMINAL);
	ok = sso_place_find(call, world, &context, &place, err) &&
	     sign_in(call, world, &context, &place, err);
	context_clear(&context);
	return ok;
}

const struct command command_sso_login = {
	.name = "sso login",
	.needs = NEEDS_KEYRING | NEEDS_NETWORK | NEEDS_PAGE,
	.summary = "sign in to IAM Identity Center",
	.operands = OPERANDS_PROFILE_OPTIONAL,
	.options = options,
	.options_size = sizeof(struct sso_login_options),
	.help = "Signs in to the start URL of an [sso-session] section, or of "
		"a profile, and stores the token in the keyring. PROFILE is "
		"the name of either; without it, the only start URL of the "
		"config file. Without a browser, or with --device-code or "
		"--qr, it shows an address and a code for a browser "
		"elsewhere.\n",
	.examples = "rolekey sso login\n"
		    "rolekey sso login corp --device-code\n",
	.run = cmd_sso_login,
};

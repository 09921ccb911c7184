#include <stddef.h>
#include <string.h>

#include "access/context.h"
#include "access/request.h"
#include "access/sign_in.h"
#include "aws/arn.h"
#include "aws/console.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/guard_internal.h"
#include "cmd/print_internal.h"
#include "crypto/random.h"
#include "plan/plan.h"
#include "plan/profile.h"
#include "port/world.h"
#include "serve/signin_page.h"

#define FETCH_SECONDS 60
#define URL_MAX       16384
#define CONTAINER     "firefox-container"

struct login_options {
	bool print; /* --stdout */
	bool switch_role;
	bool federate;
	const char *service;
	const char *path;
	const char *browser;
};

static const struct option options[] = {
	{ .name = "stdout",
	  .offset = offsetof(struct login_options, print),
	  .help = "print the address instead of opening it" },
	{ .name = "switch",
	  .offset = offsetof(struct login_options, switch_role),
	  .help = "open the console's own switch-role link" },
	{ .name = "federate",
	  .offset = offsetof(struct login_options, federate),
	  .help = "sign in as the user of a key, without MFA" },
	{ .name = "service",
	  .value = "SERVICE",
	  .kind = OPTION_TEXT,
	  .offset = offsetof(struct login_options, service),
	  .help = "open the page of a service, such as s3" },
	{ .name = "path",
	  .value = "PATH",
	  .kind = OPTION_TEXT,
	  .offset = offsetof(struct login_options, path),
	  .help = "open a page by its path, such as /s3/home" },
	{ .name = "browser",
	  .value = "COMMAND",
	  .kind = OPTION_TEXT,
	  .offset = offsetof(struct login_options, browser),
	  .help = "open the address with this command" },
	{ .include = option_plan },
	{ .include = option_region },
	{ .include = option_session },
	{ .include = option_reason },
	{ .include = option_confirm },
	{ 0 }
};

/* One call of the command. */
struct login {
	const struct call *call;
	const struct login_options *own;
	const struct world *world;
	struct context context;
	struct sign_in to;
	const char *browser; /* chosen by the user, or NULL */
};

static bool exclude(bool both, const char *key, const char *other,
		    struct error *err)
{
	return !both || error_fail(err, REASON_OPTIONS_EXCLUDE, .key = key,
				   .other = other);
}

static bool check_options(const struct login *l, struct error *err)
{
	const struct login_options *own = l->own;

	return exclude(own->service && own->path, "--service", "--path", err) &&
	       exclude(own->federate && own->switch_role, "--federate",
		       "--switch", err) &&
	       exclude(own->federate && l->call->request.mfa_token,
		       "--federate", "--mfa-token", err);
}

/* Everything that can be wrong is found before a code is asked for. */
static bool prepare(struct login *l, struct error *err)
{
	const struct login_options *own = l->own;
	const char *setting = l->call->request.settings.browser;

	if (!check_options(l, err))
		return false;
	l->browser = own->browser ? own->browser : setting;
	l->to = (struct sign_in){ .request = &l->call->request,
				  .world = l->world,
				  .context = &l->context,
				  .federate = own->federate };
	return sign_in_find(&l->to, own->service, own->path, err) &&
	       (own->print ||
		browser_find(&l->world->browser,
			     l->browser && strcmp(l->browser, CONTAINER) == 0
				     ? "firefox"
				     : l->browser,
			     err));
}

/* --- opening it -------------------------------------------------------------- */

static const char *profile_color(const struct login *l)
{
	struct error ignored = { 0 };
	struct profile profile;

	return profile_resolve(l->context.config, l->context.plan.profile, true,
			       l->context.arena, &profile, &ignored)
		       ? profile_text(&profile, "color")
		       : NULL;
}

/* No secret is in url. */
static bool open_address(const struct login *l, const char *url,
			 struct error *err)
{
	const char *browser = l->browser;

	if (browser && strcmp(browser, CONTAINER) == 0) {
		browser = "firefox";
		url = console_container_url(l->context.plan.profile, url,
					    profile_color(l), l->context.arena,
					    err);
	}
	return url && browser_open(&l->world->browser, browser, url, err);
}

static bool switch_role(const struct login *l, struct error *err)
{
	const struct console_switch to = { .role_arn = l->to.role_arn,
					   .name = l->context.plan.profile,
					   .color = profile_color(l),
					   .page = l->to.page };
	struct strbuf line = strbuf_with_max(URL_MAX);
	const char *link;
	bool ok;

	if (!to.role_arn)
		return error_fail(err, REASON_LOGIN_NEEDS_ROLE,
				  .profile = l->context.plan.profile);
	link = console_switch_link(&to, l->context.arena, err);
	if (!link)
		return false;
	if (!l->own->print)
		return open_address(l, link, err);
	strbuf_printf(&line, "%s\n", link);
	ok = (strbuf_ok(&line) || error_memory(err)) &&
	     output_write(&l->world->output, line.text, line.len, err);
	strbuf_clear(&line);
	return ok;
}

static bool print_url(const struct login *l, const struct secbuf *token,
		      struct error *err)
{
	struct secbuf *out = secbuf_new(URL_MAX + 3 * secbuf_len(token));
	bool ok;

	console_login_url(l->to.endpoint.url, token, l->to.page, out);
	secbuf_puts(out, "\n");
	ok = (secbuf_ok(out) || error_memory(err)) &&
	     print_secbuf(l->world, out, err);
	secbuf_free(out);
	if (ok)
		notice_warn(&l->world->notices, REASON_LOGIN_URL_IS_SECRET,
			    .profile = l->context.plan.profile);
	return ok;
}

static void make_nonce(char nonce[static SIGNIN_NONCE_LEN])
{
	unsigned char bytes[SIGNIN_NONCE_LEN / 2];

	random_fill(bytes, sizeof(bytes));
	text_hex(bytes, sizeof(bytes), nonce);
}

static bool serve(const struct login *l, const struct secbuf *html,
		  const char *nonce, struct error *err)
{
	const struct plan *plan = &l->context.plan;
	const struct page *page = &l->world->page;
	char url[PAGE_URL_LEN];
	bool ok = page_open(page, url, err);

	if (ok) {
		notice_info(&l->world->notices, REASON_SIGNING_IN,
			    .profile = plan->profile, .value = plan->account,
			    .path = url);
		ok = open_address(l, url, err) &&
		     page_serve(page, html, nonce, FETCH_SECONDS, err);
	}
	page_close(page);
	return ok;
}

static bool show(const struct login *l, const struct secbuf *token,
		 struct error *err)
{
	const struct plan *plan = &l->context.plan;
	char nonce[SIGNIN_NONCE_LEN];
	struct secbuf *html;
	struct arn arn;
	bool ok;

	make_nonce(nonce);
	html = signin_page_make(&(const struct signin_page){
		.profile = plan->profile,
		.account = plan->account,
		.role = l->to.role_arn && arn_parse(l->to.role_arn, &arn)
				? arn_name(&arn)
				: NULL,
		.endpoint = l->to.endpoint.url,
		.destination = l->to.page,
		.token = token,
		.nonce = nonce });
	ok = html ? serve(l, html, nonce, err) : error_memory(err);
	secbuf_free(html);
	return ok;
}

/* --- the command ------------------------------------------------------------- */

static bool sign_in(struct login *l, struct error *err)
{
	struct secbuf *token = NULL;
	bool ok;

	if (!sign_in_get_token(&l->to, &token, err))
		return print_searched(l->world, err);
	ok = l->own->print ? print_url(l, token, err) : show(l, token, err);
	secbuf_free(token);
	return ok;
}

static bool cmd_login(const struct call *call, const struct world *world,
		      struct error *err)
{
	struct login l = { .call = call, .own = call->options, .world = world };
	bool ok;

	ok = context_load(&call->request, world, &l.context, err) &&
	     prepare(&l, err);
	if (ok && l.own->switch_role)
		ok = switch_role(&l, err);
	else
		ok = ok &&
		     guard_confirm(&l.context.plan, call->yes, world, err) &&
		     sign_in(&l, err);
	context_clear(&l.context);
	return ok;
}

const struct command command_login = {
	.name = "login",
	.needs = NEEDS_KEYRING | NEEDS_NETWORK | NEEDS_PAGE,
	.alias = "console",
	.summary = "open the AWS console in a browser",
	.operands = OPERANDS_PROFILE,
	.options = options,
	.options_size = sizeof(struct login_options),
	.help = "Signs in to the AWS console with the role of PROFILE, or of "
		"AWS_PROFILE, in the\nbrowser.  The console lasts as long as "
		"the "
		"credentials.\n",
	.examples = "rolekey login testing\n"
		    "rolekey login testing --service s3\n"
		    "rolekey login testing --stdout\n",
	.run = cmd_login,
};

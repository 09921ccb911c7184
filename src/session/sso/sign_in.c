#include <stdio.h>
#include <string.h>

#include "api/caller.h"
#include "api/sso/oidc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/uri.h"
#include "crypto/base64.h"
#include "crypto/random.h"
#include "port/world.h"
#include "session/sso/sso_internal.h"

#define CLIENT      "rolekey"
#define SCOPES      "sso:account:access" /* the AWS CLI's default */
#define CALLBACK    "/oauth/callback"
#define REDIRECT    "http://127.0.0.1" CALLBACK
#define CLIENT_LEFT 900 /* seconds that a registration must last */
#define SIGN_IN_MAX 600 /* seconds, as in the AWS CLI */
#define SLOWER      5   /* seconds: RFC 8628, section 3.5 */
#define URL_MAX     4096
#define STATE_BYTES 16
#define STATE_LEN   (2 * STATE_BYTES + 1)
#define RANDOM      48 /* bytes of a verifier: 64 characters of base64url */

/* --- the client -------------------------------------------------------------- */

static bool register_client(const struct sso_use *use, struct sso_token *token,
			    struct error *err)
{
	const struct api_caller caller = sso_use_caller(use, use->sso->oidc);
	const struct oidc_registration in = {
		.name = CLIENT,
		.start_url = use->sso->start_url,
		.scopes = use->sso->scopes ? use->sso->scopes : SCOPES,
		.redirect = REDIRECT,
	};
	struct sso_client client = { .expires = 0 };

	if (token->client.id &&
	    token->client.expires > clock_now(&use->world->clock) + CLIENT_LEFT)
		return true;
	if (!oidc_register_client(&caller, &in, &client, err))
		return false;
	sso_token_clear_client(&token->client);
	token->client = client;
	return true;
}

/* --- by a code ----------------------------------------------------------------- */

/* Shows where to enter the code: to a command for it on stderr. */
static void show(const struct sso_use *use, const struct oidc_device *device)
{
	char line[2 * OIDC_URL_LEN];

	if (use->asked) {
		notice_info(&use->world->notices, REASON_SSO_CODE,
			    .path = device->url, .value = device->user_code,
			    .detail = device->complete);
		return;
	}
	(void)snprintf(line, sizeof(line),
		       "Sign in to IAM Identity Center at %s with the code %s",
		       device->url, device->user_code);
	prompt_tell(&use->world->prompt, line);
}

static bool is_pending(const struct error *err, int64_t *interval)
{
	if (error_is_aws(err, "slow_down") ||
	    error_is_aws(err, "SlowDownException")) {
		*interval += SLOWER;
		return true;
	}
	return error_is_aws(err, "authorization_pending") ||
	       error_is_aws(err, "AuthorizationPendingException") ||
	       err->code == ERROR_NETWORK; /* the user goes on meanwhile */
}

static bool await(const struct sso_use *use, const struct oidc_device *device,
		  struct sso_token *token, struct error *err)
{
	const struct clock *clock = &use->world->clock;
	const struct api_caller caller = sso_use_caller(use, use->sso->oidc);
	const struct oidc_grant grant = { .device = device->code };
	int64_t interval = device->interval;
	int64_t end = clock_now(clock) + device->expires_in;

	while (!oidc_create_token(&caller, &token->client, &grant, token,
				  err)) {
		if (!is_pending(err, &interval))
			return false;
		if (clock_now(clock) + interval >= end)
			return error_fail(err, REASON_SSO_LATE,
					  .number = device->expires_in);
		clock_pause(clock, interval * 1000);
	}
	return true;
}

static bool by_device(const struct sso_use *use, struct sso_token *token,
		      struct error *err)
{
	const struct api_caller caller = sso_use_caller(use, use->sso->oidc);
	struct oidc_device device;
	bool ok;

	if (!oidc_start_device(&caller, &token->client, use->sso->start_url,
			       &device, err))
		return false;
	show(use, &device);
	ok = !use->qr ||
	     display_show_url(&use->world->display,
			      device.complete[0] != '\0' ? device.complete
							 : device.url,
			      err);
	ok = ok && await(use, &device, token, err);
	secbuf_free(device.code);
	return ok;
}

/* --- by the browser -------------------------------------------------------------- */

/* What belongs together in one sign-in: RFC 7636 and RFC 6749, section 10.12. */
struct attempt {
	char state[STATE_LEN];
	struct secbuf *verifier; /* owned */
	char challenge[BASE64_SHA256_LEN];
	char redirect[PAGE_URL_LEN + sizeof(CALLBACK)];
};

static bool begin(struct attempt *attempt, struct error *err)
{
	unsigned char random[RANDOM];

	random_fill(random, STATE_BYTES);
	text_hex(random, STATE_BYTES, attempt->state);
	random_fill(random, sizeof(random));
	attempt->verifier = secbuf_new(2 * sizeof(random));
	base64_encode_url(random, sizeof(random), attempt->verifier);
	explicit_bzero(random, sizeof(random));
	if (!secbuf_ok(attempt->verifier))
		return error_memory(err);
	base64_sha256_url(secbuf_text(attempt->verifier),
			  secbuf_len(attempt->verifier), attempt->challenge);
	return true;
}

/* The callback's address: that of the page, with another path. */
static void find_redirect(const char *page, struct attempt *attempt)
{
	const char *host = strstr(page, "://");
	size_t len = strlen(page);

	if (host)
		len = (size_t)(host + 3 - page) + strcspn(host + 3, "/");
	(void)snprintf(attempt->redirect, sizeof(attempt->redirect),
		       "%.*s" CALLBACK, (int)len, page);
}

/* Identity Center's: "scopes" and "S256", unlike sign-in. */
static const char *authorize_url(const struct sso_use *use,
				 const struct sso_token *token,
				 const struct attempt *attempt,
				 struct arena *arena)
{
	const char *const pairs[][2] = {
		{ "response_type", "code" },
		{ "client_id", secbuf_text(token->client.id) },
		{ "redirect_uri", attempt->redirect },
		{ "state", attempt->state },
		{ "code_challenge_method", "S256" },
		{ "scopes", use->sso->scopes ? use->sso->scopes : SCOPES },
		{ "code_challenge", attempt->challenge },
	};
	struct secbuf *url = secbuf_new(URL_MAX);
	const char *copy = NULL;

	secbuf_puts(url, use->sso->oidc.url);
	secbuf_puts(url, "/authorize");
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		secbuf_puts(url, i == 0 ? "?" : "&");
		secbuf_puts(url, pairs[i][0]);
		secbuf_puts(url, "=");
		uri_encode(url, pairs[i][1]);
	}
	if (secbuf_ok(url))
		copy = arena_strdup(arena, secbuf_text(url));
	secbuf_free(url);
	return copy;
}

static bool receive(const struct sso_use *use, const struct attempt *attempt,
		    const char *url, struct secbuf **code, struct error *err)
{
	const struct world *world = use->world;
	const struct page_callback callback = { .path = CALLBACK,
						.state = attempt->state };

	if (use->asked)
		notice_info(&world->notices, REASON_SSO_BROWSER, .path = url,
			    .other = sso_use_name(use->sso));
	return browser_open(&world->browser, use->browser, url, err) &&
	       page_receive(&world->page, &callback, SIGN_IN_MAX, code, err);
}

static bool by_browser(const struct sso_use *use, struct sso_token *token,
		       struct error *err)
{
	const struct api_caller caller = sso_use_caller(use, use->sso->oidc);
	struct arena *arena = arena_new();
	struct attempt attempt = { .verifier = NULL };
	struct secbuf *code = NULL;
	struct oidc_grant grant;
	char page[PAGE_URL_LEN];
	const char *url = NULL;
	bool ok;

	ok = (arena || error_memory(err)) && begin(&attempt, err) &&
	     page_open(&use->world->page, page, err);
	if (ok) {
		find_redirect(page, &attempt);
		url = authorize_url(use, token, &attempt, arena);
		ok = (url || error_memory(err)) &&
		     receive(use, &attempt, url, &code, err);
	}
	page_close(&use->world->page);
	grant = (struct oidc_grant){ .code = code,
				     .redirect = attempt.redirect,
				     .verifier = attempt.verifier };
	ok = ok &&
	     oidc_create_token(&caller, &token->client, &grant, token, err);
	secbuf_free(code);
	secbuf_free(attempt.verifier);
	arena_free(arena);
	return ok;
}

/* --- which of them ----------------------------------------------------------------- */

static bool choose(const struct sso_use *use, enum sso_flow *flow,
		   struct error *err)
{
	struct error ignored = { 0 };

	*flow = use->flow;
	if (!use->asked && !prompt_can_ask(&use->world->prompt))
		return error_fail(err, REASON_SSO_LOGIN_NEEDED,
				  .other = sso_use_name(use->sso));
	if (*flow == SSO_FLOW_BROWSER)
		return browser_find(&use->world->browser, use->browser, err);
	if (*flow == SSO_FLOW_AUTO)
		*flow = browser_find(&use->world->browser, use->browser,
				     &ignored)
				? SSO_FLOW_BROWSER
				: SSO_FLOW_DEVICE;
	return true;
}

bool sso_sign_in(const struct sso_use *use, struct sso_token *token,
		 struct error *err)
{
	enum sso_flow flow;

	return choose(use, &flow, err) && register_client(use, token, err) &&
	       (flow == SSO_FLOW_DEVICE ? by_device(use, token, err)
					: by_browser(use, token, err));
}

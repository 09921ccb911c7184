#ifndef API_SSO_OIDC_H
#define API_SSO_OIDC_H

#include <stdbool.h>
#include <stdint.h>

#include "api/caller.h"
#include "api/sso/sso_token.h"
#include "base/attrs.h"

struct error;
struct secbuf;

/*
 * The OIDC service of IAM Identity Center ("IAM Identity Center OIDC API
 * Reference"): unsigned requests.  caller->creds is not used.  Fails like
 * api/caller.h; OAuth's "authorization_pending" is an AWS error code.
 */

/* RegisterClient, for all three grants below. */
struct oidc_registration {
	const char *name;      /* of the client, as the user sees it */
	const char *start_url; /* issuerUrl */
	const char *scopes;    /* "a,b" */
	const char *redirect;  /* of the browser, without a port */
};
bool oidc_register_client(const struct api_caller *caller,
			  const struct oidc_registration *in,
			  struct sso_client *client,
			  struct error *err) MUST_CHECK;

/* StartDeviceAuthorization. */
#define OIDC_USER_CODE_LEN 64
#define OIDC_URL_LEN       512
struct oidc_device {
	struct secbuf *code; /* owned */
	char user_code[OIDC_USER_CODE_LEN];
	char url[OIDC_URL_LEN];      /* where the user enters it */
	char complete[OIDC_URL_LEN]; /* the same with the code in it, or "" */
	int64_t expires_in;          /* seconds */
	int64_t interval;            /* seconds between two polls */
};
bool oidc_start_device(const struct api_caller *caller,
		       const struct sso_client *client, const char *start_url,
		       struct oidc_device *device,
		       struct error *err) MUST_CHECK;

/* CreateToken: exactly one of device, code and refresh is set. */
struct oidc_grant {
	const struct secbuf *device;
	const struct secbuf *code; /* of the browser, with the next two */
	const char *redirect;      /* with the port */
	const struct secbuf *verifier;
	const struct secbuf *refresh;
};

/*
 * Writes only access, refresh and expires of *token; those it had are freed.  A
 * refresh token stays if the answer has none.
 */
bool oidc_create_token(const struct api_caller *caller,
		       const struct sso_client *client,
		       const struct oidc_grant *grant, struct sso_token *token,
		       struct error *err) MUST_CHECK;

#endif

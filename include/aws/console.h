#ifndef AWS_CONSOLE_H
#define AWS_CONSOLE_H

#include "base/attrs.h"

struct arena;
struct error;
struct secbuf;

/*
 * Addresses of the AWS console in a browser ("Enabling custom identity broker
 * access to the AWS console" and "Switching to a role (console)", IAM User
 * Guide).  Returned texts are in arena; NULL, with err, on failure.
 */

/*
 * Returns the page where the console opens: of a service ("s3", "ec2", in any case), of a
 * path ("/cloudwatch/home#alarms:"), or its home if both are NULL.  The region
 * is kept.  ERROR_USAGE for a service without a known page or a path that does
 * not begin with "/"; ERROR_MEMORY.
 */
const char *console_page(const char *region, const char *service,
			 const char *path, struct arena *arena,
			 struct error *err) MUST_CHECK;

/* Characters of path and name that the console takes of a role. */
#define CONSOLE_ROLE_MAX 64

/* A role to switch to.  No secret is in its link. */
struct console_switch {
	const char *role_arn;
	const char *name;  /* shown in the console; cut to 64 characters */
	const char *color; /* "RRGGBB" with or without "#", or NULL */
	const char *page;  /* URL of the page that opens after it, or NULL */
};

/*
 * Returns the console's own link for switching a role.  The color becomes the
 * nearest of the console's palette.  ERROR_CONFIG if the path and name of the
 * role are longer than CONSOLE_ROLE_MAX, ERROR_MEMORY.
 */
const char *console_switch_link(const struct console_switch *to,
				struct arena *arena,
				struct error *err) MUST_CHECK;

/*
 * Returns the address that opens url in a container tab of Firefox with the
 * extension Granted Containers ("ext+granted-containers:name=N&url=U&color=C",
 * its README).  color becomes the nearest of a container's; NULL, or a text that
 * is not a color, leaves the choice to Firefox.  ERROR_MEMORY.
 */
const char *console_container_url(const char *name, const char *url,
				  const char *color, struct arena *arena,
				  struct error *err) MUST_CHECK;

/*
 * Appends the address that signs in with a token.  It is a secret for 15
 * minutes.  endpoint is that of the sign-in service, without a final "/".
 */
void console_login_url(const char *endpoint, const struct secbuf *token,
		       const char *page, struct secbuf *out);

#define CONSOLE_ISSUER "https://rolekey.invalid/"

#endif

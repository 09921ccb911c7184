#include "cmd/hint.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "base/topic.h"

/*
 * One row a reason.  The first row whose code and topic fit and whose words
 * stand in the error's text gives the hint; %s in it is the profile.
 */
struct row {
	enum error_code code; /* ERROR_NONE: any */
	const char *topic;    /* NULL: any */
	const char *words;    /* NULL: any */
	const char *hint;
};

static const struct row rows[] = {
	/* What AWS said: aws-facts of STS and IAM, most special first. */
	{ ERROR_DENIED, TOPIC_DIRECT, NULL,
	  "for more than 1h the role is taken straight from the key; a policy "
	  "that allows only GetSessionToken without MFA denies that: try -d "
	  "1h, or role_duration = auto" },
	{ ERROR_NONE, "AccessDenied", "invalid MFA one time pass code",
	  "the code was mistyped, used already, or the clock is off: wait for "
	  "the next code (compare `date -u` with the time)" },
	{ ERROR_NONE, "AccessDenied", "unable to validate MFA code",
	  "mfa_serial is not a device of the user whose key signs; "
	  "`rolekey explain %s` shows which serial and key are used" },
	{ ERROR_DENIED, "AccessDenied", "Cannot call GetSessionToken",
	  "the source credentials are temporary already: use --no-session" },
	{ ERROR_DENIED, "AccessDenied", "may not be assumed by root",
	  "store the key of an IAM user; roles cannot be assumed by root" },
	{ ERROR_DENIED, "AccessDenied", "sts:AssumeRole",
	  "the user lacks sts:AssumeRole, or the role does not trust it, asks "
	  "for MFA (mfa_serial) or an external_id, or does not exist; "
	  "`rolekey explain %s` shows what was sent" },
	{ ERROR_DENIED, "InvalidClientTokenId", NULL,
	  "the access key was deleted, made inactive, or belongs to another "
	  "partition; `rolekey add %s` stores another one" },
	{ ERROR_DENIED, "EntityAlreadyExists", "MFADevice",
	  "the user has, or made, a device of that name: say --name NAME, or "
	  "delete the other one (aws iam delete-virtual-mfa-device)" },
	{ ERROR_DENIED, "UnrecognizedClientException", NULL,
	  "the access key was deleted or made inactive" },
	{ ERROR_DENIED, "ExpiredToken", NULL,
	  "`rolekey clear %s` forgets the expired session" },
	{ ERROR_DENIED, "SignatureDoesNotMatch", "Signature expired",
	  "this machine's clock is behind: set it (timedatectl set-ntp true)" },
	{ ERROR_DENIED, "SignatureDoesNotMatch", "not yet current",
	  "this machine's clock is ahead: set it (timedatectl set-ntp true)" },
	{ ERROR_DENIED, "SignatureDoesNotMatch", "scoped to a valid",
	  "the endpoint and the region do not fit together; "
	  "`rolekey explain %s` shows both" },
	{ ERROR_DENIED, "SignatureDoesNotMatch", NULL,
	  "the secret access key is not that of this key id; store it again "
	  "with `rolekey add`" },
	{ ERROR_DENIED, "RequestExpired", NULL,
	  "this machine's clock is off: set it (timedatectl set-ntp true)" },
	{ ERROR_DENIED, "RegionDisabledException", NULL,
	  "use another region (--region), or let an administrator enable STS "
	  "in this one" },
	{ ERROR_DENIED, "ValidationError", "MaxSessionDuration",
	  "lower duration_seconds or -d to what the role allows, such as -d "
	  "1h" },
	{ ERROR_DENIED, "ValidationError", "role chaining",
	  "a chained role lasts one hour at most: lower duration_seconds" },
	{ ERROR_DENIED, "ValidationError", "roleSessionName",
	  "role_session_name may have 2 to 64 of letters, digits and _+=,.@-" },
	{ ERROR_DENIED, "OptInRequired", NULL,
	  "the account is not subscribed to this service or region" },
	{ ERROR_NONE, "Throttling", NULL, "AWS is throttling: try again" },

	/* What we found ourselves. */
	{ ERROR_CONFIG, TOPIC_NOT_STORED, NULL,
	  "`rolekey list --credentials` shows the keys that are stored" },
	{ ERROR_CONFIG, TOPIC_NOT_CARRIED_OUT, NULL,
	  "use the AWS CLI for this profile for now" },
	{ ERROR_PERSON, TOPIC_SPENT_CODE, NULL,
	  "give the next code, or run it in a terminal, where it waits" },
	{ ERROR_PERSON, TOPIC_NO_TERMINAL, "to show the seed",
	  "run it in a terminal, or keep the seed with --store" },
	{ ERROR_PERSON, TOPIC_NO_TERMINAL, NULL, "run it in a terminal" },
	{ ERROR_NETWORK, NULL, "not stored",
	  "look at the network, the proxy variables (HTTPS_PROXY) and the "
	  "endpoint; --no-verify stores the key without asking AWS" },
	{ ERROR_NETWORK, NULL, NULL,
	  "look at the network, the proxy variables (HTTPS_PROXY) and the "
	  "endpoint in `rolekey explain %s`" },
};

static bool fits(const struct row *row, const struct error *err)
{
	return (row->code == ERROR_NONE || row->code == err->code) &&
	       (!row->topic || error_is(err, row->topic)) &&
	       (!row->words || strstr(err->text, row->words));
}

/* hint with its "%s", if any, as the profile. */
static void fill(const char *hint, const char *profile, char *out, size_t size)
{
	const char *gap = strstr(hint, "%s");

	if (gap)
		(void)snprintf(out, size, "%.*s%s%s", (int)(gap - hint), hint,
			       text_is_empty(profile) ? "PROFILE" : profile,
			       gap + 2);
	else
		(void)snprintf(out, size, "%s", hint);
}

void hint_for(const struct error *err, const char *profile, char *out,
	      size_t size)
{
	out[0] = '\0';
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!fits(&rows[i], err))
			continue;
		fill(rows[i].hint, profile, out, size);
		break;
	}
	text_clean(out);
}

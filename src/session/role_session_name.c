#include <string.h>

#include "aws/arn.h"
#include "session/session_internal.h"

#define SHORTEST 2 /* AWS: a RoleSessionName has 2 to 64 characters */

static bool is_allowed(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || (c != '\0' && strchr("_+=,.@-", c));
}

static size_t copy_allowed(const char *text,
			   char name[static ROLE_SESSION_NAME_LEN])
{
	size_t n = 0;

	for (; *text != '\0' && n < ROLE_SESSION_NAME_LEN - 1; text++)
		if (is_allowed(*text))
			name[n++] = *text;
	name[n] = '\0';
	return n;
}

void role_session_name(const char *user_arn, const char *login_name,
		       char name[static ROLE_SESSION_NAME_LEN])
{
	struct arn arn;
	size_t n = 0;

	if (arn_parse(user_arn, &arn))
		n = copy_allowed(arn_name(&arn), name);
	if (n < SHORTEST)
		n = copy_allowed(login_name ? login_name : "", name);
	if (n < SHORTEST)
		memcpy(name, "rolekey", sizeof("rolekey"));
}

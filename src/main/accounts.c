#include "edge/accounts.h"

/*
 * bin/rolekey's database of users and groups: it knows nobody.  A call for which
 * this matters is handed over before (quick.c).
 */

bool accounts_home(char *home, size_t size)
{
	if (size > 0)
		home[0] = '\0';
	return false;
}

bool accounts_login(char *login, size_t size)
{
	if (size > 0)
		login[0] = '\0';
	return false;
}

bool accounts_has_others(gid_t group)
{
	(void)group;
	return true;
}

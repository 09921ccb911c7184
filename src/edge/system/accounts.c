#include "edge/accounts.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#define ENTRY_MAX 16384 /* bytes of an entry of a user or group */

static bool copy(const char *from, char *to, size_t size)
{
	size_t len = from ? strlen(from) : size;

	if (len >= size)
		return false;
	memcpy(to, from, len + 1);
	return true;
}

/* Reads this user's entry; texts are in room. NULL if there is none. */
static const struct passwd *me(struct passwd *entry,
			       char room[static ENTRY_MAX])
{
	struct passwd *found = NULL;

	if (getpwuid_r(geteuid(), entry, room, ENTRY_MAX, &found) != 0)
		return NULL;
	return found;
}

bool accounts_home(char *home, size_t size)
{
	char room[ENTRY_MAX];
	struct passwd entry;
	const struct passwd *found = me(&entry, room);

	return found && copy(found->pw_dir, home, size);
}

bool accounts_login(char *login, size_t size)
{
	char room[ENTRY_MAX];
	struct passwd entry;
	const struct passwd *found = me(&entry, room);

	return found && copy(found->pw_name, login, size);
}

bool accounts_has_others(gid_t group)
{
	char user_room[ENTRY_MAX];
	char group_room[ENTRY_MAX];
	struct passwd entry;
	const struct passwd *user = me(&entry, user_room);
	struct group group_entry;
	struct group *found = NULL;

	if (!user ||
	    getgrgid_r(group, &group_entry, group_room, sizeof(group_room),
		       &found) != 0 ||
	    !found)
		return true;
	for (char *const *name = found->gr_mem; *name; name++)
		if (strcmp(*name, user->pw_name) != 0)
			return true;
	/* Its name is the only sign that it is nobody else's first group. */
	return group != user->pw_gid ||
	       strcmp(found->gr_name, user->pw_name) != 0;
}

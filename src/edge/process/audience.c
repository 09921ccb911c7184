#include <sys/stat.h>

#include <poll.h>
#include <unistd.h>

#include "edge/process/audience_internal.h"

struct audience audience_now(void)
{
	struct audience audience = { .parent = getppid(), .out = -1 };
	struct stat st;

	if (fstat(STDOUT_FILENO, &st) == 0 &&
	    (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))
		audience.out = STDOUT_FILENO;
	return audience;
}

bool audience_has_gone(const struct audience *audience)
{
	static bool gone; /* it does not come back */
	struct pollfd out = { audience->out, 0, 0 };

	gone = gone || getppid() != audience->parent || poll(&out, 1, 0) > 0;
	return gone;
}

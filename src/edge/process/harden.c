#include <sys/prctl.h>
#include <sys/resource.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

#include "edge/edge.h"
#include "edge/process/harden_internal.h"

/* The state of the process when it was started. */
static struct {
	bool core_known;
	struct rlimit core;
	bool files_known;
	struct rlimit files;
	bool signals_known;
	sigset_t mask;
	bool ignored[NSIG];
} found;

/*
 * Occupies closed descriptors 0, 1 and 2.  The next opened file would otherwise
 * get such a number, and a message would be written into it.  Like a closed
 * one, the descriptor returns EBADF for reading and writing; the command finds
 * it closed again.
 */
static void fill_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)open("/", O_PATH | O_CLOEXEC);
}

void harden_process(void)
{
	struct rlimit none = { 0, 0 };

	fill_standard_descriptors();
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	found.core_known = getrlimit(RLIMIT_CORE, &found.core) == 0;
	if (found.core_known) {
		none.rlim_max = found.core.rlim_max;
		(void)setrlimit(RLIMIT_CORE, &none);
	}
}

void harden_remember_signals(void)
{
	struct sigaction action;

	found.files_known = getrlimit(RLIMIT_NOFILE, &found.files) == 0;
	if (pthread_sigmask(SIG_SETMASK, NULL, &found.mask) != 0)
		return;
	for (int sig = 1; sig < NSIG; sig++)
		found.ignored[sig] = sigaction(sig, NULL, &action) == 0 &&
				     action.sa_handler == SIG_IGN;
	found.signals_known = true;
}

void harden_undo_signals(void)
{
	struct sigaction action = { 0 };

	if (!found.signals_known)
		return;
	(void)sigemptyset(&action.sa_mask);
	for (int sig = 1; sig < NSIG; sig++) {
		action.sa_handler = found.ignored[sig] ? SIG_IGN : SIG_DFL;
		(void)sigaction(sig, &action, NULL);
	}
	(void)pthread_sigmask(SIG_SETMASK, &found.mask, NULL);
}

void harden_undo(void)
{
	harden_undo_signals();
	if (found.core_known)
		(void)setrlimit(RLIMIT_CORE, &found.core);
	if (found.files_known)
		(void)setrlimit(RLIMIT_NOFILE, &found.files);
}

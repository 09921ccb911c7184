#include <sys/eventfd.h>

#include <errno.h>
#include <unistd.h>

#include "edge/prompt/signals_internal.h"

/*
 * Tests for a signal that must not end or stop us while the terminal is
 * changed: all of them, except those that cannot be caught, that would occur
 * again after the handler, or that do nothing by default.  SIGCONT: after
 * SIGSTOP the shell may have changed the terminal, so ask again.
 */
static bool is_held(int sig)
{
	static const int others[] = { SIGKILL, SIGSTOP, SIGSEGV,
				      SIGBUS,  SIGFPE,  SIGILL,
				      SIGCHLD, SIGURG,  SIGWINCH };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (sig == others[i])
			return false;
	return true;
}

/*
 * State for the signal handler: the signals that arrived, and how to wake
 * poll().
 */
static volatile sig_atomic_t came[NSIG];
static volatile sig_atomic_t wake = -1;

static void record(int sig)
{
	const uint64_t one = 1;
	int saved = errno;

	came[sig] = 1;
	(void)!write(wake, &one, sizeof(one));
	errno = saved;
}

bool signals_hold(struct signals *held)
{
	struct sigaction recording = { .sa_handler = record };

	wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (wake < 0)
		return false;
	(void)sigemptyset(&recording.sa_mask);
	for (int sig = 1; sig < NSIG; sig++) {
		came[sig] = 0; /* libc keeps two signals to itself: EINVAL */
		held->caught[sig] =
			is_held(sig) &&
			sigaction(sig, &recording, &held->actions[sig]) == 0;
		if (held->caught[sig] && sig != SIGINT &&
		    held->actions[sig].sa_handler == SIG_IGN)
			(void)sigaction(sig, &held->actions[sig], NULL);
	}
	return true;
}

void signals_release(const struct signals *held)
{
	for (int sig = 1; sig < NSIG; sig++)
		if (held->caught[sig])
			(void)sigaction(sig, &held->actions[sig], NULL);
	(void)close(wake);
	wake = -1;
}

bool signals_any(void)
{
	for (int sig = 1; sig < NSIG; sig++)
		if (came[sig])
			return true;
	return false;
}

void signals_pass_on(void)
{
	for (int sig = 1; sig < NSIG; sig++)
		if (came[sig])
			(void)kill(getpid(), sig);
}

bool signals_came(int sig)
{
	return came[sig] != 0;
}

int signals_wake(void)
{
	return wake;
}

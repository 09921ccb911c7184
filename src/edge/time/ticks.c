#include "edge/time/ticks_internal.h"

static void interrupt(int sig)
{
	(void)sig; /* the system call fails, which is all */
}

/* Not SA_RESTART: the call must fail. */
static void take_signal(struct ticks *ticks)
{
	struct sigaction action = { .sa_handler = interrupt };
	sigset_t ours;

	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGURG, &action, &ticks->found);
	(void)sigemptyset(&ours);
	(void)sigaddset(&ours, SIGURG);
	(void)pthread_sigmask(SIG_UNBLOCK, &ours, &ticks->mask);
}

static void restore(const struct ticks *ticks)
{
	(void)pthread_sigmask(SIG_SETMASK, &ticks->mask, NULL);
	(void)sigaction(SIGURG, &ticks->found, NULL);
}

bool ticks_start(struct ticks *ticks, long ms)
{
	const struct timespec step = { ms / 1000, ms % 1000 * 1000000 };
	const struct itimerspec every = { step, step };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL,
				  .sigev_signo = SIGURG };

	if (timer_create(CLOCK_MONOTONIC, &event, &ticks->timer) != 0)
		return false;
	take_signal(ticks);
	if (timer_settime(ticks->timer, 0, &every, NULL) == 0)
		return true;
	ticks_stop(ticks);
	return false;
}

void ticks_stop(const struct ticks *ticks)
{
	(void)timer_delete(ticks->timer);
	restore(ticks);
}

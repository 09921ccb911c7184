#ifndef EDGE_PROMPT_SIGNALS_INTERNAL_H
#define EDGE_PROMPT_SIGNALS_INTERNAL_H

#include <signal.h>
#include <stdbool.h>

/*
 * Holds the signals that would end or stop the process, while the terminal is
 * changed.  There is one such state in the process.
 */
struct signals {
	struct sigaction actions[NSIG];
	bool caught[NSIG]; /* actions has what to restore */
};

/*
 * Catches the signals.  No SA_RESTART: waiting must be interrupted.  An ignored
 * signal stays ignored, because a background job that may not be stopped would
 * otherwise ask forever; only Ctrl-C at our question is always for us.  False
 * if no descriptor is left.
 */
bool signals_hold(struct signals *held);
void signals_release(const struct signals *held);

/* Has that signal, or any, arrived since signals_hold()? */
bool signals_came(int sig);
bool signals_any(void);

/* Returns a descriptor that is readable when one has arrived, or -1. */
int signals_wake(void);

/* Raises the signals that arrived. The process may stop or end here. */
void signals_pass_on(void);

#endif

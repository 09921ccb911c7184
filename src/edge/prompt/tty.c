#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "edge/edge.h"
#include "edge/process/audience_internal.h"
#include "edge/prompt/prompt_internal.h"
#include "edge/prompt/signals_internal.h"
#include "edge/time/monotonic_internal.h"

#define ANSWER_CAP 1024 /* bytes */
#define LOOK_MS    50   /* between two looks at the terminal and the parent */
#define SHOWN_CAP  1100 /* of a question */

/* The result of asking once. */
enum outcome {
	OUTCOME_ANSWER,
	OUTCOME_END,         /* Ctrl-D, or the terminal is gone */
	OUTCOME_TOO_LONG,    /* the line was read and discarded */
	OUTCOME_FAILED,      /* the terminal cannot be read */
	OUTCOME_SIGNAL,      /* a signal that is_held() arrived */
	OUTCOME_INTERRUPTED, /* Ctrl-C */
	OUTCOME_ABANDONED,   /* nobody waits for the answer */
};

/* The state of the terminal and the signals while asking. */
struct asking {
	int tty;
	struct audience audience;
	bool hidden;
	bool changed; /* the terminal has our settings */
	struct termios found;
	struct termios ours;
	int turn; /* see turn_try() */
	struct signals signals;
};

/* --- the terminal --------------------------------------------------------- */

/*
 * Tests for a background process that must not ask: the kernel would let it
 * take the terminal and wait for a line that it never gets.
 */
static bool is_deaf_background(int tty)
{
	struct sigaction stop;

	return sigaction(SIGTTOU, NULL, &stop) == 0 &&
	       stop.sa_handler == SIG_IGN && tcgetpgrp(tty) != getpgrp();
}

/*
 * Turns on Ctrl-C and Ctrl-Z, even after a full-screen program, and turns off
 * the echo: a line that is pasted with the next one, a secret, would be shown
 * with it.  A line that may be shown is edited and shown by line_add().  Not
 * TCSAFLUSH, which discards typed-ahead input, nor TCSADRAIN, which waits while
 * Ctrl-S holds the output.  In the background this raises SIGTTOU.
 */
static bool change_terminal(struct asking *a)
{
	if (is_deaf_background(a->tty) || tcgetattr(a->tty, &a->found) != 0)
		return false;
	a->ours = a->found;
	a->ours.c_iflag |= ICRNL;
	a->ours.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	a->ours.c_lflag |= ICANON | ISIG;
	if (!a->hidden) {
		a->ours.c_lflag &= ~(tcflag_t)ICANON;
		a->ours.c_cc[VMIN] = 1;
		a->ours.c_cc[VTIME] = 0;
	}
	a->changed = tcsetattr(a->tty, TCSANOW, &a->ours) == 0;
	return a->changed;
}

/*
 * Discards a partial secret, which the shell would show.  In the background
 * this would discard the input of the foreground process.
 */
static void forget_input(const struct asking *a)
{
	if (tcgetpgrp(a->tty) == getpgrp())
		(void)tcflush(a->tty, TCIFLUSH);
}

static bool has_ours(const struct asking *a, const struct termios *now)
{
	const tcflag_t marks = ICANON | ISIG | ECHO | ECHONL;

	return (now->c_lflag & marks) == (a->ours.c_lflag & marks);
}

/*
 * Restores the terminal with SIGTTOU blocked, because after Ctrl-Z the shell
 * may own it.  Leaves it if another program has changed it meanwhile.
 */
static void restore_terminal(struct asking *a, enum outcome outcome)
{
	struct termios now;
	sigset_t ttou;
	sigset_t mask;

	if (!a->changed)
		return;
	(void)sigemptyset(&ttou);
	(void)sigaddset(&ttou, SIGTTOU);
	(void)pthread_sigmask(SIG_BLOCK, &ttou, &mask);
	if (tcgetattr(a->tty, &now) == 0 && has_ours(a, &now)) {
		if (outcome == OUTCOME_SIGNAL || outcome == OUTCOME_ABANDONED)
			forget_input(a);
		(void)tcsetattr(a->tty, TCSANOW, &a->found);
	}
	(void)pthread_sigmask(SIG_SETMASK, &mask, NULL);
	a->changed = false;
}

/*
 * Writes at once: only a signal cuts it short, and then we ask again. before
 * and end are ours, and may move the cursor.
 */
static void put(int tty, const char *before, const char *text, const char *end)
{
	char clean[SHOWN_CAP];
	char line[SHOWN_CAP + 8];
	int len;

	(void)snprintf(clean, sizeof(clean), "%s", text);
	text_clean(clean);
	len = snprintf(line, sizeof(line), "%s%s%s", before, clean, end);
	if (tty >= 0)
		(void)!write(tty, line, (size_t)len);
}

static void show(int tty, const char *text, const char *end)
{
	put(tty, "", text, end);
}

/* Sets our settings again if another process has changed them. */
static void keep_settings(const struct asking *a)
{
	struct termios now;

	if (tcgetpgrp(a->tty) == getpgrp() && tcgetattr(a->tty, &now) == 0 &&
	    !has_ours(a, &now))
		(void)tcsetattr(a->tty, TCSANOW, &a->ours);
}

enum waited { INPUT_READY, INPUT_SIGNAL, INPUT_ABANDONED };

/*
 * Waits for input.  The question is abandoned when nobody reads the answer any
 * more: the reader of stdout is gone, or the parent process is.
 */
static enum waited wait_for_input(const struct asking *a)
{
	struct pollfd fds[] = { { a->tty, POLLIN, 0 },
				{ signals_wake(), POLLIN, 0 },
				{ a->audience.out, 0, 0 } };

	for (;;) {
		int n = poll(fds, 3, LOOK_MS);

		if (n < 0 && errno != EINTR)
			return INPUT_READY; /* read(2) says why */
		if (n > 0 && fds[1].revents != 0)
			return INPUT_SIGNAL;
		if (audience_has_gone(&a->audience))
			return INPUT_ABANDONED;
		if (n > 0)
			return INPUT_READY;
		keep_settings(a);
	}
}

/* Discards an answer that is too long. */
static void limit(struct secbuf *answer, bool *too_long)
{
	if (secbuf_len(answer) <= ANSWER_CAP)
		return;
	*too_long = true;
	secbuf_cut(answer, 0);
}

/* Adds the byte to the answer, if read(2) returned n = 1. */
static enum line_state take(const struct asking *a, struct secbuf *answer,
			    char byte, ssize_t n)
{
	if (n <= 0)
		return n == 0 ? LINE_END : LINE_CONTINUES;
	if (!a->hidden)
		return line_add(a->tty, &a->ours, answer, byte);
	if (byte == '\n')
		return LINE_COMPLETE;
	secbuf_add(answer, &byte, 1);
	return LINE_CONTINUES;
}

/*
 * Reads byte by byte, so that nothing of the next line is consumed.  A line
 * that is too long is read to its end: the shell must not run the rest of a
 * secret as a command.
 */
static enum outcome read_line(const struct asking *a, struct secbuf *answer)
{
	enum line_state state = LINE_CONTINUES;
	bool too_long = false;
	enum waited input;

	while ((input = wait_for_input(a)) == INPUT_READY) {
		char byte = 0;
		ssize_t n = read(a->tty, &byte, 1);

		if (n < 0 && errno != EINTR)
			return OUTCOME_FAILED;
		state = take(a, answer, byte, n);
		if (state == LINE_END)
			return OUTCOME_END;
		if (state == LINE_COMPLETE)
			return too_long ? OUTCOME_TOO_LONG : OUTCOME_ANSWER;
		limit(answer, &too_long);
	}
	return input == INPUT_SIGNAL ? OUTCOME_SIGNAL : OUTCOME_ABANDONED;
}

/* Removes the line end, or a CR before it. */
static void cut_line_end(struct secbuf *answer)
{
	size_t len = secbuf_len(answer);
	char *bytes = secbuf_edit(answer);

	bytes[len] = '\0';
	if (len > 0 && bytes[len - 1] == '\r')
		secbuf_cut(answer, len - 1);
}

static enum outcome ask_held(struct asking *a, const char *question,
			     struct secbuf *answer)
{
	enum outcome outcome = OUTCOME_FAILED;

	if (change_terminal(a)) {
		show(a->tty, question, "");
		outcome = read_line(a, answer);
		show(a->tty, "", "\n"); /* nothing is echoed */
	}
	restore_terminal(a, outcome);
	return outcome;
}

/* Asks once and restores terminal and signals. */
static enum outcome ask_once(struct asking *a, const char *question,
			     struct secbuf *answer)
{
	enum outcome outcome;

	secbuf_cut(answer, 0);
	if (!turn_wait(a->tty, &a->audience, &a->turn))
		return OUTCOME_ABANDONED;
	if (!signals_hold(&a->signals)) {
		turn_end(a->turn);
		return OUTCOME_FAILED;
	}
	outcome = ask_held(a, question, answer);
	turn_end(a->turn);
	signals_release(&a->signals);
	cut_line_end(answer);
	if (outcome != OUTCOME_ANSWER || signals_any())
		secbuf_cut(answer, 0);
	if (signals_came(SIGINT))
		return OUTCOME_INTERRUPTED;
	return signals_any() ? OUTCOME_SIGNAL : outcome;
}

/* --- the port ------------------------------------------------------------- */

static bool say_why(enum outcome outcome, struct error *err)
{
	switch (outcome) {
	case OUTCOME_END:
		return error_fail(err, REASON_END_OF_INPUT);
	case OUTCOME_TOO_LONG:
		return error_fail(err, REASON_ANSWER_TOO_LONG,
				  .number = ANSWER_CAP);
	case OUTCOME_INTERRUPTED:
		return error_fail(err, REASON_INTERRUPTED);
	case OUTCOME_ABANDONED:
		return error_fail(err, REASON_ABANDONED);
	case OUTCOME_ANSWER:
	case OUTCOME_FAILED:
	case OUTCOME_SIGNAL:
	default:
		return error_fail(err, REASON_TERMINAL_FAILED);
	}
}

static int open_tty(void)
{
	return open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
}

static bool ask_on(int tty, enum prompt_kind kind, const char *question,
		   struct secbuf *answer, struct error *err)
{
	struct asking a = { .tty = tty,
			    .audience = audience_now(),
			    .hidden = kind == PROMPT_SECRET };
	enum outcome outcome;

	while ((outcome = ask_once(&a, question, answer)) == OUTCOME_SIGNAL)
		signals_pass_on();
	return outcome == OUTCOME_ANSWER || say_why(outcome, err);
}

static bool ask(void *self, enum prompt_kind kind, const char *question,
		struct secbuf **answer, struct error *err)
{
	const struct prompt_tty *prompt = self;
	struct secbuf *line;
	bool ok;
	int tty;

	if (prompt->no_prompt)
		return error_fail(err, REASON_NO_PROMPT);
	tty = open_tty();
	if (tty < 0)
		return error_fail(err, REASON_NO_TERMINAL);
	line = secbuf_new(ANSWER_CAP + 1);
	ok = secbuf_ok(line) ? ask_on(tty, kind, question, line, err)
			     : error_memory(err);
	(void)close(tty);
	if (ok)
		*answer = line;
	else
		secbuf_free(line);
	return ok;
}

/* --- a countdown ---------------------------------------------------------- */

/* Shows the line with the remaining time, until that or a signal arrives. */
static enum outcome count(int tty, const char *for_what, int64_t until)
{
	int64_t left;

	while ((left = until - monotonic_ms()) > 0) {
		struct pollfd woken = { signals_wake(), POLLIN, 0 };
		int64_t next = (left - 1) % 1000 + 1;
		char line[SHOWN_CAP];

		(void)snprintf(line, sizeof(line), "%s: %lld s ", for_what,
			       (long long)(left + 999) / 1000);
		put(tty, "\r", line, "");
		if (poll(&woken, 1, (int)next) > 0)
			return OUTCOME_SIGNAL;
	}
	return OUTCOME_ANSWER;
}

/*
 * Counts without echo, and drops what is typed meanwhile: it is not meant for
 * the question that follows.
 */
static enum outcome count_held(struct asking *a, const char *for_what,
			       int64_t until)
{
	enum outcome outcome;

	if (!signals_hold(&a->signals))
		return OUTCOME_FAILED;
	if (tcgetpgrp(a->tty) == getpgrp() &&
	    turn_try(a->tty, &a->turn) != TURN_OTHERS)
		(void)change_terminal(a);
	outcome = count(a->tty, for_what, until);
	put(a->tty, outcome == OUTCOME_ANSWER ? "\r\033[K" : "\n", "", "");
	if (a->changed)
		forget_input(a);
	restore_terminal(a, outcome);
	turn_end(a->turn);
	a->turn = -1;
	signals_release(&a->signals);
	if (signals_came(SIGINT))
		return OUTCOME_INTERRUPTED;
	return signals_any() ? OUTCOME_SIGNAL : outcome;
}

static bool wait_on(void *self, const char *for_what, int seconds,
		    struct error *err)
{
	int64_t until = monotonic_ms() + (int64_t)seconds * 1000;
	struct asking a = { .tty = open_tty(), .hidden = true, .turn = -1 };
	enum outcome outcome;

	(void)self;
	while ((outcome = count_held(&a, for_what, until)) == OUTCOME_SIGNAL)
		signals_pass_on();
	if (a.tty >= 0)
		(void)close(a.tty);
	return outcome != OUTCOME_INTERRUPTED || say_why(outcome, err);
}

/* Tests whether another process of ours asks on the terminal. */
static bool is_taken(int tty)
{
	int turn;
	bool taken = turn_try(tty, &turn) == TURN_OTHERS;

	turn_end(turn);
	return taken;
}

static void tell(void *self, const char *text)
{
	int tty = open_tty();

	(void)self;
	if (tty < 0)
		return;
	put(tty, is_taken(tty) ? "\n" : "", text, "\n");
	(void)close(tty);
}

static bool is_busy(void *self)
{
	int tty = open_tty();
	bool busy = tty >= 0 && is_taken(tty);

	(void)self;
	if (tty >= 0)
		(void)close(tty);
	return busy;
}

static bool can_ask(void *self)
{
	const struct prompt_tty *prompt = self;
	int tty;

	if (prompt->no_prompt)
		return false;
	tty = open_tty();
	if (tty < 0)
		return false;
	(void)close(tty);
	return true;
}

static void mute(void *self)
{
	struct prompt_tty *prompt = self;

	prompt->no_prompt = true;
}

struct prompt prompt_tty(struct prompt_tty *self)
{
	return (struct prompt){ .self = self,
				.ask = ask,
				.wait = wait_on,
				.tell = tell,
				.can_ask = can_ask,
				.mute = mute,
				.is_busy = is_busy };
}

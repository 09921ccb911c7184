#ifndef EDGE_EDGE_H
#define EDGE_EDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"
#include "port/clock.h"
#include "port/display.h"
#include "port/files.h"
#include "port/helpers.h"
#include "port/http.h"
#include "port/input.h"
#include "port/keyring.h"
#include "port/launcher.h"
#include "port/ledger.h"
#include "port/locks.h"
#include "port/machine.h"
#include "port/output.h"
#include "port/prompt.h"

struct error;
struct notices;

/*
 * The real ports.  Each is a value of main's that needs no more than what its
 * maker says; what makers allocate is given back by the matching _free or with
 * the process.
 */

/* PR_SET_DUMPABLE 0 and no core file; launcher_posix undoes the limit. */
void harden_process(void);

/*
 * For a program whose libraries change signals behind its back (GLib's sockets
 * leave SIGPIPE ignored): launcher_posix undoes that, too, for the child.
 */
void harden_remember_signals(void);

struct clock clock_system(void);
struct display qr_tty(void);
struct files files_posix(void);
struct input stdin_input(void);
struct machine machine_linux(void);
struct output stdout_output(void);
struct launcher launcher_posix(char *const *environment);

/*
 * Locks are flock(2) on files (never unlinked, 0600, named by a digest) in
 * $XDG_RUNTIME_DIR/rolekey, or ~/.local/state/rolekey/locks; the folder must
 * be the person's own, 0700.  tell, if not NULL, says on the terminal that one
 * waits.
 */
struct locks_flock {
	char *const *environment;
	const struct prompt *tell;
};
struct locks locks_flock(struct locks_flock *self);

/*
 * A file for each number, named by a digest, 0600, in
 * ${XDG_STATE_HOME:-~/.local/state}/rolekey/ledger.
 */
struct ledger_files {
	char *const *environment;
};
struct ledger ledger_files(struct ledger_files *self);

/*
 * The controlling terminal.  no_prompt: never ask.
 */
struct prompt_tty {
	bool no_prompt;
};
struct prompt prompt_tty(struct prompt_tty *self);

/*
 * The person, wherever one is: on the terminal; else, if there is a display, by
 * pinentry, zenity or kdialog.  how is the setting: "auto", "terminal",
 * "ykman" (which is no way to ask: as "auto"), or one of the three programs.
 */
struct prompt_person {
	struct prompt tty;
	const char *how;
	char *const *environment;
	int seconds; /* that a window stays */
	bool no_prompt;
	char told[800]; /* what tell() said since, for the next window; an
			   Assuan line has 1,000 bytes */
};
struct prompt prompt_person(struct prompt_person *self);

/*
 * quiet: what they say goes to the terminal, or nowhere (credential-process has
 * one line on stderr).
 */
struct helpers_posix {
	char *const *environment;
	bool quiet;
};
struct helpers helpers_posix(struct helpers_posix *self);

/*
 * libcurl; connect and whole timeouts come with each request.  ca_bundle is
 * AWS_CA_BUNDLE or NULL: then the request's own, else the system's hashed
 * folder of certificates if there is one, else its bundle.
 */
struct http_curl {
	const char *ca_bundle;
	void *easy; /* the handle, once made */
};
struct http http_curl(struct http_curl *self);
void http_curl_free(struct http_curl *self);

/*
 * stderr.  quiet: nothing but an error (credential-process), unless debug asks
 * for everything.
 */
struct notices_stderr {
	bool debug;
	bool quiet;
	/* message_text(), which makes the sentence of a fact */
	void (*render)(const struct error *fact, char *out, size_t size);
};
struct notices stderr_notices(struct notices_stderr *self);

/*
 * Notices that are kept until it is known whether this process serves the call
 * or hands it over: the quick executable's.  When the room gets scarce debug
 * lines are dropped, and a warning that does not fit is written at once.
 */
struct notices_kept {
	struct notices_stderr to;
	unsigned long len;
	char text[8192];
};
struct notices stderr_notices_kept(struct notices_kept *self);
void stderr_notices_flush(struct notices_kept *self);

#endif

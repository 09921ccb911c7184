#ifndef EDGE_EDGE_H
#define EDGE_EDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"
#include "port/address.h"
#include "port/audit.h"
#include "port/browser.h"
#include "port/children.h"
#include "port/clock.h"
#include "port/display.h"
#include "port/files.h"
#include "port/helpers.h"
#include "port/http.h"
#include "port/input.h"
#include "port/jobs.h"
#include "port/keyring.h"
#include "port/launcher.h"
#include "port/ledger.h"
#include "port/locks.h"
#include "port/machine.h"
#include "port/output.h"
#include "port/picker.h"
#include "port/prompt.h"
#include "port/service.h"

struct error;
struct notices;

/*
 * Makes the real ports.  Each is a value owned by main and depends only on the
 * parameters of its function.  Allocations are freed by the matching _free, or
 * with the process.
 */

/*
 * Makes the process not dumpable (PR_SET_DUMPABLE 0), sets the core limit to 0,
 * and occupies closed descriptors 0 to 2 so that no file gets their numbers.
 * launcher_posix() undoes the last two for a command.
 */
void harden_process(void);

/*
 * Remembers the signals of the process and its limit of open files, for a
 * program whose libraries or servers change them (GLib's sockets ignore
 * SIGPIPE): launcher_posix() restores them for a command.
 */
void harden_remember_signals(void);

struct address address_loopback(void);
struct clock clock_system(void);
struct display qr_tty(void);
struct files files_posix(void);
struct input stdin_input(void);
struct machine machine_linux(void);
struct output stdout_output(void);
struct output stderr_output(void);
struct launcher launcher_posix(char *const *environment);
struct service service_systemd(char *const *environment);

/*
 * Starts processes and waits for them.  launcher runs in the new process, to
 * become the command.
 */
#define CHILDREN_MAX 64
struct children_worker {
	int pid; /* 0: unused */
	int fd;  /* its result */
};
struct children_posix {
	struct launcher launcher;
	int signals; /* a signalfd(2), after watch() */
	int command; /* its process, or 0 */
	struct children_worker workers[CHILDREN_MAX];
};
struct children children_posix(struct children_posix *self);

/*
 * Locks with flock(2) on files in $XDG_RUNTIME_DIR/rolekey, or
 * ~/.local/state/rolekey/locks.  The files are named by a digest, have mode
 * 0600 and are never unlinked; the folder must belong to the user and have mode
 * 0700. tell, if not NULL, shows on the terminal that the process waits.
 */
struct locks_flock {
	char *const *environment;
	const struct prompt *tell;
};
struct locks locks_flock(struct locks_flock *self);

/*
 * Stores each number in a file named by a digest, mode 0600, in
 * ${XDG_STATE_HOME:-~/.local/state}/rolekey/ledger.
 */
struct ledger_files {
	char *const *environment;
};
struct ledger ledger_files(struct ledger_files *self);

/*
 * Appends to ${XDG_STATE_HOME:-~/.local/state}/rolekey/log, mode 0600.  At 10
 * MiB the file is renamed to log.1, which replaces the one before.
 */
struct audit_file {
	char *const *environment;
};
struct audit audit_file(struct audit_file *self);

/* Asks on the controlling terminal; never asks with no_prompt. */
struct prompt_tty {
	bool no_prompt;
};
struct prompt prompt_tty(struct prompt_tty *self);

/*
 * Asks the user on the terminal or, without a terminal but with a display, by
 * pinentry, zenity or kdialog. how is the setting: "auto", "terminal", "ykman"
 * (asks like "auto"), or one of the three programs.
 */
struct prompt_person {
	struct prompt tty;
	const char *how;
	char *const *environment;
	int seconds; /* how long a window stays open */
	bool no_prompt;
	char told[800]; /* texts of tell() for the next window; an Assuan line
			   has 1,000 bytes */
};
struct prompt prompt_person(struct prompt_person *self);

/*
 * Lets the user choose a profile on the controlling terminal: by the screen of
 * rolekey-picker.so (edge/modules.h), by fzf, or by numbers where the terminal
 * is dumb.  how is the setting "picker".
 */
struct picker_terminal {
	struct prompt_tty tty;
	const char *how;
	char *const *environment;
	/* Sets *shown to false, without a failure, if it cannot be shown. */
	bool (*screen)(const struct picker_row *rows, size_t n, size_t *chosen,
		       bool *shown, struct error *err);
};
struct picker picker_terminal(struct picker_terminal *self);

/*
 * Runs helper programs.  With quiet their messages go to the terminal, or
 * nowhere: credential-process prints one line on stderr.
 */
struct helpers_posix {
	char *const *environment;
	bool quiet;
};
struct helpers helpers_posix(struct helpers_posix *self);

/* Runs calls of this executable (/proc/self/exe) with this environment. */
struct jobs_state;
struct jobs_posix {
	char *const *environment;
	struct jobs_state *state; /* NULL until the first start */
};
struct jobs jobs_posix(struct jobs_posix *self);

/*
 * Starts the browser: the program that the user chose, wslview in WSL, the
 * entries of $BROWSER, xdg-open.  It gets no credentials in its environment and
 * prints nothing on the terminal.
 */
struct browser_posix {
	char *const *environment;
};
struct browser browser_posix(struct browser_posix *self);

/*
 * Sends requests with libcurl; timeouts come with each request. ca_bundle is
 * AWS_CA_BUNDLE or NULL: then the request's own is used, else the system's
 * hashed folder of certificates if there is one, else its bundle.
 */
struct http_curl {
	const char *ca_bundle;
	void *easy;                    /* the handle, once made */
	const struct notices *notices; /* for warnings; or NULL */
	bool warned;
};
struct http http_curl(struct http_curl *self);
void http_curl_free(struct http_curl *self);

/*
 * Prints notices on stderr.  With quiet (credential-process) only errors are
 * printed, unless debug is set.  A warning is printed once: two parts of a
 * command can find the same thing wrong.
 */
struct notices_stderr {
	bool debug;
	bool quiet;
	/* makes the sentence of a fact: message_text() */
	void (*render)(const struct error *fact, char *out, size_t size);
	size_t warned_len;
	char warned[4096]; /* the warnings that were printed, as lines */
};
struct notices stderr_notices(struct notices_stderr *self);

/*
 * Keeps notices until it is known whether this process serves the call or hands
 * it over; for bin/rolekey.  If space runs out, debug lines are dropped, and a
 * warning that does not fit is printed at once.
 */
struct notices_kept {
	struct notices_stderr to;
	unsigned long len;
	char text[8192];
};
struct notices stderr_notices_kept(struct notices_kept *self);
void stderr_notices_flush(struct notices_kept *self);

#endif

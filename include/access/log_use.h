#ifndef ACCESS_LOG_USE_H
#define ACCESS_LOG_USE_H

#include <stdbool.h>

#include "base/attrs.h"

struct arena;
struct credentials;
struct error;
struct plan;
struct request;
struct world;

/* How credentials are used: the values of "how" in a line. */
#define LOG_USE_EXEC    "exec"
#define LOG_USE_EXPORT  "export"
#define LOG_USE_PROCESS "credential-process"
#define LOG_USE_LOGIN   "login"
#define LOG_USE_SERVER  "server"
#define LOG_USE_ACROSS  "across" /* exec as a job (port/jobs.h) */

/* A use of credentials.  All texts are borrowed. */
struct log_use {
	const struct request *request; /* its reason, and the settings */
	const struct plan *plan;
	const struct credentials *creds;
	const char *how;
	const char *command; /* the program that gets them, or its path; or
				NULL: another program asks, or the user does */
};

/*
 * Appends a line of JSON to the log, unless the setting log is off:
 *
 *	{"time","profile","account","session_name","how","command","reason",
 *	"expires"}
 *
 * What is not known is null, and times are RFC 3339 in UTC.  The name of the
 * command has neither its folder nor arguments.  A failure is a warning.
 */
void log_use(const struct log_use *use, const struct world *world);

/*
 * Replaces the reason that the user gave by a copy in arena without control
 * characters and outer blanks.  NULL stays.  ERROR_USAGE if nothing is left, or
 * more than LOG_USE_REASON_MAX characters.
 */
#define LOG_USE_REASON_MAX 256
bool log_use_reason(const char **reason, struct arena *arena,
		    struct error *err) MUST_CHECK;

#endif

#ifndef CMD_SERVE_SERVE_INTERNAL_H
#define CMD_SERVE_SERVE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "access/request.h"
#include "base/attrs.h"
#include "base/error.h"
#include "port/children.h"
#include "port/listener.h"
#include "serve/container.h"
#include "serve/imds.h"
#include "serve/supply.h"

struct aws_config;
struct plan;
struct world;

#define SERVERS_ROLES   48
#define SERVERS_ACCOUNT 16
#define SERVERS_TOKEN   64 /* hexadecimal digits: 256 bits */

/* Credentials that are served at a path, and how they are obtained. */
struct servers_role {
	struct supply supply;
	struct request request;
	char *path; /* "/testing" or "/testing/role-arn/ARN"; owned */
	char *arn;  /* a part of path, or NULL */
	char account[SERVERS_ACCOUNT];
	int fd;                   /* of a running attempt, or -1 */
	enum error_reason warned; /* of the failure that was last reported */
};

/*
 * Credential servers, and everything that one process does for them: it serves
 * from memory, starts attempts to renew credentials in processes of their own,
 * and watches over a command.
 */
struct servers {
	const struct world *world;
	const struct aws_config *config; /* for the accounts of /role-arn */
	bool any_role;
	const char *command;   /* the program that is served, or NULL */
	bool terminal_is_ours; /* no command has it: a question may use it */
	struct secbuf *token;
	struct servers_role *roles[SERVERS_ROLES];
	size_t n_roles;
	struct container container;
	struct listener_server container_server;
	struct imds imds;
	struct listener_server imds_server;
	const char *link_local; /* an address that the IMDS has, or NULL */
	int64_t kept;           /* ms of uptime when it was last extended */
	int signals;            /* a descriptor */
	int watched[SERVERS_ROLES + 1];
};

/* Makes the token, and holds back signals. End with servers_end(). */
bool servers_begin(struct servers *s, const struct world *world,
		   struct error *err) MUST_CHECK;

/*
 * Serves the credentials of a profile. request and plan are borrowed.
 */
bool servers_add(struct servers *s, const struct request *request,
		 const struct plan *plan, bool lazy,
		 struct error *err) MUST_CHECK;

/* Opens the container endpoint on s->container_server.address. */
bool servers_open_container(struct servers *s, struct error *err) MUST_CHECK;

/* Opens the IMDS with the first role and the region of its plan. */
bool servers_open_imds(struct servers *s, const struct plan *plan,
		       unsigned port, struct error *err) MUST_CHECK;

/*
 * Obtains the credentials that are not lazy, with the terminal.  Fails like
 * obtain_credentials().
 */
bool servers_fetch(struct servers *s, struct error *err) MUST_CHECK;

/*
 * Serves until the command ends, or a signal without a command: *number is its
 * status or the signal.
 */
bool servers_run(struct servers *s, int *number, struct error *err) MUST_CHECK;

/* Closes the servers, ends attempts, and overwrites the credentials. */
void servers_end(struct servers *s);

/* An attempt to obtain credentials, in a process of its own. */
struct renewal {
	const struct world *world;
	const struct request *request;
	const char *command; /* that is served, or NULL */
	bool ask;            /* the user may be asked */
	bool quiet;          /* report nothing but the failure */
};

/* The work of an attempt; its result is a session record. self: a renewal. */
bool renew_run(void *self, struct secbuf **result, struct error *err);

/* Reads the result of an attempt; the caller owns creds. */
bool renew_read(const struct secbuf *result, struct credentials *creds,
		struct error *err) MUST_CHECK;

#endif

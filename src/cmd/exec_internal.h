#ifndef CMD_EXEC_INTERNAL_H
#define CMD_EXEC_INTERNAL_H

#include <stdbool.h>

struct context;
struct credentials;
struct plan;
struct call;
struct world;

/* Options of exec for a command that gets its credentials from a server. */
struct exec_server {
	bool container;  /* --server */
	bool ec2;        /* --ec2-server */
	bool link_local; /* --link-local */
	bool imds_v1;
	bool lazy;
	bool any_role;
	bool hide_files;
};

/* A command to run beside a server. Borrowed. */
struct exec_beside {
	const struct exec_server *server;
	struct context *context; /* with the plan of the profile */
	const char *path;        /* of the program */
	char *const *argv;
};

/*
 * Prints the account and role before a shell starts on a terminal, which looks
 * like any other.
 */
void exec_say_where(const struct call *call, const struct world *world,
		    const struct plan *plan, const struct credentials *creds);

#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "edge/net/client_internal.h"

#define TCP_LINE_MAX 256
#define END_LEN      14 /* "0100007F:1F90" and a NUL */
#define FIELDS       8  /* of a line of /proc/net/tcp, up to the user */

/* Splits a line at its blanks; returns the number of fields, at most FIELDS. */
static size_t split(char *line, const char *field[static FIELDS])
{
	char *rest = NULL;
	size_t n = 0;

	for (char *word = strtok_r(line, " ", &rest); word && n < FIELDS;
	     word = strtok_r(NULL, " ", &rest))
		field[n++] = word;
	return n;
}

/* Formats an address as proc_net(5) does: "0100007F:1F90". */
static void format_end(const struct sockaddr_in *end, char out[static END_LEN])
{
	(void)snprintf(out, END_LEN, "%08X:%04X",
		       (unsigned)end->sin_addr.s_addr,
		       (unsigned)ntohs(end->sin_port));
}

/*
 * Finds the user of the other end in a line of /proc/net/tcp (proc_net(5)): "sl
 * local_address rem_address st queues timer retrnsmt uid ...".
 */
static bool is_client(char *line, const struct sockaddr_in *from,
		      const struct sockaddr_in *to, unsigned long *user)
{
	const char *field[FIELDS];
	char local[END_LEN];
	char remote[END_LEN];

	format_end(from, local);
	format_end(to, remote);
	if (split(line, field) < FIELDS || strcmp(field[1], local) != 0 ||
	    strcmp(field[2], remote) != 0)
		return false;
	*user = strtoul(field[7], NULL, 10);
	return true;
}

bool client_is_other_user(const struct sockaddr_in *from,
			  const struct sockaddr_in *to)
{
	FILE *file = fopen("/proc/net/tcp", "re");
	char line[TCP_LINE_MAX];
	bool other = false;

	if (!file)
		return false;
	while (fgets(line, sizeof(line), file)) {
		unsigned long user;

		if (is_client(line, from, to, &user))
			other = user != geteuid() && user != 0;
	}
	(void)fclose(file);
	return other;
}

#ifndef PORT_LISTENER_H
#define PORT_LISTENER_H

#include <stdbool.h>
#include <stddef.h>

struct error;
struct secbuf;

/* A name and a value, as a header or a field has them. Borrowed texts. */
struct listener_pair {
	const char *name;
	const char *value;
};

/* A complete request. Everything is borrowed for the call. */
struct listener_request {
	const char *method;
	const char *path; /* %XX are decoded; without the query */
	const struct listener_pair *headers;
	size_t n_headers;
	const struct listener_pair *arguments; /* of the query, decoded */
	size_t n_arguments;
	const struct secbuf *body; /* NULL: there is none */
	bool other_user; /* a process of another user sent it, who is not root */
	bool waited;     /* the answer was held back as long as it may be */
};

#define LISTENER_HEADERS_MAX 8
#define LISTENER_HOLD_MS     450

/* A response, which the server fills. */
struct listener_answer {
	unsigned status;  /* RFC 9110 15 */
	const char *type; /* Content-Type; static or the server's */
	struct listener_pair headers[LISTENER_HEADERS_MAX]; /* likewise */
	size_t n_headers;
	/* The body: one of these, or none. */
	const char *text; /* the server's, until the connection is closed */
	struct secbuf *secret; /* the listener frees it once it is sent */
	char *heap;            /* likewise; from mem_alloc() */
	size_t len;            /* of heap */
	bool tracked;          /* sent() is called */
	bool later; /* hold it back: answer() is called again after again(), or
		       LISTENER_HOLD_MS */
};

/* Turns requests into responses. It opens no socket itself. */
struct listener_server {
	void *self;
	void (*answer)(void *self, const struct listener_request *request,
		       struct listener_answer *answer);
	/* Says whether all of a tracked response was sent. May be NULL. */
	void (*sent)(void *self, bool complete);
	size_t body_max; /* bytes; a longer body is answered with 413 */
	/* Bytes for the headers of one connection; 0: as many as browsers need. */
	size_t memory_each;
	/* A connection may send more than one request, if there are few. */
	bool keep;
	bool any_user; /* other_user is not determined: a token says enough */
	/* An address of IPv4 or IPv6, without brackets; NULL: 127.0.0.1. */
	const char *address;
	int socket; /* above 0: listen on this one, which is bound already */
};

/*
 * Listens for HTTP/1.1 on this machine.  One thread serves all connections:
 * answer() is called within step().  A client that is silent for 10 seconds is
 * cut off; one that has sent nothing yet is left to the kernel for a while.
 */
struct listener {
	void *self;
	/*
	 * Listens on a port, or on a free one if it is 0, and sets *port.
	 * server is borrowed until close().  More than one may be open.
	 * ERROR_SYSTEM.
	 */
	bool (*open)(void *self, const struct listener_server *server,
		     unsigned *port, struct error *err);
	/* Serves for at most so many milliseconds, or until one event. */
	bool (*step)(void *self, int milliseconds, struct error *err);
	/*
	 * Makes step() end also if one of these descriptors is readable.
	 * Borrowed until the next call, or close().
	 */
	void (*watch)(void *self, const int *fds, size_t n);
	/* Answers again what was held back, in the next step(). */
	void (*again)(void *self);
	/* Closes all that open() opened. */
	void (*close)(void *self);
};

/* Calls through the port; struct listener documents them. */
static inline bool listener_open(const struct listener *listener,
				 const struct listener_server *server,
				 unsigned *port, struct error *err)
{
	return listener->open(listener->self, server, port, err);
}

static inline bool listener_step(const struct listener *listener,
				 int milliseconds, struct error *err)
{
	return listener->step(listener->self, milliseconds, err);
}

static inline void listener_watch(const struct listener *listener,
				  const int *fds, size_t n)
{
	listener->watch(listener->self, fds, n);
}

static inline void listener_again(const struct listener *listener)
{
	listener->again(listener->self);
}

static inline void listener_close(const struct listener *listener)
{
	listener->close(listener->self);
}

#endif

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
	const struct secbuf *body; /* NULL: there is none */
	bool other_user; /* a process of another user sent it, who is not root */
};

#define LISTENER_HEADERS_MAX 8

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
};

/* Turns requests into responses. It opens no socket itself. */
struct listener_server {
	void *self;
	void (*answer)(void *self, const struct listener_request *request,
		       struct listener_answer *answer);
	/* Says whether all of a tracked response was sent. May be NULL. */
	void (*sent)(void *self, bool complete);
	size_t body_max; /* bytes; a longer body is answered with 413 */
};

/*
 * Listens for HTTP/1.1 on 127.0.0.1.  One thread serves all connections: answer()
 * is called within step().  A client that is silent for 10 seconds is cut off.
 */
struct listener {
	void *self;
	/*
	 * Listens on a port, or on a free one if it is 0, and sets *port.
	 * server is borrowed until close().  ERROR_SYSTEM.
	 */
	bool (*open)(void *self, const struct listener_server *server,
		     unsigned *port, struct error *err);
	/* Serves for at most so many milliseconds, or until one event. */
	bool (*step)(void *self, int milliseconds, struct error *err);
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

static inline void listener_close(const struct listener *listener)
{
	listener->close(listener->self);
}

#endif

#ifndef PORT_HTTP_H
#define PORT_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct secbuf;

struct http_header {
	const char *name;
	const char *value;
};

struct http_request {
	const char *method; /* "POST", "GET" or "PUT" */
	const char *url;    /* https, or http if configured */
	const struct http_header *headers;
	size_t n_headers;
	const struct secbuf *body; /* borrowed; NULL for none */
	size_t max_answer;         /* bytes; more is ERROR_PROTOCOL */
	const char *ca_bundle;     /* trusted certificates, or NULL */
	bool direct;               /* never through a proxy */
	bool once; /* never send it twice, not even on a new connection */
	int connect_timeout; /* seconds */
	int timeout;         /* seconds, for all of it */
};

#define HTTP_ERROR_TYPE_LEN 128

struct http_answer {
	int status;
	char error_type[HTTP_ERROR_TYPE_LEN]; /* x-amzn-ErrorType, or "" */
	int64_t date;        /* the Date header, or 0 without one */
	int64_t took;        /* microseconds, for all of it */
	struct secbuf *body; /* owned: responses contain credentials */
};

/*
 * Sends one request and receives one response: no redirects, no retries, TLS
 * 1.2 or later, the certificates of the system or of AWS_CA_BUNDLE, and the
 * usual proxy variables.
 *
 * Any status is a success here.  ERROR_NETWORK if no complete response arrived,
 * also if the certificate was refused; ERROR_PROTOCOL if it is not HTTP or too
 * long; ERROR_MEMORY.  *sent is set as soon as the request may have reached the
 * other side, even if the call then fails: a code in it is used up.
 */
struct http {
	void *self;
	bool (*send)(void *self, const struct http_request *request,
		     struct http_answer *answer, bool *sent, struct error *err);
};

/* Calls through the port; struct http documents them. */
static inline bool http_send(const struct http *http,
			     const struct http_request *request,
			     struct http_answer *answer, bool *sent,
			     struct error *err)
{
	return http->send(http->self, request, answer, sent, err);
}

#endif

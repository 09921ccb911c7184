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
	const char *method; /* "POST" or "GET" */
	const char *url;    /* https, or http where the person said so */
	const struct http_header *headers;
	size_t n_headers;
	const struct secbuf *body; /* borrowed; NULL for none */
	size_t max_answer;         /* bytes; more is ERROR_PROTOCOL */
	const char
		*ca_bundle;  /* whom to trust, if the person said so; or NULL */
	int connect_timeout; /* seconds */
	int timeout;         /* seconds, for all of it */
};

#define HTTP_ERROR_TYPE_LEN 128

struct http_answer {
	int status;
	char error_type[HTTP_ERROR_TYPE_LEN]; /* x-amzn-ErrorType, or "" */
	int64_t date;        /* the Date header, or 0 if there was none */
	int64_t took;        /* microseconds, for all of it */
	struct secbuf *body; /* owned: answers hold credentials */
};

/*
 * One request, one answer: no redirects, no retries, TLS 1.2 or later, the
 * system's (or AWS_CA_BUNDLE's) certificates, the usual proxy variables.
 *
 * Any status is a success here.  ERROR_NETWORK if no whole answer arrived (the
 * topic is TOPIC_TLS where the certificate was refused), ERROR_PROTOCOL if it
 * is no HTTP or too long, ERROR_MEMORY.  *sent is set as soon as the request
 * may have reached the other side, also when the call then fails: a code in it
 * counts as spent.
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

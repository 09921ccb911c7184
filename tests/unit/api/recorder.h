#ifndef UNIT_API_RECORDER_H
#define UNIT_API_RECORDER_H

#include <stdio.h>
#include <string.h>

#include "api/caller.h"
#include "aws/credentials.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/notice.h"
#include "base/secbuf.h"
#include "port/clock.h"
#include "port/http.h"

/*
 * An http that records requests and returns prepared responses; and a caller
 * that uses it.
 */
struct recorded_answer {
	int status;
	const char *body; /* NULL: no answer comes */
	int64_t date;     /* the Date header; 0: none */
	bool unsent;      /* with no answer: nothing reached the other side */
	const char *error_type; /* the header x-amzn-ErrorType; NULL: none */
};

struct recorder {
	const struct recorded_answer *answers; /* one for each request */
	size_t n_sent;
	size_t n_pauses;
	int64_t paused; /* ms, in all */
	char url[512];
	char form[4096]; /* the last request's, NUL-ended */
	char headers[4096];
	struct error notice;  /* the last one */
	struct error warning; /* the last one */
	int64_t now;
	struct http http;
	struct clock clock;
	struct notices notices;
	struct credentials creds;
	struct api_skew skew;
	struct api_caller caller;
};

static inline bool recorder_send(void *self, const struct http_request *request,
				 struct http_answer *answer, bool *sent,
				 struct error *err)
{
	struct recorder *r = self;
	const struct recorded_answer *say = &r->answers[r->n_sent++];

	(void)snprintf(r->url, sizeof(r->url), "%s %s", request->method,
		       request->url);
	(void)snprintf(r->form, sizeof(r->form), "%s",
		       secbuf_text(request->body));
	r->headers[0] = '\0';
	for (size_t i = 0; i < request->n_headers; i++) {
		size_t at = strlen(r->headers);

		(void)snprintf(r->headers + at, sizeof(r->headers) - at,
			       "%s: %s\n", request->headers[i].name,
			       request->headers[i].value);
	}
	*sent = !say->unsent;
	if (!say->body)
		return error_fail(err, REASON_CONNECTION_LOST);
	*answer = (struct http_answer){ .status = say->status,
					.took = 123456,
					.date = say->date,
					.body = secbuf_from(say->body) };
	if (say->error_type)
		(void)snprintf(answer->error_type, sizeof(answer->error_type),
			       "%s", say->error_type);
	return secbuf_ok(answer->body) || error_memory(err);
}

static inline int64_t recorder_now(void *self)
{
	return ((struct recorder *)self)->now;
}

static inline void recorder_pause(void *self, int64_t milliseconds)
{
	struct recorder *r = self;

	r->n_pauses++;
	r->paused += milliseconds;
}

static inline void recorder_say(void *self, enum notice what,
				const struct error *fact)
{
	struct recorder *r = self;

	r->notice = *fact;
	if (what == NOTICE_WARNING)
		r->warning = *fact;
}

static inline void recorder_begin(struct recorder *r,
				  const struct recorded_answer *answers)
{
	static const char id[] = "AKIAIOSFODNN7EXAMPLE";

	*r = (struct recorder){ .answers = answers, .now = 1440938160 };
	r->http = (struct http){ r, recorder_send };
	r->clock = (struct clock){ r, recorder_now, recorder_pause, NULL };
	r->notices = (struct notices){ r, recorder_say };
	r->creds.access_key_id = mem_alloc(sizeof(id));
	memcpy(r->creds.access_key_id, id, sizeof(id));
	r->creds.secret_key =
		secbuf_from("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
	r->caller = (struct api_caller){
		.http = &r->http,
		.clock = &r->clock,
		.skew = &r->skew,
		.max_attempts = 1,
		.notices = &r->notices,
		.creds = &r->creds,
		.endpoint = { .url = "https://sts.eu-west-1.amazonaws.com",
			      .signing_region = "eu-west-1" },
	};
}

static inline void recorder_end(struct recorder *r)
{
	credentials_clear(&r->creds);
}

#endif

#include <stdint.h>
#include <string.h>

#include "access/key_owner.h"
#include "access/request.h"
#include "api/iam/keys.h"
#include "aws/credentials.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "cmd/doctor/doctor_internal.h"
#include "port/world.h"
#include "session/store/key.h"

#define CONNECT_SECONDS 3
#define WHOLE_SECONDS   5
#define ANSWER_MAX      65536
#define KEYS_MAX        8   /* whose age is asked for */
#define CODE_STEP       30  /* seconds: more, and codes are refused */
#define SIGNED_FOR      300 /* seconds: more, and signatures are */
#define DAY             86400

/* --- the clock ------------------------------------------------------------------- */

/* Any answer with a date is enough: nothing is signed. */
static bool ask_date(const struct doctor *d, const struct plan *plan,
		     struct http_answer *answer, struct error *err)
{
	const struct http *http = &d->world->http;
	const struct http_request request = { .method = "GET",
					      .url = plan->sts.url,
					      .max_answer = ANSWER_MAX,
					      .ca_bundle =
						      plan->trust.ca_bundle,
					      .connect_timeout =
						      CONNECT_SECONDS,
					      .timeout = WHOLE_SECONDS };
	bool sent = false;

	if (!http_send(http, &request, answer, &sent, err))
		return error_is(err, REASON_CA_BUNDLE)
			       ? error_add(err, .key = plan->trust.key,
					   .path = plan->trust.file,
					   .line = plan->trust.line)
			       : false;
	return answer->date != 0 ||
	       error_fail(err, REASON_NO_DATE, .path = plan->sts.url);
}

static void add_offset(struct doctor *d, int64_t offset,
		       const struct http_answer *answer, const char *url)
{
	int64_t size = offset < 0 ? -offset : offset;
	bool signatures = size > SIGNED_FOR;

	if (size < CODE_STEP)
		doctor_findings_add(d, EXAM_OK, "clock", REASON_CLOCK_RIGHT,
				    .path = url, .number = answer->took / 1000);
	else
		doctor_findings_add(
			d, signatures ? EXAM_ERROR : EXAM_WARNING, "clock",
			offset > 0 ? REASON_CLOCK_BEHIND : REASON_CLOCK_AHEAD,
			.number = size,
			.other = signatures ? "codes and signatures" : "codes");
}

void doctor_aws_clock(struct doctor *d)
{
	const struct plan_options options = {
		.profile = "default",
		.region = d->request->region,
		.environment = d->world->environment,
	};
	struct http_answer answer = { 0 };
	struct plan plan = { 0 };
	struct error err = { 0 };

	if (!plan_endpoints(d->context.config, &options, d->context.arena,
			    &plan, &err))
		doctor_findings_add_error(d, EXAM_ERROR, "clock", &err, NULL);
	else if (!ask_date(d, &plan, &answer, &err))
		doctor_findings_add_error(d, EXAM_ERROR, "network", &err, NULL);
	else
		add_offset(d, answer.date - clock_now(&d->world->clock),
			   &answer, plan.sts.url);
	secbuf_free(answer.body);
}

/* --- the age of keys ---------------------------------------------------------------- */

static void add_age(struct doctor *d, const char *profile,
		    const struct iam_key *key)
{
	int64_t age = clock_now(&d->world->clock) - key->created;
	int64_t days = age / DAY;

	if (!key->active)
		doctor_findings_add(d, EXAM_ERROR, "key age",
				    REASON_KEY_INACTIVE, .profile = profile,
				    .value = key->id);
	else if (age > d->request->settings.rotate_after)
		doctor_findings_add(d, EXAM_WARNING, "key age", REASON_KEY_OLD,
				    .profile = profile, .value = key->id,
				    .number = days);
	else
		doctor_findings_add(d, EXAM_OK, "key age", REASON_KEY_AGE,
				    .profile = profile, .value = key->id,
				    .number = days);
}

/* Signed with the key itself: a session without MFA may not ask IAM. */
static void ask_age(struct doctor *d, const char *profile,
		    const struct credentials *creds)
{
	struct whose whose = { .profile = profile, .creds = creds };
	struct iam_key keys[IAM_KEYS_MAX];
	struct error err = { 0 };
	size_t n = 0;

	if (!key_owner_find(d->request, d->world, &d->context, &whose, &err)) {
		const char *what =
			arena_printf(d->context.arena, "key %s", profile);

		d->failed = d->failed || !what;
		(void)error_add(&err, .profile = profile);
		if (what)
			doctor_findings_add_error(d, EXAM_ERROR, what, &err,
						  NULL);
		return;
	}
	if (!iam_keys_list(&whose.caller, NULL, keys, &n, &err)) {
		(void)error_context(&err, REASON_KEY_AGE_UNKNOWN,
				    .profile = profile);
		doctor_findings_add_error(d, EXAM_NOTE, "key age", &err, NULL);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (strcmp(keys[i].id, creds->access_key_id) == 0)
			add_age(d, profile, &keys[i]);
}

void doctor_aws_key_age(struct doctor *d)
{
	for (size_t i = 0; !d->no_files && i < d->n_keys && i < KEYS_MAX; i++) {
		struct credentials creds = { 0 };
		char arn[KEY_ARN_LEN];
		struct error err = { 0 };

		if (!key_load(&d->world->keyring, d->keys[i].name, &creds, arn,
			      &err))
			doctor_findings_add_error(d, EXAM_ERROR, "key age",
						  &err, NULL);
		else if (creds.access_key_id)
			ask_age(d, d->keys[i].name, &creds);
		credentials_clear(&creds);
	}
}

#include <stdint.h>
#include <string.h>

#include "access/key_owner.h"
#include "access/request.h"
#include "api/iam/keys.h"
#include "aws/credentials.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "cmd/doctor/doctor_internal.h"
#include "port/world.h"
#include "session/store/key.h"

#define CONNECT_SECONDS 3
#define WHOLE_SECONDS   5
#define ANSWER_MAX      65536
#define KEYS_MAX        8   /* keys whose age is requested */
#define CODE_STEP       30  /* seconds: from then on codes are refused */
#define SIGNED_FOR      300 /* seconds: from then on signatures are refused */
#define DAY             86400
#define OLD_DAYS        90

/* --- the clock ------------------------------------------------------------------- */

/* Requests any response with a date, unsigned. */
static bool ask_date(const struct doctor *d, const char *url,
		     const char *ca_bundle, struct http_answer *answer,
		     struct error *err)
{
	const struct http *http = &d->world->http;
	const struct http_request request = { .method = "GET",
					      .url = url,
					      .max_answer = ANSWER_MAX,
					      .ca_bundle = ca_bundle,
					      .connect_timeout =
						      CONNECT_SECONDS,
					      .timeout = WHOLE_SECONDS };
	bool sent = false;

	return http_send(http, &request, answer, &sent, err) &&
	       (answer->date != 0 ||
		error_set(err, ERROR_PROTOCOL, "%s answers without a date",
			  url));
}

static void say_offset(struct doctor *d, int64_t offset,
		       const struct http_answer *answer, const char *url)
{
	int64_t size = offset < 0 ? -offset : offset;
	enum exam_state state = EXAM_OK;
	char span[TEXT_SPAN_LEN];

	text_span(size, span);
	if (size > SIGNED_FOR)
		state = EXAM_ERROR;
	else if (size >= CODE_STEP)
		state = EXAM_WARNING;
	if (state == EXAM_OK)
		doctor_findings_add(d, state, "clock", NULL,
				    "that of AWS; %s answers in %lld ms", url,
				    (long long)(answer->took / 1000));
	else
		doctor_findings_add(
			d, state, "clock", "sudo timedatectl set-ntp true",
			"%s %s that of AWS: codes%s are refused", span,
			offset > 0 ? "behind" : "ahead of",
			state == EXAM_ERROR ? " and signatures" : "");
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

	if (d->no_files)
		return;
	if (!plan_endpoints(d->context.config, &options, d->context.arena,
			    &plan, &err))
		doctor_findings_add_error(d, EXAM_ERROR, "clock", &err);
	else if (!ask_date(d, plan.sts.url, plan.ca_bundle, &answer, &err))
		doctor_findings_add_error(d, EXAM_ERROR, "network", &err);
	else
		say_offset(d, answer.date - clock_now(&d->world->clock),
			   &answer, plan.sts.url);
	secbuf_free(answer.body);
}

/* --- the age of keys ---------------------------------------------------------------- */

static void say_age(struct doctor *d, const char *profile,
		    const struct iam_key *key)
{
	int64_t days = (clock_now(&d->world->clock) - key->created) / DAY;

	if (!key->active)
		doctor_findings_add(d, EXAM_ERROR, "key age",
				    doctor_findings_text(d, "rolekey add %s",
							 profile),
				    "%s: %s is inactive", profile, key->id);
	else
		doctor_findings_add(
			d, days > OLD_DAYS ? EXAM_WARNING : EXAM_OK, "key age",
			days > OLD_DAYS ? doctor_findings_text(
						  d,
						  "aws iam create-access-key, "
						  "rolekey add %s, and delete "
						  "the old one",
						  profile)
					: NULL,
			"%s: %s is %lld days old", profile, key->id,
			(long long)days);
}

/*
 * Requests the age, signed by the key itself: a session without MFA may not
 * call IAM.
 */
static void ask_age(struct doctor *d, const char *profile,
		    const struct credentials *creds)
{
	struct whose whose = { .profile = profile, .creds = creds };
	struct iam_key keys[IAM_KEYS_MAX];
	struct error err = { 0 };
	size_t n = 0;

	if (!key_owner_find(d->request, d->world, &d->context, &whose, &err)) {
		doctor_findings_add_error(
			d, EXAM_ERROR,
			doctor_findings_text(d, "key %s", profile), &err);
		return;
	}
	if (!iam_keys_list(&whose.caller, keys, &n, &err)) {
		doctor_findings_add(d, EXAM_NOTE, "key age", NULL,
				    "%s: not known: %s", profile, err.text);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (strcmp(keys[i].id, creds->access_key_id) == 0)
			say_age(d, profile, &keys[i]);
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
						  &err);
		else if (creds.access_key_id)
			ask_age(d, d->keys[i].name, &creds);
		credentials_clear(&creds);
	}
}

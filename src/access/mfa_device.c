#include "access/mfa_device.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "access/ask.h"
#include "access/config_write.h"
#include "access/request.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "plan/plan.h"
#include "port/world.h"
#include "session/session.h"

#define LINE_MAX_LEN ((size_t)1024)

/* --- which one ---------------------------------------------------------------- */

struct devices mfa_device_sort(const struct world *world,
			       const char *const *serials, size_t n)
{
	struct devices devices = { .n = 0 };

	for (size_t i = 0; i < n; i++) {
		bool fido = strstr(serials[i], ":u2f/") != NULL;

		if (fido)
			notice_info(&world->notices, REASON_FIDO_DEVICE,
				    .arn = serials[i]);
		else if (devices.n < DEVICES_MAX)
			devices.serials[devices.n++] = serials[i];
	}
	return devices;
}

static void show(const struct world *world, const struct devices *devices)
{
	const struct prompt *prompt = &world->prompt;
	char line[LINE_MAX_LEN];

	prompt_tell(prompt, "The user of this key has these MFA devices:");
	for (size_t i = 0; i < devices->n; i++) {
		(void)snprintf(line, sizeof(line), "  %zu  %s", i + 1,
			       devices->serials[i]);
		prompt_tell(prompt, line);
	}
}

bool mfa_device_pick(const struct world *world, const struct devices *devices,
		     const char **serial, struct error *err)
{
	const struct prompt *prompt = &world->prompt;
	struct secbuf *answer = NULL;
	char question[LINE_MAX_LEN];
	int64_t number = 0;

	*serial = devices->n == 1 ? devices->serials[0] : NULL;
	if (devices->n < 2)
		return true;
	show(world, devices);
	(void)snprintf(question, sizeof(question),
		       "Which device should rolekey use? (1-%zu, or Enter for "
		       "none) ",
		       devices->n);
	if (!prompt_ask(prompt, PROMPT_TEXT, question, &answer, err))
		return false;
	if (text_number(secbuf_text(answer), 1, (int64_t)devices->n, &number))
		*serial = devices->serials[number - 1];
	secbuf_free(answer);
	return true;
}

/* --- after a denial ------------------------------------------------------------ */

static bool ask_to_write(const struct plan *plan, const struct request *request,
			 const struct world *world, const char *serial,
			 bool *yes, struct error *err)
{
	struct strbuf question = strbuf_with_max((size_t)LINE_MAX_LEN * 4);
	bool ok;

	strbuf_printf(&question,
		      "Add \"mfa_serial = %s\" to profile %s in %s, and try "
		      "again? (y/N) ",
		      serial, plan->steps[0].profile, request->config_path);
	ok = strbuf_ok(&question) || error_memory(err);
	ok = ok && ask_confirm(world, strbuf_text(&question), yes, err);
	strbuf_clear(&question);
	return ok;
}

/* Lets the user choose and confirm, and writes the line. */
static bool offer(const struct plan *plan, const struct request *request,
		  const struct world *world, const struct devices *devices,
		  struct error *err)
{
	const struct prompt *prompt = &world->prompt;
	const char *serial = NULL;
	bool yes = false;

	prompt_tell(prompt,
		    "AWS denied the role to a request without an MFA code, "
		    "and no mfa_serial is configured.");
	return mfa_device_pick(world, devices, &serial, err) && serial &&
	       ask_to_write(plan, request, world, serial, &yes, err) && yes &&
	       config_write_add(request, world, plan->steps[0].profile,
				"mfa_serial", serial, err);
}

/* Joins serials with "and", as many as fit. */
static void join(const char *const *serials, size_t n, char *out, size_t size)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		int more = snprintf(out + len, size - len, "%s%s",
				    i > 0 ? " and " : "", serials[i]);

		if (more < 0 || (size_t)more >= size - len)
			break;
		len += (size_t)more;
	}
	out[len] = '\0';
}

/* Names the devices that may be used; FIDO devices if there are no others. */
static void name_found(const struct plan *plan, const struct devices *devices,
		       const char *const *serials, size_t n, struct error *err)
{
	enum error_reason reason = REASON_ONLY_FIDO_DEVICES;
	char all[sizeof(err->about.expected)];

	if (devices->n > 0) {
		reason = devices->n == 1 ? REASON_DEVICE_NOT_SET
					 : REASON_DEVICES_NOT_SET;
		serials = devices->serials;
		n = devices->n;
	}
	join(serials, n, all, sizeof(all));
	(void)error_context(err, reason, .other = plan->steps[0].profile,
			    .value = serials[0], .expected = all);
}

/*
 * Returns true if a line was written; *over if nothing remains to be reported.
 */
static bool offer_if_any(const struct plan *plan, const struct request *request,
			 const struct world *world,
			 const struct devices *devices, bool *over,
			 struct error *err)
{
	const struct prompt *prompt = &world->prompt;
	struct error why = { 0 };

	*over = false;
	if (devices->n == 0 || !prompt_can_ask(prompt))
		return false;
	if (offer(plan, request, world, devices, &why))
		return true;
	*over = why.code != ERROR_NONE && why.code != ERROR_PERSON;
	if (*over)
		*err = why;
	return false;
}

static bool offer_or_name(const struct plan *plan,
			  const struct request *request,
			  const struct world *world, const char *const *serials,
			  size_t n, struct error *err)
{
	struct devices devices = mfa_device_sort(world, serials, n);
	bool over;

	if (offer_if_any(plan, request, world, &devices, &over, err))
		return true;
	/* Without a device, the denial usually has another reason. */
	if (!over && n > 0)
		name_found(plan, &devices, serials, n, err);
	if (n == 0)
		notice_debug(&world->notices,
			     "mfa: the key's user has no device");
	return false;
}

bool mfa_device_offer(const struct plan *plan, const struct request *request,
		      const struct world *world, struct error *err)
{
	struct arena *arena;
	const char *const *serials;
	struct error why = { 0 };
	bool changed = false;
	size_t n = 0;

	if (!session_devices_may_help(plan, err))
		return false;
	arena = arena_new();
	if (arena && session_devices(plan, world, arena, &serials, &n, &why)) {
		changed = offer_or_name(plan, request, world, serials, n, err);
	} else {
		if (error_is_aws(&why, "AccessDenied"))
			(void)error_context(err, REASON_DEVICES_UNKNOWN,
					    .other = plan->steps[0].profile);
		(void)error_context(&why, REASON_LISTING_DEVICES);
		notice_error(&world->notices, NOTICE_DEBUG, &why);
	}
	arena_free(arena);
	return changed;
}

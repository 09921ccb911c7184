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
#include "base/topic.h"
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

/* Adds the facts that the hint needs. */
static void name_devices(const struct plan *plan, const char *what,
			 struct error *err)
{
	(void)snprintf(err->topic, sizeof(err->topic), "%s", TOPIC_NO_DEVICE);
	(void)error_within(err,
			   "no MFA code went with the request, and the user of "
			   "%s's key %s",
			   plan->steps[0].profile, what);
}

/*
 * Formats all devices, any of which may be used; FIDO devices only if there are
 * no others.
 */
static void put_devices(struct strbuf *what, const struct devices *devices,
			const char *const *serials, size_t n)
{
	const char *const *named = devices->n > 0 ? devices->serials : serials;

	strbuf_puts(what, "has ");
	for (size_t i = 0; i < (devices->n > 0 ? devices->n : n); i++)
		strbuf_printf(what, "%s%s", i > 0 ? " and " : "", named[i]);
	if (devices->n == 0)
		strbuf_puts(what,
			    ", a FIDO device, of which STS takes no code");
}

static void name_found(const struct plan *plan, const struct devices *devices,
		       const char *const *serials, size_t n, struct error *err)
{
	struct strbuf what =
		strbuf_with_max((size_t)DEVICES_MAX * LINE_MAX_LEN);

	put_devices(&what, devices, serials, n);
	if (strbuf_ok(&what))
		name_devices(plan, strbuf_text(&what), err);
	strbuf_clear(&what);
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
		notice(&world->notices, NOTICE_DEBUG,
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
		if (error_is(&why, "AccessDenied"))
			name_devices(plan, "may not list MFA devices", err);
		notice(&world->notices, NOTICE_DEBUG,
		       "mfa: the user's devices cannot be listed: %s",
		       why.text);
	}
	arena_free(arena);
	return changed;
}

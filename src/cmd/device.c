#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/topic.h"
#include "cmd/request.h"
#include "cmd_internal.h"
#include "device_internal.h"
#include "port/world.h"
#include "session/session.h"

#define LINE_MAX_LEN 1024

/* --- which one ---------------------------------------------------------------- */

struct devices devices_sort(const struct world *world,
			    const char *const *serials, size_t n)
{
	struct devices devices = { .n = 0 };

	for (size_t i = 0; i < n; i++) {
		bool fido = strstr(serials[i], ":u2f/") != NULL;

		if (fido)
			notice(&world->notices, NOTICE_INFO,
			       "%s is a FIDO device; AWS STS takes codes of "
			       "TOTP devices only",
			       serials[i]);
		else if (devices.n < DEVICES_MAX)
			devices.serials[devices.n++] = serials[i];
	}
	return devices;
}

static void show(const struct world *world, const struct devices *devices)
{
	const struct prompt *prompt = &world->prompt;
	char line[LINE_MAX_LEN];

	prompt->tell(prompt->self, "The key's user has these MFA devices:");
	for (size_t i = 0; i < devices->n; i++) {
		(void)snprintf(line, sizeof(line), "  %zu  %s", i + 1,
			       devices->serials[i]);
		prompt->tell(prompt->self, line);
	}
}

bool devices_pick(const struct world *world, const struct devices *devices,
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
		       "Which one shall give the codes? (1-%zu, or nothing for "
		       "none) ",
		       devices->n);
	if (!prompt->ask(prompt->self, PROMPT_TEXT, question, &answer, err))
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
	ok = strbuf_ok(&question) ||
	     error_set(err, ERROR_MEMORY, "no memory to ask");
	ok = ok && confirm(world, strbuf_text(&question), yes, err);
	strbuf_clear(&question);
	return ok;
}

/* The person picks, agrees, and it is written. */
static bool offer(const struct plan *plan, const struct request *request,
		  const struct world *world, const struct devices *devices,
		  struct error *err)
{
	const struct prompt *prompt = &world->prompt;
	const char *serial = NULL;
	bool yes = false;

	prompt->tell(prompt->self,
		     "AWS denied the role to a request without an MFA code, "
		     "and no mfa_serial is configured.");
	return devices_pick(world, devices, &serial, err) && serial &&
	       ask_to_write(plan, request, world, serial, &yes, err) && yes &&
	       config_add(request, world, plan->steps[0].profile, "mfa_serial",
			  serial, err);
}

/*
 * AWS's own words come last: they may be cut.  Where there is no device, it is
 * some other reason more often than not.
 */
static void name_device(const struct world *world,
			const struct devices *devices, struct error *err)
{
	if (devices->n == 0) {
		notice(&world->notices, NOTICE_DEBUG,
		       "mfa: the key's user has no device that STS takes");
		return;
	}
	(void)snprintf(err->topic, sizeof(err->topic), "%s", TOPIC_NO_DEVICE);
	(void)error_within(err,
			   "no MFA code went with the request, though the "
			   "key's user has %s",
			   devices->serials[0]);
}

static bool offer_or_name(const struct plan *plan,
			  const struct request *request,
			  const struct world *world,
			  const struct devices *devices, struct error *err)
{
	const struct prompt *prompt = &world->prompt;
	struct error why = { 0 };

	if (devices->n > 0 && prompt->can_ask(prompt->self)) {
		if (offer(plan, request, world, devices, &why))
			return true;
		if (why.code != ERROR_NONE && why.code != ERROR_PERSON) {
			*err = why;
			return false;
		}
	}
	name_device(world, devices, err);
	return false;
}

bool device_offer(const struct plan *plan, const struct request *request,
		  const struct world *world, struct error *err)
{
	struct arena *arena;
	const char *const *serials;
	struct devices devices;
	struct error why = { 0 };
	bool changed = false;
	size_t n = 0;

	if (!session_may_want_device(plan, err))
		return false;
	arena = arena_new();
	if (arena && session_devices(plan, world, arena, &serials, &n, &why)) {
		devices = devices_sort(world, serials, n);
		changed = offer_or_name(plan, request, world, &devices, err);
	} else {
		notice(&world->notices, NOTICE_DEBUG,
		       "mfa: the user's devices cannot be listed: %s",
		       why.text);
	}
	arena_free(arena);
	return changed;
}

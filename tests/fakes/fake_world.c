#include "fakes/fake_world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/timefmt.h"
#include "support/facts.h"

#define HOME     "/home/alex"
#define FAKE_NOW INT64_C(1900000000) /* 10 s into a step of a code */

/* Tests whether this call is the one that fails. */
static bool fails(struct fake_world *fake, struct error *err)
{
	if (fake->calls++ != fake->fail_at)
		return false;
	(void)error_fail(err, REASON_SYSTEM_CALL,
			 .detail = fake->fail_text ? fake->fail_text
						   : "the fake fails here");
	if (fake->fail_text)
		err->code = fake->fail_code;
	return true;
}

static const char *short_path(const char *path)
{
	static char text[256];

	if (strncmp(path, HOME "/", strlen(HOME) + 1) != 0)
		return path;
	(void)snprintf(text, sizeof(text), "~%s", path + strlen(HOME));
	return text;
}

/* Returns the length of a text without that end, for printf's precision. */
static int len_without(const char *text, size_t len, const char *end)
{
	size_t n = strlen(end);

	return (int)(len >= n && memcmp(text + len - n, end, n) == 0 ? len - n
								     : len);
}

/* Names of digests in the log, in order of their appearance. */
static const char *const called[FAKE_SESSIONS] = {
	"7f3a…", "c0de…", "beef…", "f00d…", "cafe…", "d1ce…",
};

/*
 * Formats "session 7f3a…" for the first digest, and "key custodian" unchanged.
 */
static const char *item_text(struct fake_world *fake, const char *kind,
			     const char *name)
{
	static char text[256];

	(void)snprintf(text, sizeof(text), "%s %s", kind, name);
	for (size_t i = 0; strcmp(kind, "session") == 0 && i < FAKE_SESSIONS;
	     i++) {
		if (fake->sessions[i][0] == '\0')
			(void)snprintf(fake->sessions[i], 64, "%s", name);
		if (strcmp(fake->sessions[i], name) == 0) {
			(void)snprintf(text, sizeof(text), "session %s",
				       called[i]);
			break;
		}
	}
	return text;
}

static int64_t now(void *self)
{
	return ((struct fake_world *)self)->now;
}

static int64_t uptime(void *self)
{
	return ((struct fake_world *)self)->now * 1000;
}

static void pause_for(void *self, int64_t milliseconds)
{
	struct fake_world *fake = self;

	(void)milliseconds; /* random */
	strbuf_puts(&fake->log, "clock.pause\n");
}

static bool fake_files_read(void *self, const char *path, size_t max,
			    struct secbuf **text, struct error *err)
{
	struct fake_world *fake = self;

	(void)max;
	*text = NULL;
	strbuf_printf(&fake->log, "files.read      %s\n", short_path(path));
	if (fails(fake, err))
		return false;
	for (size_t i = 0; i < FAKE_FILES; i++)
		if (fake->files[i].path &&
		    strcmp(fake->files[i].path, path) == 0) {
			*text = secbuf_from(fake->files[i].text);
			return *text || error_memory(err);
		}
	return true;
}

static bool fake_files_facts(void *self, const char *path,
			     struct file_facts *facts, struct error *err)
{
	struct fake_world *fake = self;

	strbuf_printf(&fake->log, "files.facts     %s\n", short_path(path));
	if (fails(fake, err))
		return false;
	*facts = fake->facts;
	return true;
}

static bool fake_audit_append(void *self, const char *line, size_t len,
			      struct error *err)
{
	struct fake_world *fake = self;

	strbuf_puts(&fake->log, "audit.append\n");
	if (fails(fake, err))
		return false;
	strbuf_add(&fake->used, line, len);
	return true;
}

static bool fake_display_can_show(void *self)
{
	(void)self;
	return true;
}

static bool fake_display_show_seed(void *self, const struct secbuf *uri,
				   const struct secbuf *seed, struct error *err)
{
	struct fake_world *fake = self;

	(void)uri;
	(void)seed;
	strbuf_puts(&fake->log, "display.show_seed\n");
	return !fails(fake, err);
}

static struct fake_item *find(struct fake_world *fake, const char *kind,
			      const char *name)
{
	for (size_t i = 0; i < FAKE_ITEMS; i++)
		if (fake->items[i].value &&
		    strcmp(fake->items[i].kind, kind) == 0 &&
		    strcmp(fake->items[i].name, name) == 0)
			return &fake->items[i];
	return NULL;
}

static bool fake_keyring_get(void *self, const char *kind, const char *name,
			     struct secbuf **value, struct error *err)
{
	struct fake_world *fake = self;
	const struct fake_item *item = find(fake, kind, name);

	*value = NULL;
	strbuf_printf(&fake->log, "keyring.get     %s%s\n",
		      item_text(fake, kind, name),
		      item ? "" : "            (none)");
	if (fails(fake, err))
		return false;
	if (!item)
		return true;
	*value = secbuf_from(secbuf_text(item->value));
	return *value || error_memory(err);
}

static const char *kind_of(const char *kind)
{
	static const char *const kinds[] = { KEYRING_KEY, KEYRING_SEED,
					     KEYRING_ROTATION };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kind, kinds[i]) == 0)
			return kinds[i];
	return KEYRING_SESSION;
}

static bool fake_keyring_put(void *self, const struct keyring_item *item,
			     const struct secbuf *value, struct error *err)
{
	struct fake_world *fake = self;
	struct fake_item *place = find(fake, item->kind, item->name);

	strbuf_printf(&fake->log, "keyring.put     %s\n",
		      item_text(fake, item->kind, item->name));
	if (fails(fake, err))
		return false;
	for (size_t i = 0; !place && i < FAKE_ITEMS; i++)
		if (!fake->items[i].value)
			place = &fake->items[i];
	if (!place)
		return error_memory(err);
	secbuf_free(place->value);
	place->kind = kind_of(item->kind);
	(void)snprintf(place->name, sizeof(place->name), "%s", item->name);
	(void)snprintf(place->origin, sizeof(place->origin), "%s",
		       item->origin);
	(void)snprintf(place->label, sizeof(place->label), "%s", item->label);
	place->expires = item->expires;
	fake->key_changes += strcmp(item->kind, KEYRING_KEY) == 0;
	place->value = secbuf_from(secbuf_text(value));
	return place->value || error_memory(err);
}

static bool fake_keyring_remove(void *self, const char *kind, const char *name,
				bool *removed, struct error *err)
{
	struct fake_world *fake = self;
	struct fake_item *item = find(fake, kind, name);

	strbuf_printf(&fake->log, "keyring.remove  %s\n",
		      item_text(fake, kind, name));
	if (fails(fake, err))
		return false;
	*removed = item != NULL;
	fake->key_changes += strcmp(kind, KEYRING_KEY) == 0;
	if (item) {
		secbuf_free(item->value);
		item->value = NULL;
	}
	return true;
}

/* As of a file: the same for all profiles. */
static bool fake_keyring_stamp(void *self, const char *profile, bool again,
			       char stamp[static KEYRING_STAMP_LEN],
			       struct error *err)
{
	struct fake_world *fake = self;

	(void)again;
	strbuf_printf(&fake->log, "keyring.stamp   key %s\n", profile);
	if (fails(fake, err))
		return false;
	(void)snprintf(stamp, KEYRING_STAMP_LEN, "%d", fake->key_changes);
	return true;
}

static int by_name(const void *a, const void *b)
{
	const struct keyring_item *x = a;
	const struct keyring_item *y = b;

	return strcmp(x->name, y->name);
}

static bool fake_keyring_list(void *self, const char *kind, struct arena *arena,
			      const struct keyring_item **items, size_t *n,
			      struct error *err)
{
	struct fake_world *fake = self;
	struct keyring_item *list =
		arena_alloc(arena, FAKE_ITEMS * sizeof(*list));

	strbuf_printf(&fake->log, "keyring.list    %s\n", kind);
	if (fails(fake, err))
		return false;
	if (!list)
		return error_memory(err);
	*n = 0;
	for (size_t i = 0; i < FAKE_ITEMS; i++) {
		const struct fake_item *item = &fake->items[i];

		if (item->value && strcmp(item->kind, kind) == 0)
			list[(*n)++] = (struct keyring_item){
				item->kind, item->name, item->label,
				item->origin, item->expires
			};
	}
	qsort(list, *n, sizeof(*list), by_name);
	*items = list;
	return true;
}

static bool fake_locks_take(void *self, const char *name, int wait, int *lock,
			    struct error *err)
{
	struct fake_world *fake = self;
	bool session = strncmp(name, "session ", 8) == 0;

	(void)wait;
	strbuf_printf(&fake->log, "locks.take      %s\n",
		      session ? item_text(fake, "session", name + 8) : name);
	if (fails(fake, err))
		return false;
	*lock = fake->calls;
	return true;
}

static void fake_locks_release(void *self, int lock, bool gave_up)
{
	struct fake_world *fake = self;

	(void)lock;
	if (gave_up)
		strbuf_puts(&fake->log, "locks.give_up\n");
}

/* One note of each kind is enough here. */
static int64_t *note_of(struct fake_world *fake, const char *kind)
{
	if (strcmp(kind, LEDGER_DENIED) == 0)
		return &fake->denied;
	return strcmp(kind, LEDGER_CODE) == 0 ? &fake->code_step
					      : &fake->longest;
}

static bool fake_ledger_get(void *self, const char *kind, const char *name,
			    int64_t *value, struct error *err)
{
	struct fake_world *fake = self;

	strbuf_printf(&fake->log, "ledger.get      %s %s\n", kind, name);
	*value = *note_of(fake, kind);
	return !fails(fake, err);
}

static bool fake_ledger_set(void *self, const char *kind, const char *name,
			    int64_t value, struct error *err)
{
	struct fake_world *fake = self;

	strbuf_printf(&fake->log, "ledger.set      %s %s %lld\n", kind, name,
		      (long long)value);
	if (fails(fake, err))
		return false;
	*note_of(fake, kind) = value;
	return true;
}

static bool fake_ledger_raise(void *self, const char *kind, const char *name,
			      int64_t value, bool *raised, struct error *err)
{
	struct fake_world *fake = self;
	int64_t *note = note_of(fake, kind);

	strbuf_printf(&fake->log, "ledger.raise    %s %s\n", kind, name);
	*raised = false;
	if (fails(fake, err))
		return false;
	*raised = *note < value;
	if (*raised)
		*note = value;
	return true;
}

static bool fake_prompt_ask(void *self, enum prompt_kind kind,
			    const char *question, struct secbuf **answer,
			    struct error *err)
{
	struct fake_world *fake = self;

	(void)kind;
	*answer = NULL;
	strbuf_printf(&fake->log, "prompt.ask      %.*s\n",
		      len_without(question, strlen(question), ": "), question);
	if (fails(fake, err))
		return false;
	if (fake->n_answers >= FAKE_ANSWERS || !fake->answers[fake->n_answers])
		return error_fail(err, REASON_NO_TERMINAL);
	if (fake->meanwhile)
		fake->meanwhile(fake);
	*answer = secbuf_from(fake->answers[fake->n_answers++]);
	return *answer || error_memory(err);
}

/* Prints what the user would answer. */
static bool fake_helpers_run(void *self, const struct helper_call *call,
			     struct secbuf **output, struct error *err)
{
	struct fake_world *fake = self;

	strbuf_printf(&fake->log, "helpers.run     %s %s %s\n", call->what,
		      call->command ? call->command : call->argv[0],
		      call->serial ? call->serial : "");
	*output = NULL;
	if (fails(fake, err))
		return false;
	*output = secbuf_from(fake->answers[fake->n_answers++]);
	return *output || error_memory(err);
}

/* Time passes only here. */
static bool fake_prompt_wait(void *self, const char *for_what, int seconds,
			     struct error *err)
{
	struct fake_world *fake = self;

	(void)for_what;
	strbuf_printf(&fake->log, "prompt.wait     %d s\n", seconds);
	fake->now += seconds;
	return !fails(fake, err);
}

static void fake_prompt_tell(void *self, const char *text)
{
	struct fake_world *fake = self;

	strbuf_printf(&fake->log, "prompt.tell     %s\n", text);
}

static bool fake_prompt_can_ask(void *self)
{
	(void)self;
	return true;
}

static void fake_prompt_mute(void *self)
{
	(void)self;
}

/* Copies the value of a form parameter to out. */
static void parameter(const char *body, const char *name, char *out,
		      size_t size)
{
	size_t len = strlen(name);
	const char *p = body;

	out[0] = '\0';
	while (p) {
		if (strncmp(p, name, len) == 0 && p[len] == '=') {
			(void)snprintf(out, size, "%.*s",
				       (int)strcspn(p + len + 1, "&"),
				       p + len + 1);
			return;
		}
		p = strchr(p, '&');
		p = p ? p + 1 : NULL;
	}
}

static void put_credentials(struct secbuf *out, const struct fake_world *fake,
			    const char *body, const char *action)
{
	bool role = strcmp(action, "AssumeRole") == 0;
	char expires[TIMEFMT_ISO_LEN];
	char duration[24];
	char text[1024];

	parameter(body, "DurationSeconds", duration, sizeof(duration));
	timefmt_iso(fake->now + fake->ahead + strtoll(duration, NULL, 10),
		    expires);
	(void)snprintf(
		text, sizeof(text),
		"<%sResponse><%sResult><Credentials><AccessKeyId>%s"
		"</AccessKeyId><SecretAccessKey>fakefakefakefakefakefakefake"
		"</SecretAccessKey><SessionToken>token-%s</SessionToken>"
		"<Expiration>%s</Expiration></Credentials>"
		"<AssumedRoleUser><Arn>arn:aws:sts::222233334444:assumed-role/"
		"Dev/alex</Arn></AssumedRoleUser></%sResult></%sResponse>",
		action, action,
		role ? "ASIAROLEROLEROLEROLE" : "ASIAMFAMFAMFAMFAMFAM", action,
		expires, action, action);
	secbuf_puts(out, text);
}

/* Every other action returns credentials. */
static const struct {
	const char *action, *answer;
} answers[] = {
	{ "GetCallerIdentity",
	  "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>"
	  "arn:aws:iam::111122223333:user/alex</Arn><UserId>AIDAEXAMPLE"
	  "</UserId><Account>111122223333</Account></GetCallerIdentityResult>"
	  "</GetCallerIdentityResponse>" },
	{ "ListMFADevices",
	  "<ListMFADevicesResponse><ListMFADevicesResult><MFADevices><member>"
	  "<UserName>alex</UserName><SerialNumber>"
	  "arn:aws:iam::111122223333:mfa/alex</SerialNumber></member>"
	  "</MFADevices><IsTruncated>false</IsTruncated>"
	  "</ListMFADevicesResult></ListMFADevicesResponse>" },
	{ "CreateVirtualMFADevice",
	  "<CreateVirtualMFADeviceResponse><CreateVirtualMFADeviceResult>"
	  "<VirtualMFADevice><SerialNumber>arn:aws:iam::111122223333:mfa/new"
	  "</SerialNumber><Base32StringSeed>SkJTV1kzRFBFSFBLM1BYUA=="
	  "</Base32StringSeed></VirtualMFADevice>"
	  "</CreateVirtualMFADeviceResult></CreateVirtualMFADeviceResponse>" },
	{ "EnableMFADevice", "<EnableMFADeviceResponse/>" },
	{ "DeleteVirtualMFADevice", "<DeleteVirtualMFADeviceResponse/>" },
};

static void put_answer(struct secbuf *out, const struct fake_world *fake,
		       const char *body, const char *action)
{
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (strcmp(action, answers[i].action) == 0) {
			secbuf_puts(out, answers[i].answer);
			return;
		}
	put_credentials(out, fake, body, action);
}

static bool is_refused(struct fake_world *fake, const char *action)
{
	return fake->refuse && strcmp(fake->refuse, action) == 0 &&
	       fake->refusals-- > 0;
}

static bool fake_http_send(void *self, const struct http_request *request,
			   struct http_answer *answer, bool *sent,
			   struct error *err)
{
	struct fake_world *fake = self;
	const char *host = strstr(request->url, "://");
	char action[64];
	char text[1024];

	host = host ? host + 3 : request->url;
	parameter(secbuf_text(request->body), "Action", action, sizeof(action));
	strbuf_printf(&fake->log, "http.send       %s %.*s %s\n",
		      request->method,
		      len_without(host, strcspn(host, "/"), ".amazonaws.com"),
		      host, action);
	*answer = (struct http_answer){ 0 };
	*sent = !fake->cut_off;
	if (fails(fake, err))
		return false;
	if (fake->lose && strcmp(fake->lose, action) == 0) {
		fake->lose = NULL;
		return error_fail(err, REASON_CONNECTION_LOST);
	}
	if (fake->cut_off)
		return error_fail(err, REASON_NO_CONNECTION);
	answer->date = fake->now + fake->ahead;
	answer->status = 200;
	answer->body = secbuf_new(4096);
	if (is_refused(fake, action)) {
		answer->status = 403;
		(void)snprintf(text, sizeof(text),
			       "<ErrorResponse><Error><Type>Sender</Type>"
			       "<Code>%s</Code><Message>%s</Message></Error>"
			       "</ErrorResponse>",
			       fake->refuse_code, fake->refuse_text);
		secbuf_puts(answer->body, text);
	} else {
		put_answer(answer->body, fake, secbuf_text(request->body),
			   action);
	}
	if (secbuf_ok(answer->body))
		return true;
	secbuf_free(answer->body);
	answer->body = NULL;
	return error_memory(err);
}

static bool fake_launcher_find(void *self, const char *command,
			       struct arena *arena, const char **path,
			       struct error *err)
{
	struct fake_world *fake = self;

	strbuf_printf(&fake->log, "launcher.find   %s\n", command);
	if (fails(fake, err))
		return false;
	if (strcmp(command, "nowhere") == 0)
		return error_fail(err, REASON_COMMAND_NOT_FOUND,
				  .value = command);
	*path = arena_printf(arena, "/usr/bin/%s", command);
	return *path || error_memory(err);
}

static bool fake_launcher_become(void *self, const char *path,
				 char *const argv[], char *const envp[],
				 struct error *err)
{
	struct fake_world *fake = self;

	strbuf_puts(&fake->log, "launcher.become");
	for (size_t i = 0; argv[i]; i++)
		strbuf_printf(&fake->log, " %s", argv[i]);
	strbuf_puts(&fake->log, "\n");
	if (fails(fake, err))
		return false;
	strbuf_printf(&fake->child, "%s\n", path);
	for (size_t i = 0; envp[i]; i++)
		strbuf_printf(&fake->child, "%s\n", envp[i]);
	return true;
}

static void say(void *self, enum notice what, const struct error *fact)
{
	struct fake_world *fake = self;
	char facts[FACTS_LEN];

	if (what != NOTICE_DEBUG)
		strbuf_printf(&fake->said, "%s%s\n",
			      what == NOTICE_WARNING ? "warning: " : "",
			      facts_of(fact, facts));
}

static bool fake_output_write(void *self, const char *bytes, size_t len,
			      struct error *err)
{
	struct fake_world *fake = self;

	if (fails(fake, err))
		return false;
	strbuf_add(&fake->output, bytes, len);
	return true;
}

static bool is_terminal(void *self)
{
	(void)self;
	return false;
}

void fake_world_init(struct fake_world *fake)
{
	*fake = (struct fake_world){
		.log = strbuf_with_max(65536),
		.output = strbuf_with_max(65536),
		.said = strbuf_with_max(65536),
		.child = strbuf_with_max(65536),
		.used = strbuf_with_max(65536),
		.now = FAKE_NOW,
		.fail_at = -1,
	};
	fake->world = (struct world){
		.audit = { fake, fake_audit_append, NULL },
		.clock = { fake, now, pause_for, uptime },
		.display = { .self = fake,
			     .can_show = fake_display_can_show,
			     .show_seed = fake_display_show_seed },
		.files = { fake, fake_files_read, NULL, fake_files_facts },
		.helpers = { fake, fake_helpers_run },
		.http = { fake, fake_http_send },
		.keyring = { .self = fake,
			     .name = "fake",
			     .get = fake_keyring_get,
			     .put = fake_keyring_put,
			     .remove = fake_keyring_remove,
			     .list = fake_keyring_list,
			     .stamp = fake_keyring_stamp },
		.launcher = { fake, fake_launcher_find, fake_launcher_become },
		.ledger = { fake, fake_ledger_get, fake_ledger_set,
			    fake_ledger_raise },
		.locks = { .self = fake,
			   .take = fake_locks_take,
			   .release = fake_locks_release },
		.notices = { fake, say },
		.output = { .self = fake,
			    .write = fake_output_write,
			    .is_terminal = is_terminal },
		.prompt = { .self = fake,
			    .ask = fake_prompt_ask,
			    .wait = fake_prompt_wait,
			    .tell = fake_prompt_tell,
			    .can_ask = fake_prompt_can_ask,
			    .mute = fake_prompt_mute },
		.environment = (char *const *)(void *)fake->environment,
	};
}

void fake_world_next(struct fake_world *fake)
{
	strbuf_clear(&fake->log);
	strbuf_clear(&fake->output);
	strbuf_clear(&fake->said);
	strbuf_clear(&fake->child);
	strbuf_clear(&fake->used);
	fake->calls = 0;
	fake->fail_at = -1;
}

void fake_world_clear(struct fake_world *fake)
{
	fake_world_next(fake);
	fake->now = FAKE_NOW;
	fake->code_step = 0;
	fake->longest = 0;
	for (size_t i = 0; i < FAKE_ITEMS; i++) {
		secbuf_free(fake->items[i].value);
		fake->items[i].value = NULL;
	}
}

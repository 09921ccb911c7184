#include <stddef.h>
#include <string.h>

#include "access/context.h"
#include "access/log_use.h"
#include "access/obtain.h"
#include "access/request.h"
#include "aws/config.h"
#include "aws/credentials.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/mark.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "cmd/childenv.h"
#include "cmd/command.h"
#include "cmd/guard_internal.h"
#include "cmd/print_internal.h"
#include "plan/plan.h"
#include "plan/profile.h"
#include "plan/source.h"
#include "port/world.h"

#define PAIRS     7 /* beside plan->variables */
#define READ_ONLY "ROLEKEY_READ_ONLY"
#define FIXED_MAX 4096
#define NAME_LEN  256 /* bytes of a variable's name */

struct export_options {
	const char *format; /* NULL: sh */
	bool confirm;       /* ask, as exec does */
};

static const struct option options[] = {
	{ .include = option_plan },
	{ .include = option_region },
	{ .include = option_session },
	{ .include = option_reason },
	{ .name = "format",
	  .value = "FORMAT",
	  .kind = OPTION_WORD,
	  .offset = offsetof(struct export_options, format),
	  .words = "sh, fish, powershell, env, json, ini",
	  .help = "select the output format; the default is sh" },
	{ .name = "confirm",
	  .offset = offsetof(struct export_options, confirm),
	  .help = "ask for the confirmation of rolekey_confirm" },
	{ .include = option_confirm },
	{ 0 }
};

static const struct option process_options[] = { { .include = option_plan },
						 { .include = option_region },
						 { .include = option_session },
						 { .include = option_reason },
						 { 0 } };

struct pair {
	const char *name;     /* in an environment, or NULL */
	const char *ini_name; /* in ~/.aws/credentials, or NULL */
	const char *value;    /* NULL: there is none */
};

/*
 * Prints a value in single quotes; change writes each byte that is in special.
 */
static void put_quoted(struct secbuf *out, const char *value,
		       const char *special,
		       void (*change)(struct secbuf *out, char c))
{
	size_t plain = strcspn(value, special);

	secbuf_puts(out, "'");
	secbuf_add(out, value, plain);
	for (value += plain; *value != '\0'; value += plain) {
		change(out, *value++);
		plain = strcspn(value, special);
		secbuf_add(out, value, plain);
	}
	secbuf_puts(out, "'");
}

static void end_and_begin(struct secbuf *out, char c)
{
	(void)c;
	secbuf_puts(out, "'\\''");
}

static void backslash(struct secbuf *out, char c)
{
	secbuf_puts(out, "\\");
	secbuf_add(out, &c, 1);
}

static void put_sh(struct secbuf *out, const struct pair *pair)
{
	secbuf_puts(out, "export ");
	secbuf_puts(out, pair->name);
	secbuf_puts(out, "=");
	put_quoted(out, pair->value, "'", end_and_begin);
}

static void put_fish(struct secbuf *out, const struct pair *pair)
{
	secbuf_puts(out, "set -gx ");
	secbuf_puts(out, pair->name);
	secbuf_puts(out, " ");
	put_quoted(out, pair->value, "'\\", backslash);
}

/*
 * PowerShell ends a single-quoted text at U+2018, U+2019, U+201A and U+201B,
 * too: each is E2 80 98 to 9B in UTF-8 ("about_Quoting_Rules").
 */
static bool is_quote(const char *text)
{
	return strncmp(text, "\xe2\x80", 2) == 0 &&
	       (unsigned char)text[2] >= 0x98 && (unsigned char)text[2] <= 0x9b;
}

static void put_powershell(struct secbuf *out, const struct pair *pair)
{
	secbuf_puts(out, "$Env:");
	secbuf_puts(out, pair->name);
	secbuf_puts(out, "='");
	for (const char *at = pair->value; *at != '\0';) {
		size_t len = is_quote(at) ? 3 : 1;

		if (len == 3 || *at == '\'')
			secbuf_add(out, at, len);
		secbuf_add(out, at, len);
		at += len;
	}
	secbuf_puts(out, "'");
}

static void put_env(struct secbuf *out, const struct pair *pair)
{
	secbuf_puts(out, pair->name);
	secbuf_puts(out, "=");
	secbuf_puts(out, pair->value);
}

static void put_ini(struct secbuf *out, const struct pair *pair)
{
	secbuf_puts(out, pair->ini_name);
	secbuf_puts(out, "=");
	secbuf_puts(out, pair->value);
}

struct form {
	const char *name;
	void (*put)(struct secbuf *out, const struct pair *pair);
	const char *drop; /* before a name to unset, or NULL: a file cannot */
};

static const struct form forms[] = {
	{ "sh", put_sh, "unset " },
	{ "fish", put_fish, "set -eg " },
	{ "powershell", put_powershell,
	  "Remove-Item -ErrorAction Ignore Env:" },
	{ "env", put_env, NULL },
	{ "ini", put_ini, NULL },
	{ "json", NULL, NULL },
};

/* Finds a format, which is one of the words of --format. */
static const struct form *find_form(const char *name)
{
	size_t n = sizeof(forms) / sizeof(forms[0]) - 1;

	while (n > 0 && name && strcmp(name, forms[n].name) != 0)
		n--;
	return name ? &forms[n] : &forms[0];
}

/* The printed values: credentials, plan->variables, names of the profile. */
struct exported {
	const struct form *form;
	const struct plan *plan;
	char *const *environment; /* of the shell, as far as it is exported */
	struct pair *pairs;
	size_t n_pairs;
};

static void put_one(struct secbuf *out, const struct form *form,
		    const struct pair *pair)
{
	const char *name = form->put == put_ini ? pair->ini_name : pair->name;

	if (!pair->value || !name)
		return;
	form->put(out, pair);
	secbuf_puts(out, "\n");
}

/* These formats cannot quote: a line break would begin another variable. */
static bool check_lines(const struct form *form, const struct pair *pair,
			struct error *err)
{
	bool quotes = form->put != put_env && form->put != put_ini;

	return quotes || !pair->value ||
	       pair->value[strcspn(pair->value, "\r\n")] == '\0' ||
	       error_fail(err, REASON_BAD_CREDENTIALS, .other = pair->name);
}

/* --- variables to unset ----------------------------------------------------- */

/* Tests whether the output sets a variable, of which name is the first len. */
static bool is_set(const struct exported *e, const char *name, size_t len)
{
	for (size_t i = 0; i < e->n_pairs; i++)
		if (e->pairs[i].value && e->pairs[i].name &&
		    strncmp(e->pairs[i].name, name, len) == 0 &&
		    e->pairs[i].name[len] == '\0')
			return true;
	return false;
}

static void put_dropped(struct secbuf *out, const struct exported *e,
			const char *name, size_t len)
{
	if (is_set(e, name, len))
		return;
	secbuf_puts(out, e->form->drop);
	secbuf_add(out, name, len);
	secbuf_puts(out, "\n");
}

/* A shell cannot forget a name that is not one of its own. */
static bool is_name(const char *entry, size_t len)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

	return len > 0 && strspn(entry, letters) == len;
}

/* A prefix stands for the names in the environment. */
static void put_stale(struct secbuf *out, const struct exported *e,
		      const char *name)
{
	size_t len = strlen(name);

	if (name[len - 1] != '*') {
		put_dropped(out, e, name, len);
		return;
	}
	for (char *const *at = e->environment; *at; at++)
		if (strncmp(*at, name, len - 1) == 0 &&
		    is_name(*at, strcspn(*at, "=")))
			put_dropped(out, e, *at, strcspn(*at, "="));
}

/* Drops a variable of an outer rolekey for another profile, and its mark. */
static void put_outer(struct secbuf *out, const struct exported *e,
		      const char *mark)
{
	static const size_t before = sizeof(MARK_PREFIX) - 1;
	size_t len = strcspn(mark, "=");
	char name[NAME_LEN];

	if (!is_name(mark, len) || len >= sizeof(name))
		return;
	memcpy(name, mark, len);
	name[len] = '\0';
	put_dropped(out, e, name, len);
	if (mark_is_ours(e->environment, name + before))
		put_dropped(out, e, name + before, len - before);
}

/*
 * Drops variables that SDKs prefer to the credentials, or that belong to an
 * earlier profile; a region that the user set stays.
 */
static void put_drops(struct secbuf *out, const struct exported *e)
{
	if (!e->form->drop)
		return;
	for (size_t i = 0; i < e->n_pairs; i++)
		if (!e->pairs[i].value && e->pairs[i].name)
			put_dropped(out, e, e->pairs[i].name,
				    strlen(e->pairs[i].name));
	for (size_t i = 0; childenv_stale(i); i++)
		put_stale(out, e, childenv_stale(i));
	for (char *const *at = e->environment; *at; at++)
		if (mark_is_mark(*at))
			put_outer(out, e, *at);
}

/* --- all of it --------------------------------------------------------------- */

/* Names for prompts: where a shell has one, it is of an earlier profile. */
static const char *renamed(const struct exported *e, const char *name)
{
	return text_env(e->environment, name) ? e->plan->profile : NULL;
}

static void fill(struct exported *e, const struct credentials *creds,
		 const char *expires)
{
	const struct secbuf *token = creds->session_token;
	const struct plan *plan = e->plan;
	const struct pair first[] = {
		{ "AWS_ACCESS_KEY_ID", "aws_access_key_id",
		  creds->access_key_id },
		{ "AWS_SECRET_ACCESS_KEY", "aws_secret_access_key",
		  secbuf_text(creds->secret_key) },
		{ "AWS_SESSION_TOKEN", "aws_session_token",
		  token ? secbuf_text(token) : NULL },
		{ "AWS_CREDENTIAL_EXPIRATION", "aws_credential_expiration",
		  creds->expires != 0 ? expires : NULL },
	};
	size_t n = sizeof(first) / sizeof(first[0]);
	bool shell = e->form->drop != NULL;

	memcpy(e->pairs, first, sizeof(first));
	for (size_t i = 0; i < plan->n_variables; i++)
		e->pairs[n++] = (struct pair){ plan->variables[i].name,
					       plan->variables[i].key,
					       plan->variables[i].value };
	if (shell && renamed(e, "ROLEKEY_PROFILE"))
		e->pairs[n++] =
			(struct pair){ "ROLEKEY_PROFILE", NULL, plan->profile };
	if (shell && renamed(e, "AWS_VAULT"))
		e->pairs[n++] =
			(struct pair){ "AWS_VAULT", NULL, plan->profile };
	if (shell && !plan->read_only && renamed(e, READ_ONLY))
		e->pairs[n++] = (struct pair){ READ_ONLY, NULL, NULL };
	e->n_pairs = n;
}

static bool put_pairs(struct secbuf *out, const struct exported *e,
		      const char *section, struct error *err)
{
	if (e->form->put == put_ini) {
		secbuf_puts(out, "[");
		secbuf_puts(out, section);
		secbuf_puts(out, "]\n");
	}
	put_drops(out, e);
	for (size_t i = 0; i < e->n_pairs; i++) {
		if (!check_lines(e->form, &e->pairs[i], err))
			return false;
		put_one(out, e->form, &e->pairs[i]);
	}
	return true;
}

/* --- a section for the AWS files --------------------------------------------- */

/*
 * Tests for a profile whose keys in a file would be ignored: by its own section,
 * because SDKs do not know include_profile.
 */
static bool has_source(const struct aws_config *config, const char *name)
{
	const struct config_section *section =
		aws_config_find(config, CONFIG_PROFILE, name);
	const struct profile own = { .name = name,
				     .sections = &section,
				     .n_sections = section ? 1 : 0 };

	return source_value(&own,
			    SOURCE_OWN | SOURCE_WEB_IDENTITY | SOURCE_ROLE);
}

/*
 * Names the section: with the profile's own name, every SDK would ignore the
 * keys in favour of its role_arn.
 */
static const char *name_section(const struct context *context)
{
	const char *name = context->plan.profile;

	while (name && has_source(context->config, name))
		name = arena_printf(context->arena, "%s-session", name);
	return name;
}

static void say_section(const struct world *world, const struct form *form,
			const struct context *context, const char *section)
{
	if (form->put == put_ini && strcmp(section, context->plan.profile) != 0)
		notice_info(&world->notices, REASON_OTHER_SECTION,
			    .profile = context->plan.profile, .value = section);
}

/* --- output ------------------------------------------------------------------ */

static size_t room_for(const struct exported *e,
		       const struct credentials *creds)
{
	size_t room = 2 * (secbuf_len(creds->secret_key) +
			   secbuf_len(creds->session_token)) +
		      8 * strlen(e->plan->profile) + FIXED_MAX;

	for (size_t i = 0; i < e->plan->n_variables; i++)
		room += 4 * strlen(e->plan->variables[i].value) + NAME_LEN;
	for (char *const *at = e->environment; *at; at++)
		if (strncmp(*at, "AWS_", 4) == 0 || mark_is_mark(*at))
			room += 2 * strcspn(*at, "=") + NAME_LEN;
	return room;
}

/* Prints the whole text from one buffer: at once, or not at all. */
static bool show(const struct world *world, const struct form *form,
		 const struct context *context, const struct credentials *creds,
		 struct error *err)
{
	const struct plan *plan = &context->plan;
	struct exported e = { .form = form,
			      .plan = plan,
			      .environment = world->environment };
	const char *section = name_section(context);
	char expires[TIMEFMT_ISO_LEN];
	struct secbuf *out = secbuf_new(room_for(&e, creds));
	bool ok;

	timefmt_iso(creds->expires, expires);
	e.pairs = arena_alloc(context->arena,
			      (PAIRS + plan->n_variables) * sizeof(*e.pairs));
	if (!e.pairs || !section) {
		ok = error_memory(err);
	} else if (form->put) {
		fill(&e, creds, expires);
		ok = put_pairs(out, &e, section, err);
	} else {
		print_credentials_json(out, creds);
		ok = true;
	}
	ok = ok && print_secbuf(world, out, err);
	if (ok && section)
		say_section(world, form, context, section);
	secbuf_free(out);
	return ok;
}

/* How a command prints credentials. */
struct way {
	const struct form *form;
	const char *how; /* in the log */
	int64_t keep;    /* seconds that a cached session must last */
	bool sure; /* do not ask for the confirmation of rolekey_confirm */
};

static bool hand_out(const struct request *request, const struct world *world,
		     const struct way *way, struct error *err)
{
	const struct form *form = way->form;
	struct credentials creds = { 0 };
	struct context context;
	bool ok;

	ok = context_load(request, world, &context, err) &&
	     guard_confirm(&context.plan, way->sure, world, err) &&
	     obtain_credentials(request, &context, world, way->keep, &creds,
				err);
	if (!ok)
		(void)print_searched(world, err);
	else if (form->drop && context.plan.default_endpoint)
		notice_fact(&world->notices, NOTICE_WARNING,
			    context.plan.default_endpoint);
	ok = ok && show(world, form, &context, &creds, err);
	if (ok)
		log_use(&(const struct log_use){ .request = request,
						 .plan = &context.plan,
						 .creds = &creds,
						 .how = way->how },
			world);
	credentials_clear(&creds);
	context_clear(&context);
	return ok;
}

static bool cmd_export(const struct call *call, const struct world *world,
		       struct error *err)
{
	const struct export_options *own = call->options;
	const struct way way = { .form = find_form(own->format),
				 .how = LOG_USE_EXPORT,
				 .keep = TTL_EXEC,
				 .sure = !own->confirm || call->yes };

	return hand_out(&call->request, world, &way, err);
}

static bool cmd_credential_process(const struct call *call,
				   const struct world *world, struct error *err)
{
	static const struct form json = { "json", NULL, NULL };
	static const struct way way = { .form = &json,
					.how = LOG_USE_PROCESS,
					.keep = TTL_PROCESS,
					.sure = true };

	return hand_out(&call->request, world, &way, err);
}

const struct command command_export = {
	.name = "export",
	.needs = NEEDS_KEYRING | NEEDS_NETWORK,
	.summary = "print credentials for a shell or a file",
	.operands = OPERANDS_PROFILE,
	.options = options,
	.options_size = sizeof(struct export_options),
	.help = "Prints the credentials of PROFILE, or of AWS_PROFILE, in one "
		"of these formats:\n"
		"\n"
		"  sh          export NAME='value'\n"
		"  fish        set -gx NAME 'value'\n"
		"  powershell  $Env:NAME='value'\n"
		"  env         NAME=value\n"
		"  json        the JSON of a credential_process\n"
		"  ini         a section for ~/.aws/credentials\n",
	.examples = "eval \"$(rolekey export testing)\"\n"
		    "rolekey export testing --format fish | source\n"
		    "rolekey export testing --format powershell | Out-String | "
		    "Invoke-Expression\n",
	.run = cmd_export,
};

const struct command command_credential_process = {
	.name = "credential-process",
	.needs = NEEDS_KEYRING | NEEDS_NETWORK,
	.summary = "print credentials for an AWS SDK",
	.operands = OPERANDS_PROFILE,
	.options = process_options,
	.terse = true,
	.help = "Prints the credentials of PROFILE as the JSON that the AWS "
		"SDKs and the AWS CLI expect of a credential_process. In "
		"~/.aws/config:\n"
		"\n"
		"  [profile testing-cli]\n"
		"  credential_process = rolekey credential-process testing\n"
		"\n"
		"An error is one line on stderr, which the SDKs show.\n",
	.examples = "rolekey credential-process testing\n",
	.run = cmd_credential_process,
};

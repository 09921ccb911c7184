#include "cmd/childenv.h"

#include <string.h>

#include "aws/credentials.h"
#include "base/error.h"
#include "base/mark.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/timefmt.h"
#include "plan/plan.h"

#define NAME_LEN 256 /* bytes of a variable's name */

struct childenv {
	struct secbuf *text; /* "NAME=value", each with its NUL */
	char **pointers;     /* into text; ends with NULL */
};

/*
 * Variables that could override ours, or contain secrets of ours. '*' ends a
 * prefix.
 */
static const char *const removed[] = {
	"AWS_ACCESS_KEY_ID",
	"AWS_SECRET_ACCESS_KEY",
	"AWS_SESSION_TOKEN",
	"AWS_SECURITY_TOKEN",
	"AWS_ACCESS_KEY",
	"AWS_SECRET_KEY",
	"AWS_CREDENTIAL_EXPIRATION",
	"AWS_SESSION_EXPIRATION",
	"AWS_CREDENTIAL_FILE",
	"AWS_PROFILE",
	"AWS_DEFAULT_PROFILE",
	"AWS_SDK_LOAD_CONFIG",
	"AWS_ROLE_ARN",
	"AWS_ROLE_SESSION_NAME",
	"AWS_WEB_IDENTITY_TOKEN_FILE",
	"AWS_MFA_SERIAL",
	"AWS_BEARER_TOKEN_*",
	"AWS_CONTAINER_*",
	"AWSUME_*",
	"AWS_SSO_*",
	"AWS_VAULT*",
	"ROLEKEY_AWS_*",
	"ROLEKEY_JOB",
	"ROLEKEY_PASSPHRASE*",
	"ROLEKEY_PROFILE",
	"ROLEKEY_READ_ONLY",
};

/*
 * Those of them that an SDK could prefer to the credentials in a shell: the
 * others are settings, which a shell may need later.  SDKs read the long names
 * of AWS_CONTAINER_* only.
 */
static const char *const stale[] = {
	"AWS_SECURITY_TOKEN",
	"AWS_ACCESS_KEY",
	"AWS_SECRET_KEY",
	"AWS_SESSION_EXPIRATION",
	"AWS_CREDENTIAL_FILE",
	"AWS_PROFILE",
	"AWS_DEFAULT_PROFILE",
	"AWS_ROLE_ARN",
	"AWS_WEB_IDENTITY_TOKEN_FILE",
	"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
	"AWS_CONTAINER_CREDENTIALS_FULL_URI",
	"AWS_CONTAINER_AUTHORIZATION_TOKEN",
	"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
	"AWS_BEARER_TOKEN_*",
};

/* The variables that childenv_new() sets, in order. */
enum set {
	SET_KEY_ID,
	SET_SECRET,
	SET_TOKEN,
	SET_EXPIRES,
	SET_SESSION_EXPIRES,
	SET_PROFILE,
	SET_VAULT,
	SET_COUNT
};

static const char *const set_names[SET_COUNT] = {
	[SET_KEY_ID] = "AWS_ACCESS_KEY_ID",
	[SET_SECRET] = "AWS_SECRET_ACCESS_KEY",
	[SET_TOKEN] = "AWS_SESSION_TOKEN",
	[SET_EXPIRES] = "AWS_CREDENTIAL_EXPIRATION",
	[SET_SESSION_EXPIRES] = "AWS_SESSION_EXPIRATION",
	[SET_PROFILE] = "ROLEKEY_PROFILE",
	[SET_VAULT] = "AWS_VAULT",
};

const char *childenv_name(size_t n)
{
	return n < SET_COUNT ? set_names[n] : NULL;
}

const char *childenv_stale(size_t n)
{
	return n < sizeof(stale) / sizeof(stale[0]) ? stale[n] : NULL;
}

static bool has_name(const char *entry, const char *name)
{
	size_t len = strlen(name);

	if (len > 0 && name[len - 1] == '*')
		return strncmp(entry, name, len - 1) == 0;
	return strncmp(entry, name, len) == 0 && entry[len] == '=';
}

static bool is_replaced(const char *entry, const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_variables; i++)
		if (plan->variables[i].name &&
		    has_name(entry, plan->variables[i].name))
			return true;
	return false;
}

/* Tests whether an outer rolekey set the entry for another profile. */
static bool is_outer(const char *entry, char *const base[])
{
	char name[NAME_LEN];
	size_t len = strcspn(entry, "=");

	if (len >= sizeof(name))
		return false;
	memcpy(name, entry, len);
	name[len] = '\0';
	return mark_is_ours(base, name);
}

static bool has_marks(char *const base[])
{
	while (*base && !mark_is_mark(*base))
		base++;
	return *base != NULL;
}

/* Tests whether an entry is kept; all that concern us begin with these. */
static bool is_kept(const char *entry, char *const base[], bool marks,
		    const struct plan *plan)
{
	if (strncmp(entry, "AWS", 3) != 0 && strncmp(entry, "ROLEKEY", 7) != 0)
		return true;
	for (size_t i = 0; i < sizeof(removed) / sizeof(removed[0]); i++)
		if (has_name(entry, removed[i]))
			return false;
	return !is_replaced(entry, plan) && (!marks || !is_outer(entry, base));
}

/* Variables that a command gets instead of credentials. */
struct more {
	const struct childenv_variable *variables;
	size_t n;
};

static bool is_in(const struct more *more, const char *entry)
{
	for (size_t i = 0; i < more->n; i++)
		if (has_name(entry, more->variables[i].name))
			return true;
	return false;
}

static void add(struct childenv *env, size_t *n, const char *name,
		const char *value)
{
	size_t at = secbuf_len(env->text);

	if (!value)
		return;
	if (name) {
		secbuf_puts(env->text, name);
		secbuf_puts(env->text, "=");
	}
	secbuf_add(env->text, value, strlen(value) + 1);
	if (secbuf_ok(env->text))
		env->pointers[(*n)++] = secbuf_edit(env->text) + at;
}

static size_t measure_variables(const struct plan *plan)
{
	size_t bytes = 0;

	for (size_t i = 0; i < plan->n_variables; i++)
		if (plan->variables[i].name)
			bytes += strlen(plan->variables[i].name) +
				 strlen(plan->variables[i].value) + 2;
	return bytes;
}

static size_t measure_credentials(const struct credentials *creds)
{
	return secbuf_len(creds->secret_key) +
	       secbuf_len(creds->session_token) + strlen(creds->access_key_id);
}

static size_t measure_more(const struct more *more)
{
	size_t bytes = 0;

	for (size_t i = 0; i < more->n; i++)
		if (more->variables[i].value)
			bytes += strlen(more->variables[i].name) +
				 strlen(more->variables[i].value) + 2;
	return bytes;
}

static bool measure(char *const base[], const struct plan *plan, size_t *count,
		    size_t *bytes)
{
	*bytes += 1024 + 2 * strlen(plan->profile) + measure_variables(plan);
	for (*count = 0; base[*count]; (*count)++)
		*bytes += strlen(base[*count]) + 1;
	return *count < (size_t)1 << 24;
}

static void add_set(struct childenv *env, size_t *n, enum set from,
		    enum set end, const char *const values[static SET_COUNT])
{
	for (size_t i = from; i < end; i++)
		add(env, n, set_names[i], values[i]);
}

static void fill(struct childenv *env, char *const base[],
		 const char *const values[static SET_COUNT],
		 const struct more *more, const struct plan *plan)
{
	bool marks = has_marks(base);
	size_t n = 0;

	for (size_t i = 0; base[i]; i++)
		if (is_kept(base[i], base, marks, plan) &&
		    !is_in(more, base[i]))
			add(env, &n, NULL, base[i]);
	for (size_t i = 0; i < more->n; i++)
		add(env, &n, more->variables[i].name, more->variables[i].value);
	add_set(env, &n, SET_KEY_ID, SET_PROFILE, values);
	for (size_t i = 0; i < plan->n_variables; i++)
		if (plan->variables[i].name)
			add(env, &n, plan->variables[i].name,
			    plan->variables[i].value);
	add_set(env, &n, SET_PROFILE, SET_COUNT, values);
}

static struct childenv *make(char *const base[], size_t bytes,
			     const char *const values[static SET_COUNT],
			     const struct more *more, const struct plan *plan,
			     struct error *err)
{
	struct childenv *env = mem_alloc(sizeof(*env));
	size_t count;

	if (env && measure(base, plan, &count, &bytes)) {
		env->text = secbuf_new(bytes);
		env->pointers = mem_alloc(
			(count + SET_COUNT + more->n + plan->n_variables + 1) *
			sizeof(*env->pointers));
		if (env->text && env->pointers)
			fill(env, base, values, more, plan);
	}
	if (env && env->pointers && secbuf_ok(env->text))
		return env;
	childenv_free(env);
	error_memory(err);
	return NULL;
}

struct childenv *childenv_new(char *const base[],
			      const struct credentials *creds,
			      const struct plan *plan, struct error *err)
{
	char expires[TIMEFMT_ISO_LEN];
	const char *const until = creds->expires != 0 ? expires : NULL;
	const char *const values[SET_COUNT] = {
		[SET_KEY_ID] = creds->access_key_id,
		[SET_SECRET] = secbuf_text(creds->secret_key),
		[SET_TOKEN] = creds->session_token
				      ? secbuf_text(creds->session_token)
				      : NULL,
		[SET_EXPIRES] = until,
		[SET_SESSION_EXPIRES] = until,
		[SET_PROFILE] = plan->profile,
		[SET_VAULT] = plan->profile,
	};
	const struct more none = { .n = 0 };

	timefmt_iso(creds->expires, expires);
	return make(base, measure_credentials(creds), values, &none, plan, err);
}

struct childenv *childenv_serve(char *const base[],
				const struct childenv_variable *variables,
				size_t n, const struct plan *plan,
				struct error *err)
{
	const char *const values[SET_COUNT] = {
		[SET_PROFILE] = plan->profile,
		[SET_VAULT] = plan->profile,
	};
	const struct more more = { variables, n };

	return make(base, measure_more(&more), values, &more, plan, err);
}

char *const *childenv_pointers(const struct childenv *env)
{
	return env->pointers;
}

void childenv_free(struct childenv *env)
{
	if (!env)
		return;
	secbuf_free(env->text);
	mem_free(env->pointers);
	mem_free(env);
}

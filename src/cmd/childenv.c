#include "cmd/childenv.h"

#include <string.h>

#include "aws/credentials.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/timefmt.h"

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
	"AWS_CONTAINER_*",
	"AWSUME_*",
	"AWS_SSO_*",
	"AWS_VAULT*",
	"ROLEKEY_PASSPHRASE*",
	"ROLEKEY_PROFILE",
};

/* The variables that childenv_new() sets, in order. */
enum set {
	SET_KEY_ID,
	SET_SECRET,
	SET_TOKEN,
	SET_EXPIRES,
	SET_REGION,
	SET_DEFAULT_REGION,
	SET_PROFILE,
	SET_VAULT,
	SET_COUNT
};

static const char *const set_names[SET_COUNT] = {
	[SET_KEY_ID] = "AWS_ACCESS_KEY_ID",
	[SET_SECRET] = "AWS_SECRET_ACCESS_KEY",
	[SET_TOKEN] = "AWS_SESSION_TOKEN",
	[SET_EXPIRES] = "AWS_CREDENTIAL_EXPIRATION",
	[SET_REGION] = "AWS_REGION",
	[SET_DEFAULT_REGION] = "AWS_DEFAULT_REGION",
	[SET_PROFILE] = "ROLEKEY_PROFILE",
	[SET_VAULT] = "AWS_VAULT",
};

const char *childenv_name(size_t n)
{
	return n < SET_COUNT ? set_names[n] : NULL;
}

static bool has_name(const char *entry, const char *name)
{
	size_t len = strlen(name);

	if (len > 0 && name[len - 1] == '*')
		return strncmp(entry, name, len - 1) == 0;
	return strncmp(entry, name, len) == 0 && entry[len] == '=';
}

/*
 * Tests whether an entry is kept.  A region is removed only if there is one to
 * replace it.
 */
static bool is_kept(const char *entry, const char *region)
{
	for (size_t i = 0; i < sizeof(removed) / sizeof(removed[0]); i++)
		if (has_name(entry, removed[i]))
			return false;
	return !region || (!has_name(entry, set_names[SET_REGION]) &&
			   !has_name(entry, set_names[SET_DEFAULT_REGION]));
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

static bool measure(char *const base[], const struct credentials *creds,
		    const char *region, const char *profile, size_t *count,
		    size_t *bytes)
{
	*bytes = 1024 + secbuf_len(creds->secret_key) +
		 secbuf_len(creds->session_token) +
		 strlen(creds->access_key_id) + 2 * strlen(profile) +
		 (region ? 2 * strlen(region) : 0);
	for (*count = 0; base[*count]; (*count)++)
		*bytes += strlen(base[*count]) + 1;
	return *count < (size_t)1 << 24;
}

static void fill(struct childenv *env, char *const base[],
		 const struct credentials *creds, const char *region,
		 const char *profile)
{
	char expires[TIMEFMT_ISO_LEN];
	const char *const values[SET_COUNT] = {
		[SET_KEY_ID] = creds->access_key_id,
		[SET_SECRET] = secbuf_text(creds->secret_key),
		[SET_TOKEN] = creds->session_token
				      ? secbuf_text(creds->session_token)
				      : NULL,
		[SET_EXPIRES] = creds->expires != 0 ? expires : NULL,
		[SET_REGION] = region,
		[SET_DEFAULT_REGION] = region,
		[SET_PROFILE] = profile,
		[SET_VAULT] = profile,
	};
	size_t n = 0;

	timefmt_iso(creds->expires, expires);
	for (size_t i = 0; base[i]; i++)
		if (is_kept(base[i], region))
			add(env, &n, NULL, base[i]);
	for (size_t i = 0; i < SET_COUNT; i++)
		add(env, &n, set_names[i], values[i]);
}

struct childenv *childenv_new(char *const base[],
			      const struct credentials *creds,
			      const char *region, const char *profile,
			      struct error *err)
{
	struct childenv *env = mem_alloc(sizeof(*env));
	size_t count, bytes;

	if (env && measure(base, creds, region, profile, &count, &bytes)) {
		env->text = secbuf_new(bytes);
		env->pointers = mem_alloc((count + SET_COUNT + 1) *
					  sizeof(*env->pointers));
		if (env->text && env->pointers)
			fill(env, base, creds, region, profile);
	}
	if (env && env->pointers && secbuf_ok(env->text))
		return env;
	childenv_free(env);
	error_memory(err);
	return NULL;
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

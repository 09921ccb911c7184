#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aws/credentials.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "cmd/childenv.h"
#include "format/settings.h"
#include "plan/plan.h"

/*
 * An environment, a variable a line; the first byte says how often all of it
 * comes again, up to 10,000 variables.  Properties: settings are read or refused
 * in a word; a child's environment has each variable of ours once, none that
 * could win over them or that holds a secret of ours, and the others as they
 * were and in their order.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define VARIABLES_MAX 10000

static const struct plan_variable variables[] = {
	{ "AWS_REGION", "eu-west-1", "region" },
	{ "ROLEKEY_AWS_REGION", "eu-west-1", NULL },
	{ NULL, "s", "services" }, /* for a file: not set here */
	{ "AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9", NULL },
};

#define N_VARIABLES (sizeof(variables) / sizeof(variables[0]))

static const struct plan plan = { .profile = "testing",
				  .variables = variables,
				  .n_variables = N_VARIABLES };

/* Returns the n-th variable that is set; NULL after the last. */
static const char *mine(size_t n)
{
	size_t seen = 0;

	for (size_t i = 0; childenv_name(i); i++)
		if (seen++ == n)
			return childenv_name(i);
	for (size_t i = 0; i < N_VARIABLES; i++)
		if (variables[i].name && seen++ == n)
			return variables[i].name;
	return NULL;
}

static const char *const gone[] = {
	"AWS_SECURITY_TOKEN=",
	"AWS_PROFILE=",
	"AWS_DEFAULT_PROFILE=",
	"AWS_ROLE_ARN=",
	"AWSUME_",
	"AWS_CONTAINER_",
	"AWS_SSO_",
	"AWS_MFA_SERIAL=",
	"AWS_BEARER_TOKEN_",
	"AWS_SECRET_KEY=",
	"ROLEKEY_PASSPHRASE",
};

static void need(bool ok)
{
	if (!ok)
		abort();
}

static bool begins(const char *entry, const char *with)
{
	return strncmp(entry, with, strlen(with)) == 0;
}

static bool is_mine(const char *entry)
{
	const char *name;

	for (size_t i = 0; (name = mine(i)); i++) {
		if (begins(entry, name) && entry[strlen(name)] == '=')
			return true;
	}
	return false;
}

/* How often a variable of that name is there, and what it says at the end. */
static size_t count(char *const environment[], const char *name)
{
	size_t n = 0;

	for (; *environment; environment++)
		n += begins(*environment, name) &&
		     (*environment)[strlen(name)] == '=';
	return n;
}

static void check_child(char *const base[], char *const child[])
{
	for (size_t i = 0; mine(i); i++)
		need(count(child, mine(i)) == 1);
	need(strcmp(text_env(child, "AWS_ACCESS_KEY_ID"), "ASIAEXAMPLE") == 0);
	need(strcmp(text_env(child, "AWS_VAULT"), "testing") == 0);
	need(strcmp(text_env(child, "AWS_REGION"), "eu-west-1") == 0);
	for (char *const *at = child; *at; at++) {
		for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
			need(!begins(*at, gone[i]));
		if (is_mine(*at))
			continue;
		while (*base && strcmp(*base, *at) != 0)
			base++;
		need(*base++ != NULL); /* it was there, and behind the last */
	}
}

static void try(char *const environment[])
{
	struct settings settings = settings_default();
	struct credentials creds = { .access_key_id = strdup("ASIAEXAMPLE"),
				     .secret_key = secbuf_from("secret"),
				     .session_token = secbuf_from("token"),
				     .expires = 1893456000 };
	struct error err = { 0 };
	struct childenv *child;

	need(settings_environment(environment, &settings, &err) ||
	     (err.code == ERROR_CONFIG && begins(err.about.key, "ROLEKEY_")));
	child = childenv_new(environment, &creds, &plan, &err);
	need(child != NULL);
	check_child(environment, childenv_pointers(child));
	childenv_free(child);
	credentials_clear(&creds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = size > 0 ? strndup((const char *)data + 1, size - 1)
			      : strdup("");
	char **environment = calloc(VARIABLES_MAX + 1, sizeof(*environment));
	size_t rounds = size > 0 && data[0] >= 0xf0 ? VARIABLES_MAX
			: size > 0                  ? data[0] % 4 + 1U
						    : 1;
	size_t n = 0;
	size_t once;

	if (text && environment) {
		char *save = NULL;

		for (char *at = strtok_r(text, "\n", &save);
		     at && n < VARIABLES_MAX; at = strtok_r(NULL, "\n", &save))
			environment[n++] = at;
		once = n;
		while (once > 0 && --rounds > 0 && n + once <= VARIABLES_MAX) {
			memcpy(environment + n, environment,
			       once * sizeof(*environment));
			n += once;
		}
		try(environment);
	}
	free(environment);
	free(text);
	return 0;
}

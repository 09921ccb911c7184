/*
 * Random configurations of stored and static keys, roles, chains, processes and
 * profiles that are their own source: all commands must agree on each.
 *
 * ROLEKEY_CONFIGURATIONS sets how many (200), ROLEKEY_SEED the first (1).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "cmd/command.h"
#include "fakes/fake_world.h"
#include "fakes/walk.h"
#include "port/world.h"
#include "support/check.h"
#include "support/facts.h"

#define CONFIG      "/home/alex/.aws/config"
#define CREDENTIALS "/home/alex/.aws/credentials"
#define SECRET      "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY12"
#define NEW_KEY     "AKIANEWNEWNEWNEWNEW1"

#define PROFILES   5
#define ID_LEN     24
#define RESULT_LEN 256

/* What one profile has; a missing key is "". */
struct one {
	char name[24];
	char include[24];     /* include_profile */
	char file_id[ID_LEN]; /* in either file */
	bool token;           /* beside it: it is a session */
	char stored_id[ID_LEN];
};

struct lab {
	struct fake_world *fake;
	struct http http; /* the fake's own */
	struct one profiles[PROFILES];
	size_t n;
	struct strbuf config, credentials;
	char *texts[2]; /* the files as they are now */
	char path[RESULT_LEN];
	unsigned random;
};

/* --- chance --------------------------------------------------------------- */

/* xorshift32: the same everywhere. */
static unsigned below(struct lab *lab, unsigned n)
{
	uint64_t x = lab->random;

	x = (x ^ x << 13) & UINT32_MAX;
	x ^= x >> 17;
	x = (x ^ x << 5) & UINT32_MAX;
	lab->random = (unsigned)x;
	return lab->random % n;
}

static bool chance(struct lab *lab, unsigned percent)
{
	return below(lab, 100) < percent;
}

static const char *any_name(struct lab *lab)
{
	return lab->profiles[below(lab, (unsigned)lab->n)].name;
}

/* --- a configuration ------------------------------------------------------- */

static void put_header(struct strbuf *out, const char *name, bool config)
{
	bool prefix = config && strcmp(name, "default") != 0;

	strbuf_printf(out, "[%s%s]\n", prefix ? "profile " : "", name);
}

static void put_process(struct lab *lab, const struct one *p)
{
	const char *name = chance(lab, 70) ? p->name : any_name(lab);
	char line[128];

	if (chance(lab, 30)) {
		strbuf_puts(&lab->config, "credential_process = other\n");
		return;
	}
	switch (below(lab, 4)) {
	case 0:
		(void)snprintf(line, sizeof(line), "%s %s",
			       "rolekey credential-process", name);
		break;
	case 1:
		(void)snprintf(line, sizeof(line), "%s %s",
			       "/usr/bin/rolekey -q export --format json",
			       name);
		break;
	case 2:
		(void)snprintf(line, sizeof(line), "aws-vault exec %s --json",
			       name);
		break;
	default:
		(void)snprintf(line, sizeof(line), "%s",
			       "rolekey credential-process");
		break;
	}
	strbuf_printf(&lab->config, "credential_process = %s\n", line);
}

static void put_keys(struct lab *lab, struct one *p, size_t i)
{
	struct strbuf *out = &lab->config;

	if (chance(lab, 65))
		return;
	p->token = chance(lab, 15);
	(void)snprintf(p->file_id, sizeof(p->file_id), "%sFILEFILEFILE000%c",
		       p->token ? "ASIA" : "AKIA", (char)('0' + i));
	if (chance(lab, 60)) {
		out = &lab->credentials;
		put_header(out, p->name, false);
	}
	strbuf_printf(out,
		      "aws_access_key_id = %s\naws_secret_access_key = %s\n",
		      p->file_id, SECRET);
	if (p->token)
		strbuf_puts(out, "aws_session_token = TOKEN\n");
}

static void put_profile(struct lab *lab, size_t i)
{
	struct one *p = &lab->profiles[i];
	struct strbuf *out = &lab->config;

	put_header(out, p->name, true);
	if (chance(lab, 45))
		strbuf_printf(
			out, "role_arn = arn:aws:iam::222233334444:role/R%zu\n",
			i);
	if (chance(lab, 50))
		strbuf_printf(out, "source_profile = %s\n",
			      chance(lab, 15)  ? p->name
			      : chance(lab, 5) ? "missing"
					       : any_name(lab));
	if (chance(lab, 20))
		put_process(lab, p);
	if (chance(lab, 4))
		strbuf_puts(out, "credential_source = Environment\n");
	if (chance(lab, 4))
		strbuf_puts(out, "sso_start_url = https://x.example/start\n"
				 "sso_region = eu-west-1\n");
	if (chance(lab, 3))
		strbuf_puts(out, "login_session = x\n");
	if (chance(lab, 3))
		strbuf_puts(out, "web_identity_token_file = /t\n");
	if (chance(lab, 12)) {
		(void)snprintf(p->include, sizeof(p->include), "%s",
			       any_name(lab));
		strbuf_printf(out, "include_profile = %s\n", p->include);
	}
	put_keys(lab, p, i);
}

static void store(struct lab *lab, const char *profile, const char *id)
{
	const struct keyring_item item = { KEYRING_KEY, profile, "a key",
					   profile, 0 };
	char text[256];
	struct secbuf *value;
	struct error err = { 0 };

	(void)snprintf(text, sizeof(text),
		       "rolekey key 1\naccess_key_id %s\nsecret_key %s\n", id,
		       SECRET);
	value = secbuf_from(text);
	assert_true(keyring_put(&lab->fake->world.keyring, &item, value, &err));
	secbuf_free(value);
}

static void put_stored(struct lab *lab, size_t i)
{
	struct one *p = &lab->profiles[i];
	const struct one *other = &lab->profiles[below(lab, (unsigned)lab->n)];

	if (chance(lab, 55))
		return;
	(void)snprintf(p->stored_id, sizeof(p->stored_id),
		       "AKIASTORSTORSTOR000%c", (char)('0' + i));
	if (chance(lab, 15))
		other = p;
	if (chance(lab, 30) && other->file_id[0] != '\0' && !other->token)
		memcpy(p->stored_id, other->file_id, sizeof(p->stored_id));
	store(lab, p->name, p->stored_id);
}

static void show_files(struct lab *lab)
{
	lab->fake->files[0] = (struct fake_file){ CONFIG, lab->texts[0] };
	lab->fake->files[1] = (struct fake_file){ CREDENTIALS, lab->texts[1] };
}

static void make_configuration(struct lab *lab)
{
	lab->n = 2 + below(lab, PROFILES - 1);
	for (size_t i = 0; i < lab->n; i++)
		(void)snprintf(lab->profiles[i].name,
			       sizeof(lab->profiles[i].name), "p%zu", i);
	if (chance(lab, 25))
		memcpy(lab->profiles[0].name, "default", sizeof("default"));
	for (size_t i = 0; i < lab->n; i++)
		put_profile(lab, i);
	for (size_t i = 0; i < lab->n; i++)
		put_stored(lab, i);
	lab->texts[0] = strdup(strbuf_text(&lab->config));
	lab->texts[1] = strdup(strbuf_text(&lab->credentials));
	assert_true(lab->texts[0] && lab->texts[1]);
	show_files(lab);
}

/* --- the world --------------------------------------------------------------- */

static struct lab *here;  /* of the ports below: the fakes have self */
static unsigned lab_seed; /* in use */

/* How often a command took a key and refused one. */
enum { IMPORTED, NOT_IMPORTED, ADDED, NOT_ADDED, COUNTS };
static unsigned lab_counts[COUNTS];

/* The id of the key that signs, out of the Authorization header. */
static void add_signer(const struct http_request *request)
{
	for (size_t i = 0; i < request->n_headers; i++) {
		const char *at =
			strstr(request->headers[i].value, "Credential=");

		if (at)
			(void)snprintf(here->path, sizeof(here->path), "%.*s",
				       (int)strcspn(at + 11, "/"), at + 11);
	}
}

static bool send_and_note(void *self, const struct http_request *request,
			  struct http_answer *answer, bool *sent,
			  struct error *err)
{
	const char *body = secbuf_text(request->body);
	const char *role = strstr(body, "%3Arole%2F");

	if (strstr(body, "Action=AssumeRole") && role) {
		size_t len;

		if (here->path[0] == '\0')
			add_signer(request);
		len = strlen(here->path);
		(void)snprintf(here->path + len, sizeof(here->path) - len,
			       " > %.*s", (int)strcspn(role + 10, "&"),
			       role + 10);
	}
	return here->http.send(self, request, answer, sent, err);
}

#define MADE_ID "AKIAMADEMADEMADE0001" /* of a source that makes its key */

static bool print_key(void *self, const struct helper_call *call,
		      struct secbuf **output, struct error *err)
{
	(void)self;
	assert_string_equal(call->what, "credential_process");
	*output = secbuf_from("{\"Version\":1,\"AccessKeyId\":\"" MADE_ID
			      "\",\"SecretAccessKey\":\"made\"}");
	return *output || error_memory(err);
}

static bool replace(void *self, const char *path, unsigned mode,
		    const struct secbuf *before, const struct secbuf *after,
		    struct error *err)
{
	char **text = &here->texts[strcmp(path, CREDENTIALS) == 0];

	(void)self;
	(void)mode;
	(void)before;
	free(*text);
	*text = strdup(secbuf_text(after));
	show_files(here);
	return *text || error_memory(err);
}

static int64_t ticks(void *self)
{
	(void)self;
	return 0;
}

static bool keeps_keys(void *self, struct error *err)
{
	(void)self;
	(void)err;
	return true;
}

static void has_files(void *self, const char *folder, const char *ending,
		      bool *any)
{
	(void)self;
	(void)folder;
	(void)ending;
	*any = false;
}

static void begin(struct lab *lab, void **state, unsigned seed)
{
	*lab = (struct lab){ .random = (unsigned)((seed * UINT64_C(2654435761) +
						   1) &
						  UINT32_MAX),
			     .config = strbuf_with_max(8192),
			     .credentials = strbuf_with_max(8192) };
	here = lab;
	assert_int_equal(walk_setup(state), 0);
	lab->fake = *state;
	for (size_t i = 0; i < FAKE_ITEMS; i++) {
		secbuf_free(lab->fake->items[i].value);
		lab->fake->items[i].value = NULL;
	}
	lab->http = lab->fake->world.http;
	lab->fake->world.http.send = send_and_note;
	lab->fake->world.files.replace = replace;
	lab->fake->world.helpers.run = print_key;
	lab->fake->environment[0] = "AWS_ACCESS_KEY_ID=" MADE_ID;
	lab->fake->environment[2] = "HOME=/home/alex";
	lab->fake->environment[1] = "AWS_SECRET_ACCESS_KEY=made";
	lab->fake->world.machine =
		(struct machine){ NULL, ticks, keeps_keys, has_files };
	lab->fake->facts = (struct file_facts){ .exists = true, .mode = 0600 };
	make_configuration(lab);
}

static void end(struct lab *lab, void **state)
{
	strbuf_clear(&lab->config);
	strbuf_clear(&lab->credentials);
	free(lab->texts[0]);
	free(lab->texts[1]);
	assert_int_equal(walk_end(state), 0);
}

/* Runs a command. The output is in the fake world. */
static bool run(struct lab *lab, struct error *err, const char *line)
{
	const struct command *command;
	struct call call = walk_parse(line, &command);

	fake_world_next(lab->fake);
	lab->path[0] = '\0';
	*err = (struct error){ 0 };
	return command->run(&call, &lab->fake->world, err);
}

static bool run_for(struct lab *lab, struct error *err, const char *words,
		    const char *profile, const char *more)
{
	char line[128];

	(void)snprintf(line, sizeof(line), "%s %s%s", words, profile, more);
	return run(lab, err, line);
}

/* --- what a command says --------------------------------------------------------- */

static const char *output(const struct lab *lab)
{
	const char *text = strbuf_text(&lab->fake->output);

	return text ? text : "";
}

static void drop_sessions(struct lab *lab)
{
	for (size_t i = 0; i < FAKE_ITEMS; i++)
		if (lab->fake->items[i].value &&
		    strcmp(lab->fake->items[i].kind, KEYRING_SESSION) == 0) {
			secbuf_free(lab->fake->items[i].value);
			lab->fake->items[i].value = NULL;
		}
}

/* "KEY > ROLE > ROLE", or "error REASON". */
static void exec(struct lab *lab, const char *profile,
		 char result[static RESULT_LEN])
{
	struct error err;
	char word[REASON_WORD_LEN];
	const char *id;

	if (!run_for(lab, &err, "exec -n", profile, " -- true")) {
		reason_word(err.reason, word);
		(void)snprintf(result, RESULT_LEN, "error %s", word);
	} else if (lab->path[0] != '\0') {
		(void)snprintf(result, RESULT_LEN, "%s", lab->path);
	} else {
		id = strstr(strbuf_text(&lab->fake->child),
			    "AWS_ACCESS_KEY_ID=");
		assert_non_null(id);
		(void)snprintf(result, RESULT_LEN, "%.*s",
			       (int)strcspn(id + 18, "\n"), id + 18);
	}
	drop_sessions(lab);
}

static const struct one *find(const struct lab *lab, const char *name)
{
	for (size_t i = 0; i < lab->n; i++)
		if (strcmp(lab->profiles[i].name, name) == 0)
			return &lab->profiles[i];
	return NULL;
}

/* The key of the files that a profile has, or inherits. */
static const char *file_key(const struct lab *lab, const char *name)
{
	const struct one *p = find(lab, name);

	for (size_t i = 0; p && i < lab->n && p->file_id[0] == '\0'; i++)
		p = find(lab, p->include);
	return p ? p->file_id : "";
}

/* What explain says that exec will do, in the same words. */
static void explain(struct lab *lab, const char *profile,
		    char result[static RESULT_LEN])
{
	struct error err;
	char word[REASON_WORD_LEN];
	char action[32];
	char name[32];
	const char *start;
	const char *role;

	if (!run_for(lab, &err, "explain -n", profile, "")) {
		reason_word(err.reason, word);
		(void)snprintf(result, RESULT_LEN, "error %s", word);
		return;
	}
	if (strstr(output(lab), "exec refuses:")) {
		(void)snprintf(result, RESULT_LEN, "error");
		return;
	}
	start = strstr(output(lab), "\n  start ");
	assert_non_null(start);
	assert_int_equal(
		sscanf(start, " start %31s of %31[^,\n]", action, name), 2);
	if (strcmp(action, "AssumeRoleWithWebIdentity") == 0 ||
	    strcmp(action, "SSO") == 0 || strcmp(action, "Login") == 0) {
		(void)snprintf(result, RESULT_LEN,
			       "error"); /* without a token or a file */
		return;
	}
	if (strcmp(action, "Process") == 0 ||
	    strcmp(action, "Environment") == 0)
		(void)snprintf(result, RESULT_LEN, "%s", MADE_ID);
	else
		(void)snprintf(result, RESULT_LEN, "%s",
			       strcmp(action, "StoredKey") == 0
				       ? find(lab, name)->stored_id
				       : file_key(lab, name));
	for (role = start; (role = strstr(role, ":role/")); role++) {
		size_t len = strlen(result);

		(void)snprintf(result + len, RESULT_LEN - len, " > %.*s",
			       (int)strcspn(role + 6, " \n"), role + 6);
	}
}

/* --- what must hold --------------------------------------------------------------- */

static void broken(const struct lab *lab, const char *rule, const char *profile,
		   const char *a, const char *b)
{
	struct strbuf keys = strbuf_with_max(1024);

	for (size_t i = 0; i < lab->n; i++)
		if (lab->profiles[i].stored_id[0] != '\0')
			strbuf_printf(&keys, "%s: %s\n", lab->profiles[i].name,
				      lab->profiles[i].stored_id);
	print_message("seed %u: %s: %s\n  %s\n  %s\n%s--- credentials\n%s--- "
		      "keyring\n%s"
		      "--- output\n%s\n",
		      lab_seed, rule, profile, a, b, lab->texts[0],
		      lab->texts[1],
		      strbuf_text(&keys) ? strbuf_text(&keys) : "",
		      output(lab));
	strbuf_clear(&keys);
	fail();
}

static bool is_error(const char *result)
{
	return strncmp(result, "error", 5) == 0;
}

static bool begins(const char *result, const char *id)
{
	return id[0] != '\0' && strncmp(result, id, strlen(id)) == 0;
}

static void explain_says_what_exec_does(struct lab *lab, const char *profile,
					const char *did)
{
	char said[RESULT_LEN];

	explain(lab, profile, said);
	if (strcmp(said, "error") == 0 ? !is_error(did)
				       : strcmp(said, did) != 0)
		broken(lab, "explain", profile, said, did);
}

/* Finds the value of a member in a profile's row of `list --json`. */
static void row(const struct lab *lab, const char *profile, const char *member,
		char value[static RESULT_LEN])
{
	char key[64];
	const char *at;

	(void)snprintf(key, sizeof(key), "{\"profile\":\"%s\"", profile);
	at = strstr(output(lab), key);
	assert_non_null(at);
	(void)snprintf(key, sizeof(key), "\"%s\":", member);
	at = strstr(at, key);
	assert_non_null(at);
	(void)snprintf(value, RESULT_LEN, "%.*s",
		       (int)strcspn(at + strlen(key), ",\n"), at + strlen(key));
}

/* Each profile's row agrees with what exec did. */
static void list_agrees(struct lab *lab, char (*did)[RESULT_LEN])
{
	struct error err;
	char where[RESULT_LEN];
	char problem[RESULT_LEN];
	char of[RESULT_LEN];

	if (!run(lab, &err, "list --json"))
		fail_msg("list: %s", facts_show(&err));
	for (size_t i = 0; i < lab->n; i++) {
		const char *name = lab->profiles[i].name;
		bool good = !is_error(did[i]);

		row(lab, name, "key_in", where);
		row(lab, name, "problem", problem);
		row(lab, name, "key_of", of);
		memmove(of, of + 1, sizeof(of) - 1);
		of[strcspn(of, "\"")] = '\0';
		if (strcmp(problem, "null") != 0 && good)
			broken(lab, "list", name, problem, did[i]);
		if (strcmp(where, "\"fake\"") == 0 &&
		    !begins(did[i], find(lab, of)->stored_id))
			broken(lab, "list", name, where, did[i]);
		if (strcmp(where, "\"nowhere\"") == 0 && good)
			broken(lab, "list", name, where, did[i]);
		if (strcmp(where, "\"plaintext file\"") == 0 &&
		    !begins(did[i], file_key(lab, of)))
			broken(lab, "list", name, where, did[i]);
	}
}

static bool is_included(const struct lab *lab, const char *name)
{
	for (size_t i = 0; i < lab->n; i++)
		if (strcmp(lab->profiles[i].include, name) == 0)
			return true;
	return false;
}

/* What is missing outside the files is not wrong in them. */
static bool is_of_the_files(const char *result)
{
	return is_error(result) && !strstr(result, "no-key") &&
	       !strstr(result, "login-needed") &&
	       !strstr(result, "no-token-file") &&
	       !strstr(result, "sso-no-role");
}

static void check_agrees(struct lab *lab, char (*did)[RESULT_LEN])
{
	struct error err;
	bool all_good = true;
	bool errors;

	(void)!run(lab, &err, "config check");
	errors = strstr(output(lab), ": error: ") != NULL;
	for (size_t i = 0; i < lab->n; i++) {
		const char *name = lab->profiles[i].name;

		all_good = all_good && !is_error(did[i]);
		if (is_of_the_files(did[i]) && !is_included(lab, name) &&
		    !errors)
			broken(lab, "check is silent", name, did[i], "");
	}
	/* a line that names nothing is an error even where it is not used */
	if (all_good && errors && !strstr(lab->texts[0], "= missing"))
		broken(lab, "check", "all", "errors", "all of them work");
}

/* Does `doctor --json` warn of the key that is stored for a profile? */
static bool is_called_unused(const struct lab *lab, const char *profile)
{
	static const char reason[] = "\"reason\":\"key-unused\"";
	const char *at = output(lab);
	char name[64];

	(void)snprintf(name, sizeof(name), "\"profile\":\"%s\"", profile);
	while ((at = strstr(at, reason))) {
		const char *found = strstr(at, name);

		if (found && found < at + strcspn(at, "}"))
			return true;
		at++;
	}
	return false;
}

static void doctor_agrees(struct lab *lab, char (*did)[RESULT_LEN])
{
	struct error err;

	(void)!run(lab, &err, "doctor --offline --json");
	for (size_t i = 0; i < lab->n; i++) {
		const struct one *p = &lab->profiles[i];
		bool uses = begins(did[i], p->stored_id);
		bool unused = is_called_unused(lab, p->name);

		/* the same key may be stored for the profile that it uses */
		if (unused && (p->stored_id[0] == '\0' ||
			       (uses && strstr(p->stored_id, "STOR"))))
			broken(lab, "doctor", p->name, p->stored_id, did[i]);
		if (!unused && p->stored_id[0] != '\0' && !uses &&
		    !is_of_the_files(did[i]))
			broken(lab, "doctor is silent", p->name, p->stored_id,
			       did[i]);
	}
}

static void exec_all(struct lab *lab, char (*did)[RESULT_LEN])
{
	for (size_t i = 0; i < lab->n; i++)
		exec(lab, lab->profiles[i].name, did[i]);
}

/* What import takes changes no chain; what it refuses stays where it is. */
static void import_keeps_every_chain(struct lab *lab, char (*did)[RESULT_LEN])
{
	struct one *p = &lab->profiles[below(lab, (unsigned)lab->n)];
	char after[PROFILES][RESULT_LEN];
	char *config = strdup(lab->texts[0]);
	char *credentials = strdup(lab->texts[1]);
	struct error err;
	bool ok;

	if (p->stored_id[0] != '\0' && strcmp(p->stored_id, p->file_id) != 0)
		goto done; /* the stored key would be another afterwards */
	ok = run_for(lab, &err, "import --yes --no-verify", p->name, "");
	if (ok && p->file_id[0] == '\0')
		broken(lab, "import", p->name, "took", "nothing");
	if (!ok && (strcmp(config, lab->texts[0]) != 0 ||
		    strcmp(credentials, lab->texts[1]) != 0))
		broken(lab, "import", p->name, "refused", "and edited");
	if (ok &&
	    strstr(strstr(config, p->file_id) ? lab->texts[0] : lab->texts[1],
		   p->file_id) &&
	    !strstr(strstr(config, p->file_id) ? lab->texts[0] : lab->texts[1],
		    "in rolekey's keyring"))
		broken(lab, "import", p->name, "took", "and left it");
	lab_counts[IMPORTED] += ok;
	lab_counts[NOT_IMPORTED] += !ok;
	exec_all(lab, after);
	for (size_t i = 0; i < lab->n; i++)
		if (strcmp(did[i], after[i]) != 0 &&
		    !(ok && is_error(did[i]))) /* it works now */
			broken(lab, "import changed", lab->profiles[i].name,
			       did[i], after[i]);
	if (ok && !begins(after[p - lab->profiles], p->file_id))
		broken(lab, "import, and exec", p->name, p->file_id,
		       after[p - lab->profiles]);
	memcpy(did, after, sizeof(after));
	if (ok) {
		p->file_id[0] = '\0';
		/* it may be shared: a source_profile was written instead */
	}
done:
	free(config);
	free(credentials);
}

/* What add takes, exec uses; what it refuses would not be used. */
static void exec_uses_what_add_takes(struct lab *lab)
{
	struct one *p = &lab->profiles[below(lab, (unsigned)lab->n)];
	char did[RESULT_LEN];
	struct error err;
	bool ok;

	lab->fake->environment[0] = "AWS_ACCESS_KEY_ID=" NEW_KEY;
	lab->fake->environment[1] = "AWS_SECRET_ACCESS_KEY=" SECRET;
	ok = run_for(lab, &err, "add --env --no-verify --no-config", p->name,
		     "");
	lab->fake->environment[0] = lab->fake->environment[1] = NULL;
	lab_counts[ADDED] += ok;
	lab_counts[NOT_ADDED] += !ok;
	if (!ok)
		store(lab, p->name, NEW_KEY);
	exec(lab, p->name, did);
	if (ok != begins(did, NEW_KEY))
		broken(lab, ok ? "add took it" : "add refused it", p->name, did,
		       ok ? "" : facts_show(&err));
}

static void all_commands_agree(void **state)
{
	const char *runs = getenv("ROLEKEY_CONFIGURATIONS");
	const char *first = getenv("ROLEKEY_SEED");
	unsigned from = first ? (unsigned)strtoul(first, NULL, 10) : 1;
	unsigned n = runs ? (unsigned)strtoul(runs, NULL, 10) : 200;

	for (unsigned seed = from; seed < from + n; seed++) {
		char did[PROFILES][RESULT_LEN];
		struct lab lab;

		lab_seed = seed;
		begin(&lab, state, seed);
		exec_all(&lab, did);
		for (size_t i = 0; i < lab.n; i++)
			explain_says_what_exec_does(&lab, lab.profiles[i].name,
						    did[i]);
		list_agrees(&lab, did);
		check_agrees(&lab, did);
		doctor_agrees(&lab, did);
		import_keeps_every_chain(&lab, did);
		exec_uses_what_add_takes(&lab);
		end(&lab, state);
	}
	for (size_t i = 0; n >= 200 && i < COUNTS; i++)
		assert_true(lab_counts[i] > n / 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_commands_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

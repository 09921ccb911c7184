#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "access/context.h"
#include "aws/arn.h"
#include "aws/config.h"
#include "aws/credentials.h"
#include "base/expected.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "cmd/serve/serve_internal.h"
#include "crypto/random.h"
#include "plan/plan.h"
#include "port/world.h"

#define ROLE_ARN        "/role-arn/"
#define MEMORY_EACH     4096 /* bytes; the headers of an SDK have below 1,000 */
#define ADDRESS_SECONDS 60   /* that an address outlives this process */
#define ADDRESS_STEP_MS 15000 /* between two extensions of its time */

static struct moment now(const struct servers *s)
{
	return (struct moment){ clock_now(&s->world->clock),
				clock_uptime(&s->world->clock) };
}

/* --- attempts ---------------------------------------------------------------- */

/*
 * Starts an attempt.  A code that the user gave, and the wish for new sessions,
 * are for the first one.
 */
static bool start(struct servers *s, struct servers_role *role, bool first,
		  struct error *err)
{
	struct request request = role->request;
	struct renewal renewal = { .world = s->world,
				   .request = &request,
				   .command = s->command,
				   .ask = supply_begin(&role->supply),
				   .quiet = !first };
	const struct child_work work = { .run = renew_run,
					 .self = &renewal,
					 .apart = !first &&
						  !s->terminal_is_ours };

	role->request.mfa_token = NULL;
	role->request.refresh = false;
	return children_work(&s->world->children, &work, &role->fd, err);
}

/* Reports a failure once, until another one or a success. */
static void report(const struct servers *s, struct servers_role *role,
		   const struct error *why)
{
	struct error copy = *why;

	if (role->warned == why->reason)
		return;
	role->warned = why->reason;
	(void)error_context(&copy, REASON_NOT_RENEWED,
			    .profile = role->supply.profile);
	notice_error(&s->world->notices, NOTICE_WARNING, &copy);
}

/* Takes the result of an attempt that has ended. */
static bool finish(struct servers *s, struct servers_role *role,
		   struct error *err)
{
	struct secbuf *result = NULL;
	struct credentials creds = { 0 };
	bool ok =
		children_result(&s->world->children, role->fd, &result, err) &&
		renew_read(result, &creds, err);

	role->fd = -1;
	secbuf_free(result);
	if (ok) {
		role->warned = REASON_NONE;
		supply_renewed(&role->supply, &creds, now(s));
	} else {
		supply_failed(&role->supply, err, now(s));
	}
	listener_again(&s->world->listener);
	return ok;
}

static void start_due(struct servers *s)
{
	struct error err = { 0 };

	for (size_t i = 0; i < s->n_roles; i++) {
		struct servers_role *role = s->roles[i];

		if (supply_is_due(&role->supply, now(s)) &&
		    !start(s, role, false, &err)) {
			supply_failed(&role->supply, &err, now(s));
			report(s, role, &err);
		}
	}
}

static void finish_ended(struct servers *s)
{
	struct error err = { 0 };

	for (size_t i = 0; i < s->n_roles; i++) {
		struct servers_role *role = s->roles[i];

		if (role->fd >= 0 &&
		    children_has_ended(&s->world->children, role->fd) &&
		    !finish(s, role, &err))
			report(s, role, &err);
	}
}

/* --- waiting ----------------------------------------------------------------- */

/* Returns the time until the next task, in milliseconds. */
static int rest(const struct servers *s)
{
	int least = ADDRESS_STEP_MS;

	for (size_t i = 0; i < s->n_roles; i++) {
		int in = supply_due_in(&s->roles[i]->supply, now(s));

		least = in < least ? in : least;
	}
	return least;
}

/* Extends the time of an address that only this process keeps alive. */
static bool keep_address(struct servers *s, bool more, struct error *err)
{
	s->kept = clock_uptime(&s->world->clock);
	return address_keep(&s->world->address, s->link_local, ADDRESS_SECONDS,
			    more, err);
}

static bool is_address_old(const struct servers *s)
{
	return s->link_local &&
	       clock_uptime(&s->world->clock) >= s->kept + ADDRESS_STEP_MS;
}

/* Serves until something happens. */
static bool step(struct servers *s, enum child_event *event, int *number,
		 struct error *err)
{
	size_t n = 0;

	s->watched[n++] = s->signals;
	for (size_t i = 0; i < s->n_roles; i++)
		if (s->roles[i]->fd >= 0)
			s->watched[n++] = s->roles[i]->fd;
	if (is_address_old(s) && !keep_address(s, true, err))
		return false;
	listener_watch(&s->world->listener, s->watched, n);
	if (!listener_step(&s->world->listener, rest(s), err))
		return false;
	*event = children_handle(&s->world->children, number);
	return true;
}

bool servers_run(struct servers *s, int *number, struct error *err)
{
	enum child_event event = CHILD_NONE;
	bool ok = true;

	while (ok && event == CHILD_NONE) {
		start_due(s);
		ok = step(s, &event, number, err);
		finish_ended(s);
	}
	return ok;
}

/* Waits for the first attempt of a role; a signal ends it. */
static bool fetch(struct servers *s, struct servers_role *role,
		  struct error *err)
{
	enum child_event event = CHILD_NONE;
	int number = 0;

	if (!start(s, role, true, err))
		return false;
	while (!children_has_ended(&s->world->children, role->fd)) {
		if (!step(s, &event, &number, err))
			return false;
		if (event == CHILD_SIGNAL) {
			children_end_work(&s->world->children);
			role->fd = -1;
			return error_fail(err, REASON_INTERRUPTED);
		}
	}
	return finish(s, role, err);
}

bool servers_fetch(struct servers *s, struct error *err)
{
	for (size_t i = 0; i < s->n_roles; i++)
		if (!s->roles[i]->supply.lazy && !fetch(s, s->roles[i], err))
			return false;
	return true;
}

/* --- what is served ---------------------------------------------------------- */

static void free_role(struct servers_role *role)
{
	supply_clear(&role->supply);
	mem_free(role->path);
	mem_free(role);
}

static bool add(struct servers *s, const struct request *request, char *path,
		struct error *err)
{
	struct servers_role *role = mem_alloc(sizeof(*role));

	if (!role || !path || s->n_roles == SERVERS_ROLES) {
		mem_free(role);
		mem_free(path);
		return error_memory(err);
	}
	role->path = path;
	role->request = *request;
	role->fd = -1;
	role->supply.profile = request->profile;
	s->roles[s->n_roles++] = role;
	return true;
}

static char *join(const char *a, const char *b, const char *c)
{
	size_t size = strlen(a) + strlen(b) + strlen(c) + 1;
	char *text = mem_alloc(size);

	if (text)
		(void)snprintf(text, size, "%s%s%s", a, b, c);
	return text;
}

bool servers_add(struct servers *s, const struct request *request,
		 const struct plan *plan, bool lazy, struct error *err)
{
	struct supply *supply;

	if (!add(s, request, join("/", request->profile, ""), err))
		return false;
	supply = &s->roles[s->n_roles - 1]->supply;
	supply->account = plan->account;
	supply->role_arn = plan->steps[plan->n_steps - 1].role_arn;
	supply->lazy = lazy;
	return true;
}

/* --- /role-arn --------------------------------------------------------------- */

static bool has_account(const struct config_section *section,
			const char *account)
{
	static const char *const keys[] = { "role_arn", "aws_account_id",
					    "sso_account_id" };
	struct arn arn;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct config_value *value =
			config_value(section, keys[i]);

		if (!value)
			continue;
		if (strcmp(value->text, account) == 0 ||
		    (arn_parse(value->text, &arn) &&
		     strcmp(arn.account, account) == 0))
			return true;
	}
	return false;
}

/* A mistyped account would send the user's name to a stranger. */
static bool is_known(const struct servers *s, const char *account)
{
	const struct config_section *section;

	for (size_t i = 0;
	     (section = aws_config_nth(s->config, CONFIG_PROFILE, i)); i++)
		if (has_account(section, account))
			return true;
	return false;
}

static bool check_arn(const struct servers *s, const char *text,
		      struct arn *arn, struct error *err)
{
	if (!arn_is_role(text) || !arn_parse(text, arn))
		return error_fail(err, REASON_BAD_VALUE, .value = text,
				  .expected = EXPECTED_ROLE);
	return s->any_role || is_known(s, arn->account) ||
	       error_fail(err, REASON_ROLE_NOT_CONFIGURED, .arn = text,
			  .value = arn->account);
}

static struct servers_role *add_arn(struct servers *s,
				    const struct servers_role *base,
				    const char *text, struct error *err)
{
	struct request request = base->request;
	struct servers_role *role;
	struct arn arn;

	if (!check_arn(s, text, &arn, err) ||
	    !add(s, &request, join(base->path, ROLE_ARN, text), err))
		return NULL;
	role = s->roles[s->n_roles - 1];
	role->arn = role->path + strlen(base->path) + strlen(ROLE_ARN);
	role->request.role_arn = role->arn;
	role->supply.role_arn = role->arn;
	role->supply.lazy = true;
	role->supply.account = role->account;
	(void)snprintf(role->account, sizeof(role->account), "%s", arn.account);
	return role;
}

/* Returns the ARN in "/PROFILE/role-arn/ARN", or in "/role-arn/ARN"; or NULL. */
static const char *arn_in(const struct servers *s,
			  const struct servers_role *base, const char *path)
{
	size_t len = strlen(base->path);
	size_t n = strlen(ROLE_ARN);

	if (base == s->roles[0] && strncmp(path, ROLE_ARN, n) == 0)
		return path + n;
	return !base->arn && strncmp(path, base->path, len) == 0 &&
			       strncmp(path + len, ROLE_ARN, n) == 0
		       ? path + len + n
		       : NULL;
}

static struct servers_role *find_arn(struct servers *s,
				     const struct servers_role *base,
				     const char *arn, struct error *err)
{
	for (size_t i = 0; i < s->n_roles; i++) {
		struct servers_role *role = s->roles[i];

		if (role->arn && strcmp(role->arn, arn) == 0 &&
		    role->supply.profile == base->supply.profile)
			return role;
	}
	return add_arn(s, base, arn, err);
}

static struct supply *find(void *self, const char *path, struct error *err)
{
	struct servers *s = self;
	struct servers_role *role;

	for (size_t i = 0; i < s->n_roles; i++) {
		const char *arn = arn_in(s, s->roles[i], path);

		if (!arn && strcmp(s->roles[i]->path, path) != 0)
			continue;
		role = arn ? find_arn(s, s->roles[i], arn, err) : s->roles[i];
		return role ? &role->supply : NULL;
	}
	(void)error_fail(err, REASON_NOT_SERVED, .path = path);
	return NULL;
}

/* --- the servers ------------------------------------------------------------- */

static void answer_container(void *self, const struct listener_request *request,
			     struct listener_answer *answer)
{
	struct servers *s = self;

	container_answer(&s->container, request, now(s), answer);
}

static void answer_imds(void *self, const struct listener_request *request,
			struct listener_answer *answer)
{
	struct servers *s = self;

	imds_answer(&s->imds, request, now(s), answer);
}

static bool make_token(struct servers *s, struct error *err)
{
	unsigned char bytes[SERVERS_TOKEN / 2];
	char digits[SERVERS_TOKEN + 1];

	random_fill(bytes, sizeof(bytes));
	text_hex(bytes, sizeof(bytes), digits);
	s->token = secbuf_from(digits);
	explicit_bzero(bytes, sizeof(bytes));
	explicit_bzero(digits, sizeof(digits));
	return secbuf_ok(s->token) || error_memory(err);
}

bool servers_begin(struct servers *s, const struct world *world,
		   struct error *err)
{
	*s = (struct servers){ .world = world, .signals = -1 };
	return make_token(s, err) &&
	       children_watch(&world->children, &s->signals, err);
}

bool servers_open_container(struct servers *s, struct error *err)
{
	s->container.token = s->token;
	s->container.find = find;
	s->container.self = s;
	s->container_server.self = s;
	s->container_server.answer = answer_container;
	s->container_server.keep = true;
	s->container_server.memory_each = MEMORY_EACH;
	s->container_server.any_user = true;
	return listener_open(&s->world->listener, &s->container_server,
			     &s->container.port, err);
}

/* Names the role as an instance profile has it. */
static const char *name_of(struct servers *s, const struct plan *plan)
{
	static struct arn arn; /* the name points into it */
	const char *role = plan->steps[plan->n_steps - 1].role_arn;

	(void)s;
	return role && arn_parse(role, &arn) ? arn_name(&arn) : "rolekey";
}

bool servers_open_imds(struct servers *s, const struct plan *plan,
		       unsigned port, struct error *err)
{
	s->imds.supply = &s->roles[0]->supply;
	s->imds.role = name_of(s, plan);
	s->imds.region = plan->region;
	s->imds.port = port;
	random_fill(s->imds.key, sizeof(s->imds.key));
	s->imds_server.self = s;
	s->imds_server.answer = answer_imds;
	s->imds_server.keep = true;
	s->imds_server.memory_each = MEMORY_EACH;
	s->imds_server.address = s->link_local;
	s->imds.host = s->link_local;
	if (s->link_local && !keep_address(s, false, err)) {
		s->link_local = NULL; /* it is not ours to remove */
		return false;
	}
	return listener_open(&s->world->listener, &s->imds_server,
			     &s->imds.port, err);
}

void servers_end(struct servers *s)
{
	children_end_work(&s->world->children);
	listener_close(&s->world->listener);
	if (s->link_local)
		address_drop(&s->world->address, s->link_local);
	for (size_t i = 0; i < s->n_roles; i++)
		free_role(s->roles[i]);
	secbuf_free(s->token);
	s->n_roles = 0;
	s->token = NULL;
}

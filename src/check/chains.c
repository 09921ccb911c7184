#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "check/check_internal.h"

/* A kind of link: each profile has at most one. */
struct link {
	const struct config_value *(*of)(const struct node *node);
	bool resolved; /* includes are followed */
};

/* --- the nodes ---------------------------------------------------------------- */

static int by_section(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t)(*(struct node *const *)a)->section;
	uintptr_t y = (uintptr_t)(*(struct node *const *)b)->section;

	return (x > y) - (x < y);
}

struct node *chains_find(const struct check *c, const char *name)
{
	const struct node wanted = { .section = aws_config_find(
					     c->config, CONFIG_PROFILE, name) };
	const struct node *key = &wanted;
	struct node **found =
		wanted.section ? bsearch(&key, c->index, c->n_nodes,
					 sizeof(struct node *), by_section)
			       : NULL;

	return found ? *found : NULL;
}

static bool make_nodes(struct check *c)
{
	const struct config_section *section;
	size_t n = 0;

	while (aws_config_nth(c->config, CONFIG_PROFILE, n))
		n++;
	c->nodes = arena_alloc(c->arena, (n + 1) * sizeof(*c->nodes));
	c->index = arena_alloc(c->arena, (n + 1) * sizeof(struct node *));
	if (!c->nodes || !c->index)
		return false;
	for (;
	     (section = aws_config_nth(c->config, CONFIG_PROFILE, c->n_nodes));
	     c->n_nodes++) {
		c->nodes[c->n_nodes].section = section;
		c->index[c->n_nodes] = &c->nodes[c->n_nodes];
	}
	qsort(c->index, n, sizeof(struct node *), by_section);
	return true;
}

/* --- links --------------------------------------------------------------------- */

static bool has_any(const struct profile *profile, const char *const *keys)
{
	for (; *keys; keys++)
		if (profile_value(profile, *keys))
			return true;
	return false;
}

static const struct config_value *include_of(const struct node *node)
{
	const struct config_value *value =
		config_value(node->section, "include_profile");

	return value && value->text[0] != '\0' ? value : NULL;
}

/* Returns the source_profile that the planner would follow. */
static const struct config_value *source_of(const struct node *node)
{
	static const char *const keys[] = { "aws_access_key_id",
					    "aws_secret_access_key", NULL };
	static const char *const roles[] = { "role_arn", "role_name", NULL };
	static const char *const tokens[] = { "web_identity_token_file",
					      "web_identity_token_process",
					      NULL };
	static const char *const own[] = { "sso_session",
					   "sso_start_url",
					   "sso_account_id",
					   "sso_role_name",
					   "login_session",
					   "credential_process",
					   NULL };
	const struct profile *p = &node->profile;
	const struct config_value *value;

	if (p->n_sections == 0 || has_any(p, keys) ||
	    has_any(p, has_any(p, roles) ? tokens : own) ||
	    profile_value(p, "credential_source"))
		return NULL;
	value = profile_value(p, "source_profile");
	return value && strcmp(value->text, p->name) != 0 ? value : NULL;
}

static struct node *next(const struct check *c, const struct link *link,
			 const struct node *node)
{
	const struct config_value *value = link->of(node);

	return value ? chains_find(c, value->text) : NULL;
}

/* Reports a cycle at the link of its first profile. */
static void say_circle(struct check *c, const struct link *link,
		       struct node *member)
{
	struct strbuf path = strbuf_with_max(SIZE_MAX / 2);
	struct node *first = member;
	struct node *node;

	for (node = next(c, link, member); node != member;
	     node = next(c, link, node))
		first = node < first ? node : first;
	node = first;
	do {
		strbuf_printf(&path, "%s -> ", node->section->name);
		node = next(c, link, node);
	} while (node != first);
	strbuf_puts(&path, first->section->name);
	if (strbuf_ok(&path))
		findings_add_value(c, CHECK_ERROR, link->of(first),
				   "goes in a loop: %s", strbuf_text(&path));
	c->failed = c->failed || !strbuf_ok(&path);
	strbuf_clear(&path);
}

/*
 * Tests whether a chain over last to node, or one that ends at last, is broken.
 */
static bool is_broken(const struct link *link, const struct node *last,
		      const struct node *node, size_t number)
{
	if (node)
		return node->walk == number || node->broken;
	return link->of(last) || /* it names no profile */
	       (link->resolved && last->profile.n_sections == 0);
}

/* Follows links from a node to one that was visited, and marks all of them. */
static void walk(struct check *c, const struct link *link, size_t start)
{
	struct node *node = &c->nodes[start];
	const struct node *last = node;
	size_t number = start + 1;
	size_t depth = 0;
	bool broken;

	for (; node && node->walk == 0; node = next(c, link, node)) {
		node->walk = number;
		depth++;
		last = node;
	}
	if (node && node->walk == number)
		say_circle(c, link, node);
	broken = is_broken(link, last, node, number);
	depth += node && !broken ? node->depth : 0;
	for (node = &c->nodes[start];
	     node && node->walk == number && node->depth == 0;
	     node = next(c, link, node)) {
		node->broken = broken;
		node->depth = depth--;
	}
}

static void walk_all(struct check *c, const struct link *link)
{
	for (size_t i = 0; i < c->n_nodes; i++) {
		c->nodes[i].walk = 0;
		c->nodes[i].broken = false;
		c->nodes[i].depth = 0;
	}
	for (size_t i = 0; i < c->n_nodes; i++)
		if (c->nodes[i].walk == 0)
			walk(c, link, i);
}

/* --- missing references ------------------------------------------------------------ */

static void say_no_profile(struct check *c, const struct config_value *value)
{
	struct profile profile;
	struct error err = { 0 };

	for (size_t i = 0; i < c->n_searches; i++)
		if (c->searched[i] == value)
			return;
	if (c->n_searches == CHECK_SEARCHES) {
		findings_add_value(c, CHECK_ERROR, value, "no profile \"%s\"",
				   value->text);
		return;
	}
	c->searched[c->n_searches++] = value;
	if (!profile_resolve(c->config, value->text, false, c->arena, &profile,
			     &err))
		findings_add_value(c, CHECK_ERROR, value, "%s", err.text);
}

static void check_profile_named(struct check *c,
				const struct config_value *value)
{
	if (value && !values_is_quoted(value->text) &&
	    !chains_find(c, value->text))
		say_no_profile(c, value);
}

static void check_section_named(struct check *c, const struct profile *profile,
				const char *key, enum config_kind kind,
				const char *word)
{
	const struct config_value *value = profile_value(profile, key);

	if (value && !values_is_quoted(value->text) &&
	    !aws_config_find(c->config, kind, value->text))
		findings_add_value(c, CHECK_ERROR, value, "no [%s %s]", word,
				   value->text);
}

static void check_names(struct check *c, const struct node *node)
{
	const struct profile *profile = &node->profile;

	if (profile->n_sections == 0)
		return;
	check_profile_named(c, profile_value(profile, "source_profile"));
	check_section_named(c, profile, "sso_session", CONFIG_SSO_SESSION,
			    "sso-session");
	check_section_named(c, profile, "services", CONFIG_SERVICES,
			    "services");
}

#define DEPTH_MAX 64 /* profiles of a chain */

bool chains_depth(struct check *c, const struct node *node,
		  const struct config_value *link)
{
	if (node->depth == DEPTH_MAX + 1 && link)
		findings_add_value(
			c, CHECK_WARNING, link,
			"a chain of more than %d profiles, which is not "
			"looked at",
			DEPTH_MAX);
	return node->depth <= DEPTH_MAX;
}

/* --- the whole ---------------------------------------------------------------------- */

/* Resolves a profile; it has none if its includes are broken. */
static void resolve(struct check *c, struct node *node)
{
	struct error err = { 0 };

	if (node->broken || !chains_depth(c, node, include_of(node)))
		return;
	if (!profile_resolve(c->config, node->section->name, true, c->arena,
			     &node->profile, &err)) {
		node->profile.n_sections = 0;
		c->failed = c->failed || err.code == ERROR_MEMORY;
	}
}

static void check_includes(struct check *c)
{
	static const struct link includes = { include_of, false };

	walk_all(c, &includes);
	for (size_t i = 0; i < c->n_nodes; i++) {
		struct node *target = next(c, &includes, &c->nodes[i]);

		check_profile_named(c, include_of(&c->nodes[i]));
		if (target)
			target->included = true;
		resolve(c, &c->nodes[i]);
	}
}

void check_chains(struct check *c)
{
	static const struct link sources = { source_of, true };

	if (!make_nodes(c)) {
		c->failed = true;
		return;
	}
	check_includes(c);
	walk_all(c, &sources);
	for (size_t i = 0; i < c->n_nodes; i++)
		check_names(c, &c->nodes[i]);
}

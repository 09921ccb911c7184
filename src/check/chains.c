#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "check/check_internal.h"
#include "plan/source.h"

/* A kind of link: each profile has at most one. */
struct link {
	const struct config_value *(*of)(const struct node *node);
	bool resolved; /* it can be inherited by include_profile */
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
	const struct node sought = { .section = aws_config_find(
					     c->config, CONFIG_PROFILE, name) };
	const struct node *key = &sought;
	struct node **found =
		sought.section ? bsearch(&key, c->index, c->n_nodes,
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

static const struct config_value *include_of(const struct node *node)
{
	const struct config_value *value =
		config_value(node->section, "include_profile");

	return value && value->text[0] != '\0' ? value : NULL;
}

static const struct config_value *source_of(const struct node *node)
{
	return node->profile.n_sections > 0 ? source_next(&node->profile)
					    : NULL;
}

static struct node *next(const struct check *c, const struct link *link,
			 const struct node *node)
{
	const struct config_value *value = link->of(node);

	return value ? chains_find(c, value->text) : NULL;
}

#define LOOP_LEN 480 /* bytes; the middle of a longer loop is left out */

/* "a -> b -> a" */
static void show_loop(const struct check *c, const struct link *link,
		      const struct node *first, char out[static LOOP_LEN])
{
	size_t last =
		strlen(first->section->name) + sizeof(" -> (1000000 more)");
	size_t len = 0;
	size_t left = 0;
	const struct node *node = first;

	do {
		const char *name = node->section->name;

		if (left == 0 && len + strlen(name) + last + 8 < LOOP_LEN)
			len += (size_t)snprintf(out + len, LOOP_LEN - len,
						"%s -> ", name);
		else
			left++;
		node = next(c, link, node);
	} while (node != first);
	if (left > 0)
		len += (size_t)snprintf(out + len, LOOP_LEN - len,
					"(%zu more) -> ", left);
	(void)snprintf(out + (len < LOOP_LEN ? len : LOOP_LEN - 1),
		       LOOP_LEN - (len < LOOP_LEN ? len : LOOP_LEN - 1), "%s",
		       first->section->name);
}

/* Reports a loop at the link of the first profile in it. */
static void report_loop(struct check *c, const struct link *link,
			struct node *member)
{
	struct node *first = member;
	char path[LOOP_LEN];

	for (struct node *node = next(c, link, member); node != member;
	     node = next(c, link, node))
		first = node < first ? node : first;
	show_loop(c, link, first, path);
	findings_add_value(c, CHECK_ERROR, link->of(first), REASON_PROFILE_LOOP,
			   .detail = path);
}

/* Is a chain broken that leads over last to node, or ends at last? */
static bool is_broken(const struct link *link, const struct node *last,
		      const struct node *node, size_t number)
{
	if (node)
		return node->walk == number || node->broken;
	return link->of(last) || /* it names no profile */
	       (link->resolved && last->profile.n_sections == 0);
}

/* Walks from a node to one that was visited; all nodes share its end. */
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
		report_loop(c, link, node);
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

/* --- names of things that do not exist --------------------------------------------- */

/* Adds an error at a value, whatever place it names. */
static void add_at(struct check *c, const struct config_value *value,
		   const struct error *err)
{
	findings_add_value(c, CHECK_ERROR, value, err->reason,
			   .profile = err->about.profile,
			   .path = err->about.path, .line = err->about.line,
			   .other = err->about.other);
}

static void report_no_profile(struct check *c, const struct config_value *value)
{
	struct profile profile;
	struct error err = { 0 };

	for (size_t i = 0; i < c->n_searches; i++)
		if (c->searched[i] == value)
			return;
	if (c->n_searches == CHECK_SEARCHES) {
		findings_add_value(c, CHECK_ERROR, value,
				   REASON_NO_SUCH_PROFILE,
				   .profile = value->text);
		return;
	}
	c->searched[c->n_searches++] = value;
	if (profile_resolve(c->config, value->text, false, c->arena, &profile,
			    &err))
		return;
	(void)error_add(&err, .key = value->key);
	add_at(c, value, &err);
}

static void check_profile_named(struct check *c,
				const struct config_value *value)
{
	if (value && !values_is_quoted(value->text) &&
	    !chains_find(c, value->text))
		report_no_profile(c, value);
}

static void check_section_named(struct check *c, const struct profile *profile,
				const char *key, enum config_kind kind,
				const char *word)
{
	const struct config_value *value = profile_value(profile, key);

	if (value && !values_is_quoted(value->text) &&
	    !aws_config_find(c->config, kind, value->text))
		findings_add_value(c, CHECK_ERROR, value,
				   REASON_NO_SUCH_SECTION, .other = word,
				   .value = value->text);
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

#define DEPTH_MAX 64 /* profiles of a chain: far more than anybody uses */

bool chains_depth(struct check *c, const struct node *node,
		  const struct config_value *link)
{
	if (node->depth == DEPTH_MAX + 1 && link)
		findings_add_value(c, CHECK_WARNING, link,
				   REASON_CHAIN_TOO_LONG, .number = DEPTH_MAX);
	return node->depth <= DEPTH_MAX;
}

/* --- the whole ---------------------------------------------------------------------- */

/* A node with broken includes stays without a profile. */
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

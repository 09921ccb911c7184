#include <string.h>

#include "access/request.h"
#include "aws/block.h"
#include "aws/config.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "cmd/command.h"
#include "cmd/org/org_internal.h"
#include "port/world.h"
#include "sync/change.h"

#define MEMO_MAX 16384

/* --- writing -------------------------------------------------------------------- */

/* Writes a word that sh(1) and account_words() read back. */
static void put_word(struct strbuf *out, const char *word)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789_@%+=:,./-{}";

	if (*word != '\0' && word[strspn(word, plain)] == '\0') {
		strbuf_puts(out, word);
		return;
	}
	strbuf_puts(out, "'");
	for (; *word != '\0'; word++)
		if (*word == '\'')
			strbuf_puts(out, "'\\''");
		else
			strbuf_add(out, word, 1);
	strbuf_puts(out, "'");
}

static void put_option(struct strbuf *out, const char *name, const char *value)
{
	if (!value || *value == '\0')
		return;
	strbuf_printf(out, " --%s ", name);
	put_word(out, value);
}

static void put_list(struct strbuf *out, const char *name,
		     const struct option_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		put_option(out, name, list->items[i]);
}

const char *org_memo_line(const struct org_settings *settings,
			  struct arena *arena)
{
	struct strbuf out = strbuf_with_max(MEMO_MAX);
	const char *copy = NULL;

	strbuf_puts(&out, CHANGE_MEMO);
	put_option(&out, "via", settings->source.via);
	put_option(&out, "sso-session", settings->source.sso_session);
	put_list(&out, "role", &settings->roles);
	put_option(&out, "source", settings->key_profile);
	put_option(&out, "name", settings->name);
	put_option(&out, "where", settings->source.where);
	put_list(&out, "color", &settings->colors);
	put_option(&out, "region", settings->region);
	if (strbuf_ok(&out))
		copy = arena_strdup(arena, strbuf_text(&out));
	strbuf_clear(&out);
	return copy;
}

/* --- reading -------------------------------------------------------------------- */

static bool add_item(struct arena *arena, struct option_list *list,
		     const char *value)
{
	const char **room =
		arena_room(arena, list->items, list->n, sizeof(*room));

	if (!room)
		return false;
	list->items = room;
	room[list->n++] = value;
	return true;
}

/* Sets an option; others, of a later version, are ignored. */
static bool set_option(struct org_settings *settings, struct arena *arena,
		       const char *name, const char *value)
{
	const struct {
		const char *name;
		const char **field;
	} texts[] = { { "--via", &settings->source.via },
		      { "--sso-session", &settings->source.sso_session },
		      { "--source", &settings->key_profile },
		      { "--name", &settings->name },
		      { "--where", &settings->source.where },
		      { "--region", &settings->region } };

	if (strcmp(name, "--role") == 0)
		return add_item(arena, &settings->roles, value);
	if (strcmp(name, "--color") == 0)
		return add_item(arena, &settings->colors, value);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcmp(name, texts[i].name) == 0)
			*texts[i].field = value;
	return true;
}

static bool parse(struct view line, struct arena *arena,
		  struct org_settings *settings, struct error *err)
{
	size_t skip = strlen(CHANGE_MEMO);
	const char **words;
	char *text;
	size_t n;

	*settings = (struct org_settings){ 0 };
	if (line.len <= skip)
		return true;
	text = arena_strndup(arena, line.at + skip, line.len - skip);
	if (!text)
		return error_memory(err);
	if (!account_words(text, arena, &words, &n)) /* edited: none is known */
		return arena_ok(arena) || error_memory(err);
	for (size_t i = 0; i + 1 < n; i += 2)
		if (!set_option(settings, arena, words[i], words[i + 1]))
			return error_memory(err);
	return true;
}

static bool is_of(const struct block *block, const char *tag)
{
	static const char *const kinds[] = { ORG_TAG, ORG_TAG_SSO };

	if (tag)
		return view_equals(block->tag, tag);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (block->tag.len > strlen(kinds[i]) &&
		    strncmp(block->tag.at, kinds[i], strlen(kinds[i])) == 0)
			return true;
	return false;
}

/* Two blocks of one tag, or of several. */
static bool several(const struct block *block, const char *tag,
		    const char *path, struct error *err)
{
	return error_fail(err,
			  tag ? REASON_DAMAGED_BLOCK : REASON_SEVERAL_BLOCKS,
			  .path = path, .line = block->line, .value = tag);
}

static bool search(struct org *org, const struct secbuf *text, const char *tag,
		   struct org_settings *settings, bool *found,
		   struct error *err)
{
	struct view rest = { secbuf_text(text), secbuf_len(text) };
	const char *path = org->call->request.config_path;
	struct block block;
	unsigned line = 1;
	bool more = true;

	while (more) {
		if (!block_next(&rest, &line, &block, &more, err))
			return error_add(err, .path = path);
		if (!more || !is_of(&block, tag))
			continue;
		if (*found)
			return several(&block, tag, path, err);
		*found = true;
		if (!parse(change_memo(block.inside), org->context.arena,
			   settings, err))
			return false;
	}
	return true;
}

bool org_memo_read(struct org *org, const char *tag,
		   struct org_settings *settings, bool *found,
		   struct error *err)
{
	struct secbuf *text = NULL;
	bool ok;

	*found = false;
	*settings = (struct org_settings){ 0 };
	ok = files_read(&org->world->files, org->call->request.config_path,
			CONFIG_MAX, &text, err) &&
	     search(org, text, tag, settings, found, err);
	secbuf_free(text);
	return ok;
}

void org_memo_merge(struct org_settings *settings,
		    const struct org_settings *remembered)
{
	if (!settings->source.via && !settings->source.sso_session) {
		settings->source.via = remembered->source.via;
		settings->source.sso_session = remembered->source.sso_session;
	}
	if (!settings->source.where)
		settings->source.where = remembered->source.where;
	if (settings->roles.n == 0)
		settings->roles = remembered->roles;
	if (settings->colors.n == 0)
		settings->colors = remembered->colors;
	if (!settings->key_profile)
		settings->key_profile = remembered->key_profile;
	if (!settings->name)
		settings->name = remembered->name;
	if (!settings->region)
		settings->region = remembered->region;
}

static bool is_same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* Tests for the template with roles, if none is given. */
static bool has_role_in_name(const struct org_settings *settings)
{
	size_t n = settings->roles.n;

	return settings->source.sso_session ? n != 1 : n > 1;
}

/* With one role the name of another template is used than with several. */
bool org_memo_same_names(const struct org_settings *a,
			 const struct org_settings *b)
{
	return is_same(a->name, b->name) &&
	       (a->name || has_role_in_name(a) == has_role_in_name(b));
}

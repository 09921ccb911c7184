#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "access/ask.h"
#include "access/context.h"
#include "access/request.h"
#include "aws/aesr.h"
#include "aws/config.h"
#include "aws/edit.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/view.h"
#include "cmd/command.h"
#include "cmd/print_internal.h"
#include "port/world.h"

#define TEXT_MAX     (16U << 20)
#define LOCK_WAIT    10 /* seconds */
#define MODE         0600
#define QUESTION_MAX 1024
#define ACCOUNT_LEN  12

static const struct option options[] = { { .include = option_yes }, { 0 } };

struct import {
	const struct call *call;
	const struct world *world;
	struct context context;
	struct secbuf *text; /* that is imported */
	struct aesr_profile *profiles;
	size_t n;
	struct edit_section *added;
	size_t n_added;
};

/* --- reading ------------------------------------------------------------------ */

static bool read_text(struct import *im, struct error *err)
{
	const char *path = im->call->word;

	if (strcmp(path, "-") == 0)
		return input_read(&im->world->input, false, TEXT_MAX, &im->text,
				  err);
	if (!files_read(&im->world->files, path, TEXT_MAX, &im->text, err))
		return false;
	return im->text || error_fail(err, REASON_SYSTEM_CALL, .path = path,
				      .detail = strerrordesc_np(ENOENT));
}

static bool parse(struct import *im, struct error *err)
{
	const struct view text = { secbuf_text(im->text),
				   secbuf_len(im->text) };
	const char *path = im->call->word;

	return aesr_parse(text, im->context.arena, &im->profiles, &im->n,
			  err) ||
	       error_add(err,
			 .path = strcmp(path, "-") == 0 ? "/dev/stdin" : path);
}

/* --- what is new -------------------------------------------------------------- */

/* Returns the role of a section: AESR's two keys stand for role_arn, too. */
static const char *role_of(const struct config_section *section,
			   struct arena *arena)
{
	const struct config_value *arn = config_value(section, "role_arn");
	const struct config_value *account =
		config_value(section, "aws_account_id");
	const struct config_value *name = config_value(section, "role_name");

	if (arn || !account || !name)
		return arn ? arn->text : NULL;
	return arena_printf(arena, "arn:aws:iam::%s:role/%s", account->text,
			    name->text);
}

static const char *text_of(const struct config_section *section,
			   const char *key)
{
	const struct config_value *value = config_value(section, key);

	return value ? value->text : NULL;
}

/* Names the first key of a profile in the config that the text contradicts. */
static void compare(const struct import *im, const struct aesr_profile *profile,
		    const struct config_section *section)
{
	const char *color = text_of(section, "color");
	const struct {
		const char *key, *has, *other;
	} pairs[] = {
		{ "role_arn", role_of(section, im->context.arena),
		  profile->role_arn },
		{ "source_profile", text_of(section, "source_profile"),
		  profile->source_profile },
		{ "region", text_of(section, "region"), profile->region },
		{ "color", color && *color == '#' ? color + 1 : color,
		  profile->color },
		{ "image", text_of(section, "image"), profile->image },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (pairs[i].has && pairs[i].other &&
		    strcmp(pairs[i].has, pairs[i].other) != 0) {
			notice_warn(&im->world->notices, REASON_AESR_CONFLICT,
				    .profile = profile->name,
				    .key = pairs[i].key, .value = pairs[i].has,
				    .other = pairs[i].other);
			return;
		}
}

static void add_key(struct edit_section *section, const char *key,
		    const char *value)
{
	if (value)
		section->keys[section->n_keys++] =
			(struct edit_key){ key, value };
}

static bool is_account(const char *account)
{
	return strlen(account) == ACCOUNT_LEN &&
	       strspn(account, "0123456789") == ACCOUNT_LEN;
}

/* Tests for a section of that name that is added already. */
static bool is_added(const struct import *im, const char *name)
{
	for (size_t i = 0; i < im->n_added; i++)
		if (strcmp(im->added[i].profile, name) == 0)
			return true;
	return false;
}

/* A base without a role gets an empty section: its key is stored later. */
static void add_profile(struct import *im, const struct aesr_profile *profile)
{
	struct edit_section *section = &im->added[im->n_added];
	const struct config_section *has = aws_config_find(
		im->context.config, CONFIG_PROFILE, profile->name);

	if (has) {
		compare(im, profile, has);
		return;
	}
	if (profile->role_arn && !is_account(profile->account)) {
		notice_warn(&im->world->notices, REASON_AESR_ALIAS,
			    .profile = profile->name,
			    .value = profile->account);
		return;
	}
	if (is_added(im, profile->name))
		return;
	*section = (struct edit_section){ .profile = profile->name };
	if (profile->role_arn) {
		add_key(section, "role_arn", profile->role_arn);
		add_key(section, "source_profile", profile->source_profile);
		add_key(section, "region", profile->region);
		add_key(section, "color", profile->color);
		add_key(section, "image", profile->image);
	}
	im->n_added++;
}

static bool find_new(struct import *im, struct error *err)
{
	im->added = arena_alloc(im->context.arena,
				(im->n + 1) * sizeof(*im->added));
	if (!im->added)
		return error_memory(err);
	for (size_t i = 0; i < im->n; i++)
		add_profile(im, &im->profiles[i]);
	return true;
}

/* --- showing and writing it --------------------------------------------------- */

static bool put_diff(struct strbuf *out, const void *what)
{
	const struct import *im = what;
	char name[CONFIG_SECTION_LEN];

	for (size_t i = 0; i < im->n_added; i++) {
		const struct edit_section *section = &im->added[i];

		if (!config_name_section(section->profile, name))
			continue;
		strbuf_puts(out, "+[");
		print_clean(out, name);
		strbuf_puts(out, "]\n");
		for (size_t k = 0; k < section->n_keys; k++) {
			strbuf_printf(out, "+%s = ", section->keys[k].key);
			print_clean(out, section->keys[k].value);
			strbuf_puts(out, "\n");
		}
	}
	return true;
}

static bool ask(const struct import *im, struct error *err)
{
	const char *path = im->call->request.config_path;
	struct strbuf question = strbuf_with_max(QUESTION_MAX);
	bool yes = im->call->yes;
	bool ok = true;

	strbuf_printf(&question, "Add %zu profile%s to %s? (y/N) ", im->n_added,
		      im->n_added == 1 ? "" : "s", path);
	if (!yes)
		ok = (strbuf_ok(&question) || error_memory(err)) &&
		     (ask_confirm(im->world, strbuf_text(&question), &yes,
				  err) ||
		      error_context(err, REASON_CONFIRMATION));
	strbuf_clear(&question);
	return ok && (yes ||
		      error_fail(err, REASON_AESR_NOT_CONFIRMED, .path = path));
}

/* Refuses to write if the file changed since it was shown: files_replace(). */
static bool replace(const struct import *im, const struct secbuf *before,
		    struct error *err)
{
	const char *path = im->call->request.config_path;
	struct secbuf *after = NULL;
	struct error why = { 0 };
	int lock = -1;
	bool taken;
	bool ok;

	if (!aws_edit_append(before, im->added, im->n_added, &after, err) ||
	    !ask(im, err)) {
		secbuf_free(after);
		return false;
	}
	taken = locks_take(&im->world->locks, "config", LOCK_WAIT, &lock, &why);
	ok = files_replace(&im->world->files, path, MODE, before, after, err);
	if (taken)
		locks_release(&im->world->locks, lock, false);
	secbuf_free(after);
	if (ok)
		notice_info(&im->world->notices, REASON_AESR_IMPORTED,
			    .path = path, .number = (int64_t)im->n_added);
	return ok;
}

static bool finish(const struct import *im, struct error *err)
{
	const char *path = im->call->request.config_path;
	struct secbuf *before = NULL;
	bool ok;

	if (im->n_added == 0) {
		notice_info(&im->world->notices, REASON_AESR_NOTHING_NEW,
			    .path = path);
		return true;
	}
	ok = files_read(&im->world->files, path, CONFIG_MAX, &before, err) &&
	     print_all(im->world, put_diff, im, err) &&
	     replace(im, before, err);
	secbuf_free(before);
	return ok;
}

static bool cmd_config_import(const struct call *call,
			      const struct world *world, struct error *err)
{
	struct import im = { .call = call, .world = world };
	bool ok;

	ok = context_read(&call->request, world, &im.context, err) &&
	     read_text(&im, err) && parse(&im, err) && find_new(&im, err) &&
	     finish(&im, err);
	secbuf_free(im.text);
	context_clear(&im.context);
	return ok;
}

const struct command command_config_import = {
	.name = "config import",
	.needs = NEEDS_NOTHING,
	.summary = "add profiles from AWS Extend Switch Roles",
	.operands = OPERANDS_FILE,
	.options = options,
	.help = "Reads the configuration of the browser extension AWS Extend "
		"Switch Roles from FILE, or from stdin if it is -, and adds "
		"its profiles to the config file, after showing them and "
		"asking. Existing profiles are not changed; those that differ "
		"are named.\n",
	.examples = "rolekey config import aesr.ini\n"
		    "rolekey config import --yes - <aesr.ini\n",
	.run = cmd_config_import,
};

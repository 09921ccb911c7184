#include <stdio.h>
#include <string.h>

#include "aws/arn.h"
#include "aws/limits.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/expected.h"
#include "base/text.h"
#include "base/view.h"
#include "plan/plan_internal.h"

static bool check_pattern(const struct limits_pattern *pattern,
			  const struct said *said, struct error *err)
{
	size_t len = strlen(said->text);

	if (len < pattern->min || len > pattern->max)
		return resolve_fail(said, err, REASON_BAD_LENGTH,
				    .number = (int64_t)pattern->min,
				    .of = (int64_t)pattern->max);
	return strspn(said->text, pattern->set) == len ||
	       resolve_fail(said, err, REASON_BAD_CHARACTERS,
			    .value = said->text, .expected = pattern->signs);
}

static bool check_name(const struct planner *p, const struct said *said,
		       struct error *err)
{
	(void)p;
	return check_pattern(&limits_session_name, said, err);
}

static bool check_external(const struct planner *p, const struct said *said,
			   struct error *err)
{
	(void)p;
	return check_pattern(&limits_external_id, said, err);
}

static bool is_tag(struct view item)
{
	struct view key, value;

	return view_pair(item, &key, &value) && limits_is_tag_text(key) &&
	       view_characters(key) <= LIMITS_TAG_KEY_MAX &&
	       limits_is_tag_text(value) &&
	       view_characters(value) <= LIMITS_TAG_VALUE_MAX;
}

static bool bad_piece(const struct said *said, struct view piece,
		      const char *expected, struct error *err)
{
	char value[sizeof(err->about.value)];

	(void)snprintf(value, sizeof(value), "%.*s", (int)piece.len, piece.at);
	return resolve_fail(said, err, REASON_BAD_VALUE, .value = value,
			    .expected = expected);
}

static bool check_tags(const struct planner *p, const struct said *said,
		       struct error *err)
{
	struct view rest = view_of(said->text);
	struct view piece;
	size_t n;

	(void)p;
	for (n = 0; view_item(&rest, &piece); n++)
		if (!is_tag(piece))
			return bad_piece(said, piece, EXPECTED_TAG, err);
	return n <= LIMITS_TAGS_MAX ||
	       resolve_fail(said, err, REASON_TOO_MANY,
			    .number = LIMITS_TAGS_MAX, .other = "tags");
}

static bool check_keys(const struct planner *p, const struct said *said,
		       struct error *err)
{
	struct view rest = view_of(said->text);
	struct view piece;
	size_t n;

	(void)p;
	for (n = 0; view_item(&rest, &piece); n++)
		if (!limits_is_tag_text(piece) ||
		    view_characters(piece) > LIMITS_TAG_KEY_MAX)
			return bad_piece(said, piece, "a valid tag key", err);
	return n <= LIMITS_TAGS_MAX ||
	       resolve_fail(said, err, REASON_TOO_MANY,
			    .number = LIMITS_TAGS_MAX, .other = "tags");
}

static bool check_policies(const struct planner *p, const struct said *said,
			   struct error *err)
{
	struct view rest = view_of(said->text);
	struct view piece;
	size_t n;

	for (n = 0; view_item(&rest, &piece); n++) {
		const char *text = arena_strndup(p->arena, piece.at, piece.len);
		struct arn arn;

		if (!text)
			return error_memory(err);
		if (!arn_parse(text, &arn))
			return bad_piece(said, piece, EXPECTED_ARN, err);
	}
	return n <= LIMITS_POLICIES_MAX ||
	       resolve_fail(said, err, REASON_TOO_MANY,
			    .number = LIMITS_POLICIES_MAX, .other = "policies");
}

bool assume_role_check_serial(const struct said *serial, struct error *err)
{
	return !serial->text || check_pattern(&limits_serial, serial, err);
}

/* Returns a value of the link. Variables apply to the selected profile only. */
static struct said say(const struct planner *p, const struct link *link,
		       const char *variable, const char *key)
{
	struct said said = resolve_key(&link->profile, key);

	return link == p->links ? resolve_first(resolve_env(p, variable), said)
				: said;
}

/* A continued value in one line, as it is shown. NULL when out of memory. */
static const char *one_line(const struct planner *p, const char *text)
{
	char *copy;

	if (!strpbrk(text, "\t\r\n"))
		return text;
	copy = arena_strdup(p->arena, text);
	for (char *at = copy; at && (at = strpbrk(at, "\t\r\n"));)
		*at = ' ';
	return copy;
}

bool assume_role_fill(struct planner *p, const struct link *link,
		      struct step *step, struct error *err)
{
	const struct {
		struct said said;
		const char **to;
		bool (*check)(const struct planner *p, const struct said *said,
			      struct error *err);
	} words[] = {
		{ say(p, link, "AWS_ROLE_SESSION_NAME", "role_session_name"),
		  &step->session_name, check_name },
		{ resolve_key(&link->profile, "external_id"),
		  &step->external_id, check_external },
		{ say(p, link, "AWS_SOURCE_IDENTITY", "source_identity"),
		  &step->source_identity, check_name },
		{ say(p, link, "AWS_SESSION_TAGS", "session_tags"),
		  &step->session_tags, check_tags },
		{ say(p, link, "AWS_TRANSITIVE_TAGS",
		      "transitive_session_tags"),
		  &step->transitive_tags, check_keys },
		{ resolve_key(&link->profile, "rolekey_policy_arns"),
		  &step->policy_arns, check_policies },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (words[i].said.text &&
		    !words[i].check(p, &words[i].said, err))
			return false;
		if (!words[i].said.text)
			continue;
		*words[i].to = one_line(p, words[i].said.text);
		if (!*words[i].to)
			return error_memory(err);
	}
	return true;
}

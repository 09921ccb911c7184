#include <string.h>

#include "base/text.h"
#include "check/check_internal.h"

#define BLANKS " \t"

/* A section header as written. */
struct head {
	struct place place;
	const char *text; /* in the brackets */
	size_t word;      /* bytes before the first white space */
	const char *rest; /* after it */
};

static struct head head_of(enum config_file which, const struct listed *section)
{
	struct head head = { .place = { which, section->line },
			     .text = section->name,
			     .word = strcspn(section->name, BLANKS) };

	head.rest = head.text + head.word;
	head.rest += strspn(head.rest, BLANKS);
	return head;
}

static const char refused[] = "AWS's SDKs refuse the name: it may have "
			      "letters, digits and _-/.%@:+ alone";

static bool is_name(const char *text)
{
	return ini_is_name(text, strlen(text));
}

/* Reports [profilefoo] and [sso-session-foo]. */
static bool check_glued(struct check *c, const struct head *head)
{
	static const char *const words[] = { "profile", "sso-session",
					     "services" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i]);
		const char *name = head->text + len;

		if (strncmp(head->text, words[i], len) != 0)
			continue;
		name += strspn(name, "-_:./");
		if (*name == '\0')
			findings_add(c, CHECK_ERROR, head->place,
				     "[%s]: there is no name behind %s",
				     head->text, words[i]);
		else
			findings_add(c, CHECK_ERROR, head->place,
				     "[%s]: did you mean [%s %s]?", head->text,
				     words[i], name);
		return true;
	}
	return false;
}

/* Checks a single word in the config file, other than "default". */
static void check_bare(struct check *c, const struct head *head)
{
	if (known_section(head->text) || check_glued(c, head))
		return;
	if (text_equal_nocase(head->text, "default"))
		findings_add(c, CHECK_ERROR, head->place,
			     "[%s]: did you mean [default]?", head->text);
	else if (is_name(head->text))
		findings_add(c, CHECK_ERROR, head->place,
			     "[%s]: must be [profile %s] in this file",
			     head->text, head->text);
	else
		findings_add(c, CHECK_ERROR, head->place, "[%s]: %s",
			     head->text, refused);
}

/* Checks [WORD NAME] in the config file. */
static void check_two_words(struct check *c, const struct head *head)
{
	const char *near = known_word(head->text, head->word);
	bool exact = near && strlen(near) == head->word &&
		     memcmp(near, head->text, head->word) == 0;

	if (exact)
		findings_add(c, CHECK_ERROR, head->place, "[%s]: %s",
			     head->text, refused);
	else if (near)
		findings_add(c, CHECK_ERROR, head->place,
			     "[%s]: did you mean [%s %s]?", head->text, near,
			     head->rest);
	else if (!known_section(head->text))
		findings_add(c, CHECK_WARNING, head->place,
			     "[%s]: no section that AWS's SDKs know",
			     head->text);
}

static void check_config_head(struct check *c, const struct head *head)
{
	if (head->text[0] == '\0')
		findings_add(c, CHECK_ERROR, head->place,
			     "a section without a name");
	else if (head->rest[0] == '\0')
		check_bare(c, head);
	else
		check_two_words(c, head);
}

static void check_credentials_head(struct check *c, const struct head *head)
{
	const char *word = known_word(head->text, head->word);

	if (head->text[0] == '\0')
		findings_add(c, CHECK_ERROR, head->place,
			     "a section without a name");
	else if (word && strcmp(word, "profile") == 0 && is_name(head->rest))
		findings_add(c, CHECK_ERROR, head->place,
			     "[%s]: must be [%s] in this file", head->text,
			     head->rest);
	else if (word && is_name(head->rest))
		findings_add(c, CHECK_ERROR, head->place,
			     "[%s]: stands in the config file alone",
			     head->text);
	else
		findings_add(c, CHECK_ERROR, head->place, "[%s]: %s",
			     head->text, refused);
}

/*
 * Reports [DEFAULT], which has a meaning in Python's configparser and so in
 * botocore.
 */
static void check_lender(struct check *c, const struct head *head)
{
	if (strcmp(head->text, "DEFAULT") == 0)
		findings_add(
			c, CHECK_ERROR, head->place,
			"[DEFAULT]: the AWS CLI and botocore lend its keys "
			"to every profile, and no other SDK does");
}

static void check_head(struct check *c, const struct head *head)
{
	enum config_kind kind;
	const char *name;
	size_t len;

	check_lender(c, head);
	if (!config_header(head->place.file, head->text, &kind, &name, &len)) {
		if (head->place.file == CONFIG_FILE)
			check_config_head(c, head);
		else
			check_credentials_head(c, head);
	} else if (head->rest[0] == '"') {
		findings_add(
			c, CHECK_WARNING, head->place,
			"[%s]: only the AWS CLI, botocore and rolekey take "
			"the quotes off",
			head->text);
	}
}

static bool is_prefixed_default(const struct head *head)
{
	return head->word == strlen("profile") &&
	       strncmp(head->text, "profile", head->word) == 0 &&
	       (strcmp(head->rest, "default") == 0 ||
		strcmp(head->rest, "\"default\"") == 0);
}

/* Reports [default] next to [profile default], in any order. */
static void check_defaults(struct check *c)
{
	const struct checked *file = &c->files[CONFIG_FILE];

	for (size_t i = 0; i < file->n_sections; i++) {
		const struct listed *section = &file->sections[i];

		if (strcmp(section->name, "default") == 0)
			findings_add(c, CHECK_WARNING,
				     (struct place){ CONFIG_FILE,
						     section->line },
				     "[default]: passed over, since [profile "
				     "default] is in line %u",
				     file->prefixed_default);
	}
}

void check_sections(struct check *c, enum config_file which)
{
	struct checked *file = &c->files[which];

	for (size_t i = 0; i < file->n_sections; i++) {
		struct head head = head_of(which, &file->sections[i]);

		check_head(c, &head);
		if (which == CONFIG_FILE && file->prefixed_default == 0 &&
		    is_prefixed_default(&head))
			file->prefixed_default = head.place.line;
	}
	if (file->prefixed_default > 0)
		check_defaults(c);
}

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "check/check_internal.h"

#define BLANKS " \t"

/* A section as it is written in its file. */
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

static bool has_control(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return true;
	return false;
}

static bool is_name(const char *text)
{
	return ini_is_name(text, strlen(text));
}

/* Suggests a section; its parts make "WORD NAME". */
static void suggest(struct check *c, const struct head *head, const char *word,
		    const char *name)
{
	const char *meant = arena_printf(c->arena, "%s %s", word, name);

	c->failed = c->failed || !meant;
	findings_add(c, CHECK_ERROR, head->place, REASON_SECTION_MEANT,
		     .value = head->text, .other = meant);
}

/* [profilefoo], [sso-session-foo] */
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
				     REASON_SECTION_WITHOUT_NAME,
				     .value = head->text, .other = words[i]);
		else
			suggest(c, head, words[i], name);
		return true;
	}
	return false;
}

/* The section has another header in this file. */
static void suggest_in_file(struct check *c, const struct head *head,
			    const char *word, const char *name)
{
	const char *right = arena_printf(c->arena, "%s%s", word, name);

	c->failed = c->failed || !right;
	findings_add(c, CHECK_ERROR, head->place, REASON_SECTION_IN_FILE,
		     .value = head->text, .other = right);
}

/* One word in the config file, and not "default". */
static void check_bare(struct check *c, const struct head *head)
{
	if (known_section(head->text) || check_glued(c, head))
		return;
	if (text_equal_nocase(head->text, "default"))
		findings_add(c, CHECK_ERROR, head->place, REASON_SECTION_MEANT,
			     .value = head->text, .other = "default");
	else if (!has_control(head->text))
		suggest_in_file(c, head, "profile ", head->text);
	else
		findings_add(c, CHECK_ERROR, head->place, REASON_SECTION_NAME,
			     .value = head->text);
}

/* [profile prod admin]: the name is not one word, unless it is quoted. */
static void two_names(struct check *c, const struct head *head)
{
	const char *quoted =
		arena_printf(c->arena, "%.*s \"%s\"", (int)head->word,
			     head->text, head->rest);

	c->failed = c->failed || !quoted;
	if (strpbrk(head->rest, "\"'\\"))
		quoted = NULL;
	findings_add(c, CHECK_ERROR, head->place, REASON_SECTION_WORDS,
		     .value = head->text, .other = quoted);
}

/* [WORD NAME] in the config file. */
static void check_two_words(struct check *c, const struct head *head)
{
	const char *near = known_word(head->text, head->word);
	bool exact = near && strlen(near) == head->word &&
		     memcmp(near, head->text, head->word) == 0;

	if (exact)
		two_names(c, head);
	else if (near)
		suggest(c, head, near, head->rest);
	else if (!known_section(head->text))
		findings_add(c, CHECK_WARNING, head->place,
			     REASON_UNKNOWN_SECTION, .value = head->text);
}

static void check_config_head(struct check *c, const struct head *head)
{
	if (head->text[0] == '\0')
		findings_add(c, CHECK_ERROR, head->place,
			     REASON_SECTION_WITHOUT_NAME);
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
			     REASON_SECTION_WITHOUT_NAME);
	else if (word && strcmp(word, "profile") == 0 && is_name(head->rest))
		suggest_in_file(c, head, "", head->rest);
	else if (word && is_name(head->rest))
		findings_add(c, CHECK_ERROR, head->place,
			     REASON_SECTION_OF_CONFIG, .value = head->text);
	else
		findings_add(c, CHECK_ERROR, head->place, REASON_SECTION_NAME,
			     .value = head->text);
}

/* Python's configparser, and with it botocore, gives [DEFAULT] a meaning. */
static void check_python_default(struct check *c, const struct head *head)
{
	if (strcmp(head->text, "DEFAULT") == 0)
		findings_add(c, CHECK_ERROR, head->place,
			     REASON_PYTHON_DEFAULT);
}

/* The JavaScript SDK and Go's first one want one blank after the word. */
static void check_blanks(struct check *c, const struct head *head)
{
	const char *text = head->text + head->word;

	if (head->rest[0] != '\0' &&
	    (head->rest - text > 1 || text[0] == '\t') &&
	    head->place.file == CONFIG_FILE)
		findings_add(c, CHECK_WARNING, head->place,
			     REASON_SECTION_BLANKS, .value = head->text);
}

static void check_head(struct check *c, const struct head *head)
{
	struct config_header header;

	check_python_default(c, head);
	if (!config_header(head->place.file, head->text, &header)) {
		if (head->place.file == CONFIG_FILE)
			check_config_head(c, head);
		else
			check_credentials_head(c, head);
	} else if (!ini_is_name(header.name, header.len) ||
		   header.name != (head->rest[0] ? head->rest : head->text)) {
		findings_add(c, CHECK_WARNING, head->place,
			     REASON_SECTION_SKIPPED, .value = head->text);
	} else {
		check_blanks(c, head);
	}
}

static bool is_prefixed_default(const struct head *head)
{
	return head->word == strlen("profile") &&
	       strncmp(head->text, "profile", head->word) == 0 &&
	       (strcmp(head->rest, "default") == 0 ||
		strcmp(head->rest, "\"default\"") == 0);
}

/* [default] is ignored beside [profile default], whichever is first. */
static void check_defaults(struct check *c)
{
	const struct checked *file = &c->files[CONFIG_FILE];

	for (size_t i = 0; i < file->n_sections; i++) {
		const struct listed *section = &file->sections[i];

		if (strcmp(section->name, "default") == 0)
			findings_add(c, CHECK_WARNING,
				     place_at(CONFIG_FILE, section->line),
				     REASON_DEFAULT_IGNORED,
				     .number = file->prefixed_default);
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

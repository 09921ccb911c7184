#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "cmd/childenv.h"
#include "cmd/command.h"
#include "cmd/init/init_internal.h"
#include "port/world.h"

#define SCRIPT_MAX   65536 /* bytes */
#define NAME_MAX_LEN 64    /* bytes of the function's name */

struct init_options {
	const char *name; /* NULL: role */
	bool no_refresh;
};

static const struct option options[] = {
	{ .name = "name",
	  .value = "NAME",
	  .kind = OPTION_TEXT,
	  .offset = offsetof(struct init_options, name),
	  .help = "give the function another name than role" },
	{ .name = "no-refresh",
	  .offset = offsetof(struct init_options, no_refresh),
	  .help = "do not refresh credentials before a command" },
	{ 0 }
};

static const struct init_shell *const shells[] = { &init_bash, &init_zsh,
						   &init_fish };

static const struct init_shell *find_shell(const char *name)
{
	size_t n = sizeof(shells) / sizeof(shells[0]) - 1;

	while (n > 0 && strcmp(name, shells[n]->name) != 0)
		n--;
	return shells[n];
}

/* Tests for a name that is one word of every shell, and not our own. */
static bool is_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	static const char more[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789-";

	return strspn(name, letters) > 0 && strlen(name) < NAME_MAX_LEN &&
	       name[strspn(name, more)] == '\0' && strcmp(name, "rolekey") != 0;
}

static bool check(const struct init_options *own,
		  const struct init_shell *shell, const struct world *world,
		  struct error *err)
{
	if (own->name && !is_name(own->name))
		return error_fail(err, REASON_BAD_OPTION_VALUE, .key = "name",
				  .value = own->name,
				  .expected = "a name for a function of a "
					      "shell");
	return !output_is_terminal(&world->output) ||
	       error_fail(err, REASON_INIT_ON_TERMINAL, .key = shell->name,
			  .path = shell->file, .value = shell->line);
}

static void put_names(struct strbuf *out)
{
	for (size_t i = 0; childenv_name(i); i++)
		strbuf_printf(out, "%s ", childenv_name(i));
	strbuf_puts(out, "ROLEKEY_READ_ONLY");
}

/* Appends a text, with @role@ and @names@ replaced. */
static void put_script(struct strbuf *out, const char *text, const char *name)
{
	static const char role[] = "@role@";
	static const char names[] = "@names@";

	while (*text != '\0') {
		if (strncmp(text, role, sizeof(role) - 1) == 0) {
			strbuf_puts(out, name);
			text += sizeof(role) - 1;
		} else if (strncmp(text, names, sizeof(names) - 1) == 0) {
			put_names(out);
			text += sizeof(names) - 1;
		} else {
			strbuf_add(out, text++, 1);
		}
	}
}

static bool cmd_init(const struct call *call, const struct world *world,
		     struct error *err)
{
	const struct init_options *own = call->options;
	const struct init_shell *shell = find_shell(call->word);
	const char *name = own->name ? own->name : "role";
	struct strbuf out = strbuf_with_max(SCRIPT_MAX);
	bool ok;

	strbuf_printf(&out,
		      "# The function %s for %s, as `rolekey init %s` "
		      "prints it.\n",
		      name, shell->name, shell->name);
	if (shell == &init_bash)
		strbuf_puts(&out, "# shellcheck shell=bash\n");
	put_script(&out, shell->script, name);
	if (!own->no_refresh)
		put_script(&out, shell->refresh, name);
	ok = check(own, shell, world, err) &&
	     (strbuf_ok(&out) || error_memory(err)) &&
	     output_write(&world->output, strbuf_text(&out), out.len, err);
	strbuf_clear(&out);
	return ok;
}

const struct command command_init = {
	.name = "init",
	.needs = NEEDS_NOTHING,
	.summary = "print a shell function that uses roles",
	.operands = OPERANDS_WORD,
	.words = "bash, zsh, fish",
	.options = options,
	.options_size = sizeof(struct init_options),
	.reports_settings = true, /* a broken file stops no shell */
	.help = "Prints the function role for a shell. In its file of "
		"settings:\n"
		"\n"
		"  eval \"$(rolekey init bash)\"    # in ~/.bashrc\n"
		"  eval \"$(rolekey init zsh)\"     # in ~/.zshrc, after "
		"compinit\n"
		"  rolekey init fish | source     # in config.fish\n"
		"\n"
		"  role PROFILE [OPTION...]  uses a profile, with options of "
		"export\n"
		"  role -                    uses the previous profile\n"
		"  role                      uses that of a trusted "
		".aws-profile, or asks\n"
		"  role --pick               asks for the profile\n"
		"  role --unset              forgets the credentials\n"
		"  role trust                trusts the .aws-profile of this "
		"folder\n"
		"\n"
		"The credentials are refreshed before a command if less than 5 "
		"minutes are left. role_prompt prints the profile and what is "
		"left, for a prompt.\n",
	.examples = "eval \"$(rolekey init bash)\"\n"
		    "role testing\n",
	.run = cmd_init,
};

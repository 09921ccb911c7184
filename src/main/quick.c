/*
 * bin/rolekey serves calls from the cache with a few small libraries.  It hands
 * everything else, and every failure but that of a wait for another process, to
 * rolekey-full, which starts from the same argv.  Until it is certain that the
 * call is served, it says only that it waits, asks nothing and writes no file.
 * See src/README.md, "Two programs".
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "access/obtain.h"
#include "base/error.h"
#include "base/text.h"
#include "cmd/run.h"
#include "main/front_internal.h"
#include "main/report_internal.h"
#include "message/message.h"
#include "session/session.h"

/*
 * Makes the caller give up if no session is cached; main then hands over.  First
 * it waits for another process that makes the session now: rolekey-full would
 * load for nothing.
 */
static bool wait_or_hand_over(const struct plan *plan,
			      const struct session_request *request,
			      const struct world *world,
			      struct credentials *creds, struct error *err)
{
	bool waited;
	bool found = false;

	if (!session_wait(plan, request, world, &waited, err))
		return false;
	if (waited)
		session_cache_obtain(plan, request, world, creds, &found);
	return found || error_fail(err, REASON_NOT_CACHED);
}

static bool hand_over(const struct plan *plan,
		      const struct session_request *request,
		      const struct world *world, struct credentials *creds,
		      struct error *err)
{
	(void)plan;
	(void)request;
	(void)world;
	(void)creds;
	return error_fail(err, REASON_NOT_CACHED);
}

/*
 * Prints warnings just before the command replaces the process, and only then.
 */
struct quick_launcher {
	struct launcher real;
	struct notices_kept *kept;
};

static bool quick_find(void *self, const char *command, struct arena *arena,
		       const char **path, struct error *err)
{
	struct quick_launcher *quick = self;

	return launcher_find(&quick->real, command, arena, path, err);
}

static bool quick_become(void *self, const char *path, char *const argv[],
			 char *const envp[], struct error *err)
{
	struct quick_launcher *quick = self;

	stderr_notices_flush(quick->kept);
	return launcher_become(&quick->real, path, argv, envp, err);
}

/*
 * Tests for the end of a wait for another process: rolekey-full would wait
 * again, or ask where it must not.  And for a command that cannot be run:
 * rolekey-full would log the use again.
 */
static bool is_final(const struct error *why)
{
	static const enum error_reason final[] = {
		REASON_LOCK_TIMEOUT,      REASON_GIVEN_UP,
		REASON_ABANDONED,         REASON_NO_INTERPRETER,
		REASON_COMMAND_NOT_FOUND, REASON_COMMAND_NOT_RUN,
		REASON_COMMAND_IS_LINE
	};

	for (size_t i = 0; i < sizeof(final) / sizeof(final[0]); i++)
		if (error_is(why, final[i]))
			return true;
	return false;
}

static bool serve(struct front *front, char *const *environment,
		  struct error *why)
{
	static const struct keyring_row *const rows[] = {
		&reader_keyring_row, &keyring_row_file, &keyring_row_pass, NULL
	};
	static const struct keyring_row *const session_rows[] = {
		&reader_keyring_row, &keyring_row_file, &keyring_row_pass,
		&keyring_row_kernel, NULL
	};
	static struct notices_kept kept; /* nothing has to clear its buffer */
	struct notices notices = stderr_notices_kept(&kept);
	struct ledger_files ledger = { .environment = environment };
	struct audit_file audit = { .environment = environment };
	struct prompt_tty nobody = { .no_prompt = true };
	struct prompt prompt = prompt_tty(&nobody);
	struct locks_flock locks = { environment, &prompt };
	struct quick_launcher quick = { launcher_posix(environment), &kept };
	const struct keyring_needs needs = {
		.environment = environment,
		.notices = &notices,
		.unlock_timeout = front->call.request.settings.unlock_timeout,
	};
	struct lazy_keyring sessions = {
		.rows = session_rows,
		.backend = front->call.request.settings.session_backend,
		.needs = needs,
	};
	struct lazy_keyring lazy = {
		.rows = rows,
		.backend = front->call.request.settings.backend,
		.needs = needs,
		.sessions = &sessions,
	};
	struct world world = { .audit = audit_file(&audit),
			       .clock = clock_system(),
			       .files = files_posix(),
			       .launcher = { &quick, quick_find, quick_become },
			       .ledger = ledger_files(&ledger),
			       .locks = locks_flock(&locks),
			       .notices = notices,
			       .output = stdout_output(),
			       .prompt = prompt,
			       .keyring = keyrings_lazy(&lazy),
			       .environment = environment };
	/* A code that was given would not be used after a wait that fails. */
	const struct maker maker = { .make = front->call.mfa_text
						     ? hand_over
						     : wait_or_hand_over };
	bool served;

	kept.to.debug = front->call.debug;
	kept.to.quiet = front->command->terse;
	kept.to.render = message_text;
	lazy.port = &world.keyring;
	front->call.request.maker = &maker;
	served = run_command(front->command, &front->call, &world, front->arena,
			     why);
	if (served || is_final(why))
		stderr_notices_flush(&kept);
	keyrings_lazy_close(&lazy);
	return served;
}

/* Finds rolekey-full relative to this executable. */
static bool find_full(char path[static PATH_MAX])
{
	static const char full[] = "/" ROLEKEY_FULL;
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - sizeof(full));
	char *slash;

	if (n <= 0)
		return false;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		return false;
	memcpy(slash, full, sizeof(full));
	return true;
}

/*
 * Replaces the process by rolekey-full.  This fails only if one of the two is
 * not installed.
 */
static void become_full(char *const argv[], char *const environment[],
			struct error *err)
{
	struct launcher launcher = launcher_posix(environment);
	char path[PATH_MAX];

	if (!find_full(path))
		(void)error_fail(err, REASON_SYSTEM_CALL,
				 .action = "find this executable",
				 .detail = strerrordesc_np(errno));
	else
		(void)launcher_become(&launcher, path, argv, environment, err);
	err->code = ERROR_SYSTEM;
	(void)error_context(err, REASON_ONE_PROGRAM);
	report_error(NULL, NULL, false, err);
}

/*
 * Tests whether the user database is not needed: a static program does not read
 * it (edge/accounts.h).
 */
static bool knows_home(char *const *environment)
{
	const char *home = text_env(environment, "HOME");

	return home && home[0] == '/';
}

/* A line of stdin is consumed whether or not a code is needed. */
static bool may_be_cached(const struct call *call)
{
	return !call->request.refresh &&
	       !(call->mfa_text && strcmp(call->mfa_text, "-") == 0);
}

int main(int argc, char **argv)
{
	struct front front;
	struct error why = { 0 };
	bool served;

	(void)argc;
	harden_process();
	front = (struct front){ .arena = NULL };
	served = knows_home(environ) &&
		 front_read(&front, argv, environ, command_table_quick, &why) &&
		 front.what == CLI_COMMAND && may_be_cached(&front.call) &&
		 serve(&front, environ, &why);
	if (!served && is_final(&why)) {
		report_error(front.command, front.call.request.profile,
			     front.call.json, &why);
		front_clear(&front);
		return report_status(front.command, &why);
	}
	front_clear(&front);
	if (served)
		return 0;
	if (service_is_hung())
		front_say_hung();
	become_full(argv, environ, &why);
	return report_status(front.command, &why);
}

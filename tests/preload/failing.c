/*
 * Lets one allocation fail, for tests: to be preloaded, and built as
 *
 *   cc -D_GNU_SOURCE -shared -fPIC -o failing.so failing.c
 *
 * In the program FAILING_IN the allocation number FAILING_AT fails, counted from
 * the start of main(): malloc, calloc, realloc, and mmap of memory, also those
 * of libraries.  At execve() and at the end of the process a line with the
 * program and its number of allocations is added to the file FAILING_TO.
 */
#include <sys/mman.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* glibc's own, which need no dlsym() and so no memory. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);

static int ready;
static long count;
static long fails_at; /* 0: never */
static char exe[4096];
static const char
	*program; /* the last part of exe; both are started by one name */

__attribute__((constructor)) static void begin(void)
{
	const char *in = getenv("FAILING_IN");
	const char *at = getenv("FAILING_AT");

	if (readlink("/proc/self/exe", exe, sizeof(exe) - 1) < 0)
		abort();
	program = strrchr(exe, '/') + 1;
	if (in && at && strcmp(in, program) == 0)
		fails_at = strtol(at, NULL, 10);
	ready = 1;
}

/* Counts an allocation, and tests whether it has to fail. */
static int fails(void)
{
	if (!ready || ++count != fails_at)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
	return fails() ? NULL : __libc_realloc(p, size);
}

void *mmap(void *at, size_t len, int prot, int flags, int fd, off_t offset)
{
	void *(*real)(void *, size_t, int, int, int, off_t);
	void *symbol = dlsym(RTLD_NEXT, "mmap");

	if ((flags & MAP_ANONYMOUS) && fails())
		return MAP_FAILED;
	memcpy(&real, &symbol, sizeof(real));
	return real(at, len, prot, flags, fd, offset);
}

/* None fails within this function: glibc 2.36 then follows a null pointer. */
int getpwuid_r(uid_t uid, struct passwd *entry, char *text, size_t size,
	       struct passwd **found)
{
	int (*real)(uid_t, struct passwd *, char *, size_t, struct passwd **);
	void *symbol = dlsym(RTLD_NEXT, "getpwuid_r");
	int result;

	ready = 0;
	memcpy(&real, &symbol, sizeof(real));
	result = real(uid, entry, text, size, found);
	ready = 1;
	return result;
}

static void report(void)
{
	const char *path = getenv("FAILING_TO");
	int out = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
			      0600)
		       : -1;
	char line[128];
	int n;

	ready = 0;
	if (out < 0)
		return;
	n = snprintf(line, sizeof(line), "%s %ld\n", program, count);
	if (write(out, line, (size_t)n) != n)
		abort();
	(void)close(out);
}

int execve(const char *path, char *const argv[], char *const envp[])
{
	int (*real)(const char *, char *const[], char *const[]);
	void *symbol = dlsym(RTLD_NEXT, "execve");

	report();
	memcpy(&real, &symbol, sizeof(real));
	return real(path, argv, envp);
}

__attribute__((destructor)) static void end(void)
{
	report();
}

/*
 * Finds secrets that are left in memory, for tests: to be preloaded, and built as
 *
 *   cc -D_GNU_SOURCE -shared -fPIC -o leftovers.so leftovers.c
 *
 * At execve() and at the end of the process all memory that can be written is
 * searched for the texts in LEFTOVERS (hexadecimal, each byte XOR 0x5a, with
 * commas between, so that the texts themselves are not there).  A match goes to
 * the file LEFTOVERS_TO, a line each: the program, the text's number and its
 * place.  Pages between two that nobody can read are a secbuf's:
 * "guarded".
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MASK      0x5a
#define TEXTS_MAX 32
#define TEXT_MAX  4096
#define MAPS_MAX  4096

struct map {
	unsigned long from, to;
	char mode[5];
	char name[128];
};

static unsigned char texts[TEXTS_MAX][TEXT_MAX]; /* masked */
static size_t lens[TEXTS_MAX];
static int n_texts;
static struct map maps[MAPS_MAX];
static int n_maps;

static void read_texts(const char *from)
{
	n_texts = 0;
	lens[0] = 0;
	for (; from && *from != '\0' && n_texts < TEXTS_MAX - 1; from++) {
		char digits[3] = { from[0], from[1], '\0' };

		if (*from == ',') {
			lens[++n_texts] = 0;
			continue;
		}
		if (lens[n_texts] < TEXT_MAX)
			texts[n_texts][lens[n_texts]++] =
				(unsigned char)strtoul(digits, NULL, 16);
		from++;
	}
	n_texts++;
}

static void read_maps(void)
{
	FILE *file = fopen("/proc/self/maps", "re");
	char line[512];

	n_maps = 0;
	while (file && n_maps < MAPS_MAX && fgets(line, sizeof(line), file)) {
		struct map *m = &maps[n_maps];

		m->name[0] = '\0';
		if (sscanf(line, "%lx-%lx %4s %*s %*s %*s %127[^\n]", &m->from,
			   &m->to, m->mode, m->name) >= 3)
			n_maps++;
	}
	if (file)
		(void)fclose(file);
}

static int is_guarded(int i)
{
	return i > 0 && i + 1 < n_maps && maps[i - 1].to == maps[i].from &&
	       maps[i + 1].from == maps[i].to && maps[i - 1].mode[0] == '-' &&
	       maps[i + 1].mode[0] == '-';
}

static int is_at(const unsigned char *p, int text)
{
	size_t i = 0;

	while (i < lens[text] && (p[i] ^ MASK) == texts[text][i])
		i++;
	return i == lens[text];
}

static void search(int out, const struct map *map, const char *where)
{
	const unsigned char *p = (const unsigned char *)map->from;
	size_t len = map->to - map->from;
	char line[256];

	for (int t = 0; t < n_texts; t++)
		for (size_t at = 0; lens[t] > 0 && at + lens[t] <= len; at++) {
			int n;

			if (!is_at(p + at, t))
				continue;
			n = snprintf(line, sizeof(line), "%s %d %s\n",
				     program_invocation_short_name, t, where);
			if (write(out, line, (size_t)n) != n)
				abort();
		}
}

static const char *where_is(int i)
{
	if (is_guarded(i))
		return "guarded";
	return maps[i].name[0] != '\0' ? maps[i].name : "unnamed";
}

static void look(void)
{
	const char *path = getenv("LEFTOVERS_TO");
	int out = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
			      0600)
		       : -1;

	if (out < 0)
		return;
	read_texts(getenv("LEFTOVERS"));
	read_maps();
	for (int i = 0; i < n_maps; i++)
		if (maps[i].mode[0] == 'r' && maps[i].mode[1] == 'w')
			search(out, &maps[i], where_is(i));
	(void)close(out);
}

int execve(const char *path, char *const argv[], char *const envp[])
{
	int (*real)(const char *, char *const[], char *const[]);
	void *symbol = dlsym(RTLD_NEXT, "execve");

	look();
	memcpy(&real, &symbol, sizeof(real));
	return real(path, argv, envp);
}

__attribute__((destructor)) static void end(void)
{
	look();
}

#include "format/xml.h"

#include <expat.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/wipe.h"

#define DEPTH_MAX 256
#define SEPARATOR '\n' /* between a namespace and a local name */

/* An element.  Its name and text are blocks of wipe_malloc(). */
struct xml_node {
	struct xml_node *parent;
	struct xml_node *child; /* the first one */
	struct xml_node *last_child;
	struct xml_node *next;
	char *name;
	char *text; /* directly in it, CDATA included; NULL if it is empty */
	size_t text_len;
	size_t text_size;
};

/* The document element is the only child of top. */
struct xml {
	struct xml_node top;
};

struct reading {
	XML_Parser parser;
	struct xml_node *at; /* the element that is open */
	unsigned depth;
	bool stopped; /* expat may still report the end of an element */
	bool no_memory;
};

/* Removes the first child of parent and returns it. */
static struct xml_node *take_first(struct xml_node *parent)
{
	struct xml_node *node = parent->child;

	parent->child = node->next;
	return node;
}

/* Frees all below top without recursion: the children go first. */
static void free_below(struct xml_node *top)
{
	struct xml_node *node = top;

	while (node != top || node->child) {
		if (node->child) {
			node = take_first(node);
			continue;
		}
		struct xml_node *parent = node->parent;

		wipe_free(node->name);
		wipe_free(node->text);
		wipe_free(node);
		node = parent;
	}
}

static void stop(struct reading *r, bool no_memory)
{
	r->no_memory = r->no_memory || no_memory;
	r->stopped = true;
	(void)XML_StopParser(r->parser, XML_FALSE);
}

static const char *local_name(const char *name)
{
	const char *mark = strchr(name, SEPARATOR);

	return mark ? mark + 1 : name;
}

static void append(struct xml_node *parent, struct xml_node *node)
{
	node->parent = parent;
	if (parent->last_child)
		parent->last_child->next = node;
	else
		parent->child = node;
	parent->last_child = node;
}

static void begin_element(void *data, const char *name, const char **attributes)
{
	struct reading *r = data;
	struct xml_node *node;

	(void)attributes;
	if (r->stopped || r->depth == DEPTH_MAX) {
		stop(r, false);
		return;
	}
	node = wipe_calloc(1, sizeof(*node));
	if (!node) {
		stop(r, true);
		return;
	}
	append(r->at, node);
	r->at = node;
	r->depth++;
	node->name = wipe_strdup(local_name(name));
	if (!node->name)
		stop(r, true);
}

static void end_element(void *data, const char *name)
{
	struct reading *r = data;

	(void)name;
	if (r->stopped)
		return;
	r->at = r->at->parent;
	r->depth--;
}

static bool make_room(struct xml_node *node, size_t more)
{
	size_t size = node->text_size;
	char *text;

	while (size < node->text_len + more + 1)
		size = size < 64 ? 64 : size * 2;
	if (size == node->text_size)
		return true;
	text = wipe_realloc(node->text, size);
	if (!text)
		return false;
	node->text = text;
	node->text_size = size;
	return true;
}

static void add_text(void *data, const char *text, int len)
{
	struct reading *r = data;
	struct xml_node *node = r->at;

	if (r->stopped)
		return;
	if (!make_room(node, (size_t)len)) {
		stop(r, true);
		return;
	}
	memcpy(node->text + node->text_len, text, (size_t)len);
	node->text_len += (size_t)len;
	node->text[node->text_len] = '\0';
}

/* Stops before the first entity: entities are declared only in a DTD. */
static void refuse_dtd(void *data, const char *name, const char *system_id,
		       const char *public_id, int has_internal_subset)
{
	(void)name;
	(void)system_id;
	(void)public_id;
	(void)has_internal_subset;
	stop(data, false);
}

static bool run(struct reading *r, const char *text, size_t len)
{
	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, begin_element, end_element);
	XML_SetCharacterDataHandler(r->parser, add_text);
	XML_SetStartDoctypeDeclHandler(r->parser, refuse_dtd);
	if (XML_Parse(r->parser, text, (int)len, XML_TRUE) == XML_STATUS_OK)
		return true;
	if (XML_GetErrorCode(r->parser) == XML_ERROR_NO_MEMORY)
		r->no_memory = true;
	return false;
}

static bool parse(struct xml *doc, const char *text, size_t len,
		  bool *no_memory)
{
	static const XML_Memory_Handling_Suite memory = { wipe_malloc,
							  wipe_realloc,
							  wipe_free };
	static const char separator[] = { SEPARATOR, '\0' };
	struct reading r = { .at = &doc->top };
	bool ok;

	r.parser = XML_ParserCreate_MM(NULL, &memory, separator);
	if (!r.parser) {
		*no_memory = true;
		return false;
	}
	ok = run(&r, text, len);
	XML_ParserFree(r.parser);
	*no_memory = r.no_memory;
	return ok;
}

struct xml *xml_parse(const char *text, size_t len, struct error *err)
{
	struct xml *doc = wipe_calloc(1, sizeof(*doc));
	bool no_memory = !doc;

	if (doc && len <= XML_MAX && parse(doc, text, len, &no_memory))
		return doc;
	xml_free(doc);
	if (no_memory)
		(void)error_memory(err);
	else
		(void)error_fail(err, REASON_BAD_XML);
	return NULL;
}

void xml_free(struct xml *doc)
{
	if (!doc)
		return;
	free_below(&doc->top);
	wipe_free(doc);
}

const struct xml_node *xml_root(const struct xml *doc)
{
	return doc ? doc->top.child : NULL;
}

const char *xml_name(const struct xml_node *node)
{
	return node ? node->name : "";
}

/* Finds the first element of that name, from node on, among its siblings. */
static const struct xml_node *find(const struct xml_node *node,
				   const char *name, size_t len)
{
	for (; node; node = node->next)
		if (strncmp(node->name, name, len) == 0 &&
		    node->name[len] == '\0')
			return node;
	return NULL;
}

const struct xml_node *xml_child(const struct xml_node *node, const char *name)
{
	return node ? find(node->child, name, strlen(name)) : NULL;
}

const struct xml_node *xml_next(const struct xml_node *node)
{
	return node ? find(node->next, node->name, strlen(node->name)) : NULL;
}

const struct xml_node *xml_at(const struct xml_node *node, const char *path)
{
	while (node && *path != '\0') {
		size_t len = strcspn(path, "/");

		node = find(node->child, path, len);
		path += len + (path[len] == '/');
	}
	return node;
}

struct secbuf *xml_secret(const struct xml_node *node, size_t max)
{
	static const char blank[] = " \t\r\n";
	const char *text;
	struct secbuf *sb;
	size_t len;

	if (!node)
		return NULL;
	text = node->text ? node->text : "";
	text += strspn(text, blank);
	len = strlen(text);
	while (len > 0 && strchr(blank, text[len - 1]))
		len--;
	if (len > max)
		return NULL;
	sb = secbuf_new(len);
	secbuf_add(sb, text, len);
	return sb;
}

bool xml_text(const struct xml_node *node, char *out, size_t size)
{
	struct secbuf *sb = xml_secret(node, size - 1);

	out[0] = '\0';
	if (sb)
		memcpy(out, secbuf_text(sb), secbuf_len(sb) + 1);
	secbuf_free(sb);
	return sb != NULL;
}

#include "format/xml.h"

#include <stdint.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlmemory.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/wipe.h"

#define OPTIONS (XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING)

/* Return libxml2's structs, so that callers need not include its headers. */
static xmlDoc *doc_of(struct xml *doc)
{
	return (xmlDoc *)doc;
}

static const xmlNode *node_of(const struct xml_node *node)
{
	return (const xmlNode *)node;
}

static const struct xml_node *ours(const xmlNode *node)
{
	return (const struct xml_node *)node;
}

/*
 * Notes a failed allocation, because libxml2 does not always report it: a
 * document may then merely lack a text.
 */
static bool no_memory;

static void *note(void *p)
{
	no_memory = no_memory || !p;
	return p;
}

static void *noted_malloc(size_t size)
{
	return note(wipe_malloc(size));
}

static void *noted_realloc(void *p, size_t size)
{
	return note(wipe_realloc(p, size));
}

static char *noted_strdup(const char *text)
{
	return note(wipe_strdup(text));
}

/*
 * Drops errors, because libxml2 would print them on stderr and quote the
 * response.
 */
static void say_nothing(void *ctx, xmlError *error)
{
	(void)ctx;
	(void)error;
}

static void start(void)
{
	static bool started;

	if (started)
		return;
	(void)xmlMemSetup(wipe_free, noted_malloc, noted_realloc, noted_strdup);
	xmlInitParser();
	started = true;
}

/* Stops before the first entity: entities are declared only in a DTD. */
static void refuse_dtd(void *ctx, const xmlChar *name, const xmlChar *external,
		       const xmlChar *system_id)
{
	(void)name;
	(void)external;
	(void)system_id;
	xmlStopParser(ctx);
}

static xmlDoc *parse(const char *text, int len)
{
	xmlParserCtxt *ctx = xmlNewParserCtxt();
	xmlDoc *doc;

	if (!ctx)
		return NULL;
	ctx->sax->internalSubset = refuse_dtd;
	doc = xmlCtxtReadMemory(ctx, text, len, NULL, NULL, OPTIONS);
	if (no_memory || ctx->errNo != XML_ERR_OK) {
		xmlFreeDoc(doc);
		doc = NULL;
	}
	xmlFreeParserCtxt(ctx);
	return doc;
}

struct xml *xml_parse(const char *text, size_t len, struct error *err)
{
	xmlDoc *doc = NULL;

	start();
	no_memory = false;
	xmlSetStructuredErrorFunc(NULL, say_nothing);
	if (len <= XML_MAX)
		doc = parse(text, (int)len);
	xmlSetStructuredErrorFunc(NULL, NULL);
	xmlResetLastError(); /* it contains parts of the document */
	if (no_memory)
		(void)error_memory(err);
	else if (!doc)
		(void)error_fail(err, REASON_BAD_XML);
	return (struct xml *)doc;
}

void xml_free(struct xml *doc)
{
	xmlFreeDoc(doc_of(doc));
}

const struct xml_node *xml_root(const struct xml *doc)
{
	return ours(xmlDocGetRootElement((const xmlDoc *)doc));
}

const char *xml_name(const struct xml_node *node)
{
	return node ? (const char *)node_of(node)->name : "";
}

/* Finds the first element of that name, from node on, among its siblings. */
static const xmlNode *find(const xmlNode *node, const char *name, size_t len)
{
	for (; node; node = node->next) {
		const char *its = (const char *)node->name;

		if (node->type == XML_ELEMENT_NODE &&
		    strncmp(its, name, len) == 0 && its[len] == '\0')
			return node;
	}
	return NULL;
}

const struct xml_node *xml_child(const struct xml_node *node, const char *name)
{
	return node ? ours(find(node_of(node)->children, name, strlen(name)))
		    : NULL;
}

const struct xml_node *xml_next(const struct xml_node *node)
{
	const char *name = xml_name(node);

	return node ? ours(find(node_of(node)->next, name, strlen(name)))
		    : NULL;
}

const struct xml_node *xml_at(const struct xml_node *node, const char *path)
{
	const xmlNode *at = node_of(node);

	while (at && *path != '\0') {
		size_t len = strcspn(path, "/");

		at = find(at->children, path, len);
		path += len + (path[len] == '/');
	}
	return ours(at);
}

static bool is_text(const xmlNode *node)
{
	return (node->type == XML_TEXT_NODE ||
		node->type == XML_CDATA_SECTION_NODE) &&
	       node->content;
}

/* Returns the text directly in node, including CDATA, unchanged. */
static struct secbuf *raw_text(const xmlNode *node)
{
	struct secbuf *sb;
	size_t len = 0;

	for (const xmlNode *n = node->children; n; n = n->next)
		if (is_text(n))
			len += strlen((const char *)n->content);
	sb = secbuf_new(len);
	for (const xmlNode *n = node->children; n; n = n->next)
		if (is_text(n))
			secbuf_puts(sb, (const char *)n->content);
	return sb;
}

struct secbuf *xml_secret(const struct xml_node *node, size_t max)
{
	static const char blank[] = " \t\r\n";
	struct secbuf *sb = node ? raw_text(node_of(node)) : NULL;
	size_t len = secbuf_len(sb);
	char *text = secbuf_edit(sb);
	size_t lead;

	if (!text)
		return NULL;
	lead = strspn(text, blank);
	while (len > lead && strchr(blank, text[len - 1]))
		len--;
	len -= lead;
	memmove(text, text + lead, len);
	secbuf_cut(sb, len);
	if (len > max) {
		secbuf_free(sb);
		return NULL;
	}
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

#ifndef FORMAT_XML_H
#define FORMAT_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct error;
struct secbuf;
struct xml; /* a parsed document; opaque, wiped when freed */

/* A place in a document; NULL is nowhere, and finds nothing. */
struct xml_node;

/*
 * AWS's query answers, by libxml2: no network, no DTD, no entities but the
 * five, no huge documents; at most XML_MAX bytes.  libxml2 gets wiping
 * allocators with the first call.
 *
 * NULL and ERROR_PROTOCOL if it is no such document, or ERROR_MEMORY.
 */
#define XML_MAX 1048576

struct xml *xml_parse(const char *text, size_t len,
		      struct error *err) MUST_CHECK;
void xml_free(struct xml *doc);

/* The root element. */
const struct xml_node *xml_root(const struct xml *doc);

/* An element's name without its prefix. "" for NULL. */
const char *xml_name(const struct xml_node *node);

/* First child element of that local name, whatever its namespace. */
const struct xml_node *xml_child(const struct xml_node *node, const char *name);

/* The next sibling of the same local name: for <member> lists. */
const struct xml_node *xml_next(const struct xml_node *node);

/* "A/B/C": child by child from node. */
const struct xml_node *xml_at(const struct xml_node *node, const char *path);

/*
 * The text in an element, trimmed of white space, as a new secbuf of the
 * caller's, since it may be a key.  Of more than max bytes it is none.  NULL
 * if there is no such node, its text is too long, or no memory is left.
 */
struct secbuf *xml_secret(const struct xml_node *node, size_t max) MUST_CHECK;

/*
 * The same for public text, into out (size bytes with its NUL): false, and out
 * is "", if there is none or it does not fit.
 */
bool xml_text(const struct xml_node *node, char *out, size_t size);

#endif

#ifndef FORMAT_XML_H
#define FORMAT_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct error;
struct secbuf;
struct xml; /* a parsed document; opaque, wiped when freed */

/*
 * A position in a document.  NULL stands for a missing one: every search from
 * it finds nothing.
 */
struct xml_node;

/*
 * Parses a response of AWS's query protocol with expat: no DTD, only the five
 * predefined entities, elements nested at most 256 deep, and at most XML_MAX
 * bytes.  All memory is overwritten before it is freed.
 *
 * NULL with ERROR_PROTOCOL if it is not well-formed, or ERROR_MEMORY.  Free
 * with xml_free().
 */
#define XML_MAX 1048576

struct xml *xml_parse(const char *text, size_t len,
		      struct error *err) MUST_CHECK;
void xml_free(struct xml *doc);

/* Returns the root element; NULL for NULL. */
const struct xml_node *xml_root(const struct xml *doc);

/* Returns the name of an element without its prefix; "" for NULL. */
const char *xml_name(const struct xml_node *node);

/* Returns the first child element of a local name, in any namespace. */
const struct xml_node *xml_child(const struct xml_node *node, const char *name);

/*
 * Returns the next sibling of the same local name, such as the next <member>.
 */
const struct xml_node *xml_next(const struct xml_node *node);

/* Follows a path "A/B/C" of child elements from node. */
const struct xml_node *xml_at(const struct xml_node *node, const char *path);

/*
 * Returns the text of an element, trimmed of white space, in a new secbuf that
 * the caller owns, because it may be a key.  NULL if the node is missing or its
 * text is longer than max bytes, or out of memory.
 */
struct secbuf *xml_secret(const struct xml_node *node, size_t max) MUST_CHECK;

/*
 * Copies public text of an element to out, which has size bytes.  Returns
 * false, and "" in out, if it is missing or does not fit.
 */
bool xml_text(const struct xml_node *node, char *out, size_t size);

#endif

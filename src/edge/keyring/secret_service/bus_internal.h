#ifndef EDGE_KEYRING_SECRET_SERVICE_BUS_INTERNAL_H
#define EDGE_KEYRING_SECRET_SERVICE_BUS_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"
#include "base/strbuf.h"

struct error;
struct secbuf;

/*
 * A client of the session bus (D-Bus Specification 0.43) for a few calls, one
 * after the other: bus_put.c formats, bus_get.c and bus_message.c parse, bus.c
 * connects and calls.  It sends and accepts little-endian messages, without file descriptors.
 */

#define BUS_MESSAGE_MAX   1114112 /* bytes: of a secret, and all around it */
#define BUS_FIXED_LEN     16      /* bytes, after which the length is known */
#define BUS_LITTLE_ENDIAN 'l'
#define BUS_PROTOCOL      1

enum bus_type { BUS_CALL = 1, BUS_REPLY, BUS_ERROR, BUS_SIGNAL };

/* "Header Fields" in the specification. */
enum bus_field {
	BUS_FIELD_PATH = 1,
	BUS_FIELD_INTERFACE,
	BUS_FIELD_MEMBER,
	BUS_FIELD_ERROR_NAME,
	BUS_FIELD_REPLY_SERIAL,
	BUS_FIELD_DESTINATION,
	BUS_FIELD_SENDER,
	BUS_FIELD_SIGNATURE
};

/* --- bus_put.c: a call ------------------------------------------------------- */

/* Append an argument to a body, which the caller clears. */
void bus_put_text(struct strbuf *body, const char *text);
void bus_put_variant(struct strbuf *body, const char *text); /* of a text */
/* An array of n pairs of texts: a{ss}. */
void bus_put_pairs(struct strbuf *body, const char *const (*pairs)[2],
		   size_t n);

struct bus_method {
	const char *destination, *path, *interface, *member;
};

/* Appends a whole call to out. */
void bus_put_call(struct strbuf *out, uint32_t serial,
		  const struct bus_method *method, const char *signature,
		  const struct strbuf *body);

/* --- bus_get.c: values of a message -------------------------------------------- */

/*
 * A position in the values of a message.  After a value that is not there, or
 * not well-formed, it has failed: all later values are 0 or NULL.
 */
struct bus_values {
	const uint8_t *bytes;
	size_t len, at;
	bool failed;
};

uint8_t bus_get_byte(struct bus_values *from);
uint32_t bus_get_u32(struct bus_values *from); /* also a boolean */
uint64_t bus_get_u64(struct bus_values *from);
/* A string or object path, in the message and NUL-terminated; or NULL. */
const char *bus_get_text(struct bus_values *from);
const char *bus_get_signature(struct bus_values *from);
/* An array of bytes, in the message. */
const uint8_t *bus_get_bytes(struct bus_values *from, size_t *len);
/* Begins an array of texts, and returns the position of its end. */
size_t bus_get_array(struct bus_values *from);
/* Skips to the next multiple of 8, where a struct begins. */
void bus_get_struct(struct bus_values *from);
/* Skips a value of a basic type, an array of bytes, or a variant of these. */
void bus_get_past(struct bus_values *from, const char *type);

/* --- bus_message.c: a message ------------------------------------------------ */

struct bus_header {
	uint8_t type;           /* enum bus_type, or a later one */
	uint32_t reply_to;      /* the serial of a call, or 0 */
	const char *signature;  /* of the body, "" if there is none */
	const char *error_name; /* or NULL */
};

/*
 * Returns the length of a message by its first BUS_FIXED_LEN bytes, or 0 if they
 * begin none, or one that is too long.
 */
size_t bus_message_len(const uint8_t fixed[static BUS_FIXED_LEN]);

/* Parses a whole message; texts are in it. Body is set to its values. */
bool bus_message_read(const uint8_t *bytes, size_t len,
		      struct bus_header *header,
		      struct bus_values *body) MUST_CHECK;

/* --- bus.c ------------------------------------------------------------------- */

struct bus {
	int fd;            /* -1: not connected */
	uint64_t deadline; /* see service_deadline() */
	uint32_t serial;   /* of the last call */
	bool again;        /* a second try may succeed */
	bool unlocked;     /* for reader.c: the collection is not locked */
};

/* A reply may have a secret in it. */
struct bus_reply {
	struct secbuf *bytes;
	struct bus_header header;
	struct bus_values body;
};

/*
 * Connects, and waits until the bus has said hello.  Everything must be done by
 * the deadline.  Close b, even on failure.  ERROR_KEYRING.
 */
bool bus_open(struct bus *b, char *const *environment, uint64_t deadline,
	      struct error *err) MUST_CHECK;
void bus_close(struct bus *b);

/*
 * Calls a method, and clears body, which may be NULL.  The caller clears *reply,
 * even on failure.  On failure, b->again says whether a second try on another
 * connection may succeed. SERVICE_GARBLED unless the reply has the types of
 * expected.
 */
struct bus_call {
	const struct bus_method *to;
	const char *signature; /* of body */
	struct strbuf *body;
	const char *expected;
};

bool bus_ask(struct bus *b, const struct bus_call *call,
	     struct bus_reply *reply, struct error *err) MUST_CHECK;
void bus_reply_clear(struct bus_reply *reply);

/* Reports a malformed response. Always returns false. */
bool bus_garbled(struct error *err);

#endif

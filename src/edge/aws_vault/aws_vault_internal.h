#ifndef EDGE_AWS_VAULT_AWS_VAULT_INTERNAL_H
#define EDGE_AWS_VAULT_AWS_VAULT_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct error;
struct secbuf;

/* Shared by the readers of aws-vault's keyrings, and by tests. */

#define VAULT_ITEM_MAX 65536 /* bytes of an item, encrypted or not */

/*
 * A file of aws-vault: a compact JWE (RFC 7516, section 7.1) of
 * "PBES2-HS256+A128KW" and "A256GCM", as jose2go writes it.
 */
struct vault_jwe {
	const char *header; /* unparsed, as covered by the tag */
	size_t header_len;
	struct secbuf *salt; /* alg, a NUL, and p2s: RFC 7518, 4.8.1.1 */
	unsigned rounds;     /* p2c: 1 to VAULT_ROUNDS_MAX */
	struct secbuf *wrapped, *iv, *sealed, *tag;
};

#define VAULT_ROUNDS_MAX 1000000 /* jose2go: 8192; none can ask for hours */
#define VAULT_SALT_MIN   8       /* RFC 7518, section 4.8.1.1 */
#define VAULT_SALT_MAX   64

/*
 * Parses a JWE; header is borrowed from text.  Clear it, even on failure.
 * ERROR_CONFIG for another text, ERROR_MEMORY.
 */
bool aws_vault_jwe_parse(const struct secbuf *text, struct vault_jwe *jwe,
			 struct error *err) MUST_CHECK;
void aws_vault_jwe_clear(struct vault_jwe *jwe);

/*
 * Decrypts a JWE; the caller owns *plain.  ERROR_KEYRING for a wrong
 * passphrase; ERROR_CONFIG if it fits and the rest was changed.
 */
bool aws_vault_jwe_open(const struct vault_jwe *jwe,
			const struct secbuf *passphrase, struct secbuf **plain,
			struct error *err) MUST_CHECK;

/* --- the places: each lists and reads as port/vault.h says ------------------- */

struct arena;
struct vault_places;

struct vault_names {
	struct arena *arena;
	const char **names;
	size_t n;
};

/* One name more, a copy. ERROR_MEMORY. */
bool aws_vault_names_add(struct vault_names *names, const char *name,
			 size_t len, struct error *err) MUST_CHECK;

bool aws_vault_file_list(const struct vault_places *places,
			 struct vault_names *names,
			 struct error *err) MUST_CHECK;
bool aws_vault_file_read(struct vault_places *places, const char *name,
			 struct secbuf **item, struct error *err) MUST_CHECK;

bool aws_vault_pass_list(const struct vault_places *places,
			 struct vault_names *names,
			 struct error *err) MUST_CHECK;
bool aws_vault_pass_read(struct vault_places *places, const char *name,
			 struct secbuf **item, struct error *err) MUST_CHECK;

/* keyring_libsecret_vault.c */
bool aws_vault_secret_service_list(const struct vault_places *places,
				   struct vault_names *names,
				   struct error *err) MUST_CHECK;
bool aws_vault_secret_service_read(struct vault_places *places,
				   const char *name, struct secbuf **item,
				   struct error *err) MUST_CHECK;

#endif

#ifndef EDGE_AWS_VAULT_H
#define EDGE_AWS_VAULT_H

#include "edge/keyring.h"
#include "port/vault.h"

struct secbuf;

/* aws-vault's places, by its own variables. */
struct vault_places {
	struct keyring_needs needs; /* as of a keyring */
	struct secbuf *passphrase;  /* of its files, once it was asked for */
};

struct vault aws_vault_places(struct vault_places *self);
void aws_vault_file_forget(struct vault_places *self);

#endif

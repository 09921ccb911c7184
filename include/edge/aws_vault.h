#ifndef EDGE_AWS_VAULT_H
#define EDGE_AWS_VAULT_H

#include "edge/keyring.h"
#include "port/vault.h"

struct secbuf;

/* The keyrings of aws-vault, found with its own variables. */
struct vault_places {
	struct keyring_needs needs; /* as for a keyring */
	struct secbuf *passphrase;  /* of its files, once it was entered */
};

/* Makes the port. self must outlive it; nothing is read yet. */
struct vault aws_vault_places(struct vault_places *self);
void aws_vault_file_forget(struct vault_places *self);

#endif

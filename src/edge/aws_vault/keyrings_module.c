#include "crypto/start.h"
#include "edge/modules.h"

/* libcrypto takes an allocator only before its first call. */
static struct vault open_vault(struct vault_places *self)
{
	crypto_start();
	return aws_vault_places(self);
}

const struct keyrings_module keyrings_module = {
	.secret_service = &libsecret_keyring_row,
	.aws_vault = open_vault,
	.aws_vault_close = aws_vault_file_forget,
};

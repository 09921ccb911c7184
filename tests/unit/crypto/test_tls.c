#include <openssl/ssl.h>

#include "crypto/tls.h"
#include "support/check.h"

static void sets_the_mode_and_keeps_the_others(void **state)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	long before;

	(void)state;
	assert_non_null(context);
	before = SSL_CTX_get_mode(context);
	assert_int_equal(before & SSL_MODE_RELEASE_BUFFERS, 0);
	tls_release_buffers(context);
	assert_int_equal(SSL_CTX_get_mode(context),
			 before | SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_free(context);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_the_mode_and_keeps_the_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

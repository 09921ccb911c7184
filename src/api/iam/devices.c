#include <string.h>

#include "api/iam/devices.h"
#include "api/query.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "crypto/base64.h"
#include "format/xml.h"

#define VERSION  "2010-05-08"
#define SEED_MAX 1024 /* bytes in the answer: base64 of base32 */

static struct secbuf *read_seed(const struct xml_node *device)
{
	struct secbuf *wrapped =
		xml_secret(xml_child(device, "Base32StringSeed"), SEED_MAX);
	struct secbuf *text = wrapped ? base64_decode(wrapped) : NULL;

	secbuf_free(wrapped);
	return text;
}

bool iam_create_virtual_mfa_device(const struct api_caller *caller,
				   const char *name,
				   char serial[static IAM_SERIAL_LEN],
				   struct secbuf **seed, struct error *err)
{
	struct query query =
		query_begin(caller, AWS_IAM, "CreateVirtualMFADevice", VERSION);
	const struct xml_node *device;
	struct xml *doc;
	bool ok;

	*seed = NULL;
	serial[0] = '\0';
	query_put(&query, "VirtualMFADeviceName", name);
	query.has_code = true; /* made twice, the first would be lost */
	doc = query_send(&query, NULL, err);
	device = xml_at(xml_root(doc), "CreateVirtualMFADeviceResult/"
				       "VirtualMFADevice");
	ok = doc != NULL;
	if (ok && !xml_text(xml_child(device, "SerialNumber"), serial,
			    IAM_SERIAL_LEN))
		ok = error_set(err, ERROR_PROTOCOL,
			       "AWS's answer lacks the device's serial");
	if (ok) {
		*seed = read_seed(device);
		ok = *seed || error_set(err, ERROR_PROTOCOL,
					"AWS's answer lacks the device's seed");
	}
	xml_free(doc);
	query_clear(&query);
	return ok;
}

/* An action whose answer has nothing in it for us. */
static bool act(struct query *query, struct error *err)
{
	struct xml *doc = query_send(query, NULL, err);
	bool ok = doc != NULL;

	xml_free(doc);
	query_clear(query);
	return ok;
}

bool iam_enable_mfa_device(const struct api_caller *caller, const char *user,
			   const char *serial, const struct secbuf *first,
			   const struct secbuf *second, struct error *err)
{
	struct query query =
		query_begin(caller, AWS_IAM, "EnableMFADevice", VERSION);

	query_put(&query, "UserName", user);
	query_put(&query, "SerialNumber", serial);
	query_put(&query, "AuthenticationCode1", secbuf_text(first));
	query_put(&query, "AuthenticationCode2", secbuf_text(second));
	query.has_code = true;
	return act(&query, err);
}

bool iam_delete_virtual_mfa_device(const struct api_caller *caller,
				   const char *serial, struct error *err)
{
	struct query query =
		query_begin(caller, AWS_IAM, "DeleteVirtualMFADevice", VERSION);

	query_put(&query, "SerialNumber", serial);
	return act(&query, err);
}

#include "api/iam/devices.h"

#include <string.h>

#include "api/query.h"
#include "aws/limits.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "crypto/base64.h"
#include "format/xml.h"

#define VERSION     "2010-05-08"
#define PAGES_MAX   8
#define DEVICES_MAX 64 /* AWS allows eight for each user */
#define MARKER_MAX  4096
#define SEED_MAX    1024 /* bytes in the answer: base64 of base32 */

/* --- listing -------------------------------------------------------------------- */

struct devices {
	struct arena *arena;
	const char **serials;
	size_t n;
};

/* Read a serial that may go into the user's config: see aws/limits.h. */
static bool read_serial(const struct xml_node *device, const char *action,
			char serial[static IAM_DEVICES_SERIAL_LEN],
			struct error *err)
{
	bool ok = xml_text(xml_child(device, "SerialNumber"), serial,
			   IAM_DEVICES_SERIAL_LEN) &&
		  limits_fit(&limits_serial, serial);

	if (ok)
		return true;
	error_fail(err, REASON_BAD_SERIAL_FROM_AWS, .action = action,
		   .value = serial);
	serial[0] = '\0';
	return false;
}

static bool add_device(struct devices *devices, const struct xml_node *member,
		       struct error *err)
{
	char serial[IAM_DEVICES_SERIAL_LEN];
	char *copy;

	if (devices->n == DEVICES_MAX)
		return error_fail(err, REASON_BAD_ANSWER,
				  .action = "ListMFADevices");
	if (!read_serial(member, "ListMFADevices", serial, err))
		return false;
	copy = arena_strdup(devices->arena, serial);
	if (!copy)
		return error_memory(err);
	devices->serials[devices->n++] = copy;
	return true;
}

/* Sets *marker to the marker of the next page, NULL after the last. */
static bool read_page(const struct xml *doc, struct devices *devices,
		      struct secbuf **marker, struct error *err)
{
	const struct xml_node *result =
		xml_at(xml_root(doc), "ListMFADevicesResult");
	const struct xml_node *member = xml_at(result, "MFADevices/member");
	const struct xml_node *truncated = xml_child(result, "IsTruncated");
	char more[8] = "false";

	for (; member; member = xml_next(member))
		if (!add_device(devices, member, err))
			return false;
	if (truncated && !xml_text(truncated, more, sizeof(more)))
		return error_fail(err, REASON_BAD_ANSWER,
				  .action = "ListMFADevices");
	if (strcmp(more, "true") != 0)
		return true;
	*marker = xml_secret(xml_child(result, "Marker"), MARKER_MAX);
	return *marker ||
	       error_fail(err, REASON_BAD_ANSWER, .action = "ListMFADevices");
}

/* Requests the page at *marker and sets *marker to the next one. */
static bool ask_page(const struct api_caller *caller, struct devices *devices,
		     struct secbuf **marker, struct error *err)
{
	struct query query =
		query_begin(caller, AWS_IAM, "ListMFADevices", VERSION);
	struct xml *doc;
	bool ok;

	if (*marker)
		query_put(&query, "Marker", secbuf_text(*marker));
	secbuf_free(*marker);
	*marker = NULL;
	doc = query_send(&query, NULL, err);
	ok = doc && read_page(doc, devices, marker, err);
	xml_free(doc);
	query_clear(&query);
	return ok;
}

bool iam_devices_list(const struct api_caller *caller, struct arena *arena,
		      const char *const **serials, size_t *n, struct error *err)
{
	struct devices devices = { .arena = arena };
	struct secbuf *marker = NULL;
	bool ok = true;
	int pages = 0;

	devices.serials =
		arena_alloc(arena, DEVICES_MAX * sizeof(*devices.serials));
	if (!devices.serials)
		return error_memory(err);
	do
		ok = ask_page(caller, &devices, &marker, err);
	while (ok && marker && ++pages < PAGES_MAX);
	if (ok && marker)
		ok = error_fail(err, REASON_BAD_ANSWER,
				.action = "ListMFADevices");
	secbuf_free(marker);
	*serials = devices.serials;
	*n = devices.n;
	return ok;
}

/* --- a new device ----------------------------------------------------------------- */

static struct secbuf *read_seed(const struct xml_node *device)
{
	struct secbuf *wrapped =
		xml_secret(xml_child(device, "Base32StringSeed"), SEED_MAX);
	struct secbuf *text = wrapped ? base64_decode(wrapped) : NULL;

	secbuf_free(wrapped);
	return text;
}

bool iam_devices_create(const struct api_caller *caller, const char *name,
			char serial[static IAM_DEVICES_SERIAL_LEN],
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
	query.spends_code =
		true; /* if it were repeated, the first device would be lost */
	doc = query_send(&query, NULL, err);
	device = xml_at(xml_root(doc), "CreateVirtualMFADeviceResult/"
				       "VirtualMFADevice");
	ok = doc && read_serial(device, query.action, serial, err);
	if (ok) {
		*seed = read_seed(device);
		ok = *seed ||
		     error_fail(err, REASON_INCOMPLETE_ANSWER,
				.action = query.action, .other = "seed");
	}
	xml_free(doc);
	query_clear(&query);
	return ok;
}

/* Sends an action whose response has no content. */
static bool act(struct query *query, struct error *err)
{
	struct xml *doc = query_send(query, NULL, err);
	bool ok = doc != NULL;

	xml_free(doc);
	query_clear(query);
	return ok;
}

bool iam_devices_enable(const struct api_caller *caller, const char *user,
			const char *serial, const struct secbuf *first,
			const struct secbuf *second, struct error *err)
{
	struct query query =
		query_begin(caller, AWS_IAM, "EnableMFADevice", VERSION);

	query_put(&query, "UserName", user);
	query_put(&query, "SerialNumber", serial);
	query_put(&query, "AuthenticationCode1", secbuf_text(first));
	query_put(&query, "AuthenticationCode2", secbuf_text(second));
	query.spends_code = true;
	return act(&query, err);
}

bool iam_devices_delete(const struct api_caller *caller, const char *serial,
			struct error *err)
{
	struct query query =
		query_begin(caller, AWS_IAM, "DeleteVirtualMFADevice", VERSION);

	query_put(&query, "SerialNumber", serial);
	return act(&query, err);
}

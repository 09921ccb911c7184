#include <stdlib.h>
#include <string.h>

#include "edge/keyring/secret_service/bus_internal.h"
#include "support/check.h"

/* Messages as GLib's D-Bus library reads and writes them. */

static const struct bus_method hello = { "a.b", "/c", "d.e", "F" };

static const uint8_t hello_call[] = {
	'l', 1, 0,   1, 5, 0,   0, 0, 7,   0,   0,   0, 71, 0, 0, 0, /* fixed */
	1,   1, 'o', 0, 2, 0,   0, 0, '/', 'c', 0,   0, 0,  0, 0, 0, /* path */
	2,   1, 's', 0, 3, 0,   0, 0, 'd', '.', 'e', 0, 0,  0, 0, 0,
	3,   1, 's', 0, 1, 0,   0, 0, 'F', 0,   0,   0, 0,  0, 0, 0,
	6,   1, 's', 0, 3, 0,   0, 0, 'a', '.', 'b', 0, 0,  0, 0, 0,
	8,   1, 'g', 0, 1, 's', 0, 0, /* signature, and the padding of all */
	0,   0, 0,   0, 0             /* an empty text */
};

static void a_call_has_these_bytes(void **state)
{
	struct strbuf body = strbuf_with_max(100);
	struct strbuf out = strbuf_with_max(1000);

	(void)state;
	bus_put_text(&body, "");
	bus_put_call(&out, 7, &hello, "s", &body);
	assert_true(strbuf_ok(&out));
	assert_int_equal(out.len, sizeof(hello_call));
	assert_memory_equal(out.text, hello_call, sizeof(hello_call));
	strbuf_clear(&body);
	strbuf_clear(&out);
}

static void a_call_without_memory_has_failed(void **state)
{
	struct strbuf body = strbuf_with_max(3);
	struct strbuf out = strbuf_with_max(1000);

	(void)state;
	bus_put_text(&body, "too long for it");
	bus_put_call(&out, 7, &hello, "s", &body);
	assert_false(strbuf_ok(&out));
	strbuf_clear(&body);
	strbuf_clear(&out);
}

static void values_are_read_back(void **state)
{
	static const char *const pairs[][2] = { { "a", "bcd" }, { "", "e" } };
	struct strbuf body = strbuf_with_max(1000);
	struct bus_values from;
	size_t end;

	(void)state;
	bus_put_text(&body, "text");
	bus_put_variant(&body, "inner");
	bus_put_pairs(&body, pairs, 2);
	from = (struct bus_values){ (const uint8_t *)body.text, body.len, 0,
				    false };
	assert_string_equal(bus_get_text(&from), "text");
	bus_get_past(&from, "v");
	end = bus_get_array(&from);
	bus_get_struct(&from);
	assert_string_equal(bus_get_text(&from), "a");
	assert_string_equal(bus_get_text(&from), "bcd");
	bus_get_struct(&from);
	assert_string_equal(bus_get_text(&from), "");
	assert_string_equal(bus_get_text(&from), "e");
	assert_false(from.failed);
	assert_int_equal(from.at, body.len);
	assert_true(end <= body.len);
	strbuf_clear(&body);
}

static void numbers_and_bytes_are_aligned(void **state)
{
	static const uint8_t bytes[] = {
		1, 0, 0, 0, 0xff, 0, 0, 0, 1, 2,   3,
		4, 5, 6, 7, 8,    2, 0, 0, 0, 'x', 'y'
	};
	struct bus_values from = { bytes, sizeof(bytes), 0, false };
	const uint8_t *array;
	size_t len;

	(void)state;
	assert_int_equal(bus_get_u32(&from), 1);
	assert_true(bus_get_u64(&from) == UINT64_C(0x0807060504030201));
	array = bus_get_bytes(&from, &len);
	assert_int_equal(len, 2);
	assert_memory_equal(array, "xy", 2);
	assert_int_equal(bus_get_u32(&from), 0);
	assert_true(from.failed);
}

static void refuses_what_is_not_well_formed(void **state)
{
	static const struct {
		uint8_t bytes[12];
		size_t len;
	} texts[] = {
		{ { 2, 0, 0, 0, 'a', 'b', 'c' }, 7 }, /* no NUL */
		{ { 2, 0, 0, 0, 'a', 0, 0 }, 7 },     /* one too early */
		{ { 9, 0, 0, 0, 'a', 'b', 0 }, 7 },   /* too long */
		{ { 255, 255, 255, 255, 'a', 'b', 0 }, 7 }, { { 2, 0, 0 }, 3 },
	};
	struct bus_values from;
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		from = (struct bus_values){ texts[i].bytes, texts[i].len, 0,
					    false };
		assert_null(bus_get_text(&from));
		assert_true(from.failed);
		assert_int_equal(bus_get_u32(&from), 0); /* it stays failed */
	}
	from = (struct bus_values){ texts[3].bytes, 7, 0, false };
	assert_null(bus_get_bytes(&from, &len));
	from = (struct bus_values){ texts[3].bytes, 7, 0, false };
	assert_int_equal(bus_get_array(&from), 0);
	assert_true(from.failed);
	from = (struct bus_values){ (const uint8_t *)"\1(\0", 3, 0, false };
	bus_get_past(&from, "v"); /* a type that nobody sends */
	assert_true(from.failed);
}

static void reads_a_message(void **state)
{
	uint8_t message[sizeof(hello_call)];
	struct bus_header header;
	struct bus_values body;

	(void)state;
	memcpy(message, hello_call, sizeof(message));
	assert_int_equal(bus_message_len(message), sizeof(message));
	assert_true(bus_message_read(message, sizeof(message), &header, &body));
	assert_int_equal(header.type, BUS_CALL);
	assert_string_equal(header.signature, "s");
	assert_null(header.error_name);
	assert_int_equal(header.reply_to, 0);
	assert_string_equal(bus_get_text(&body), "");
	message[1] = BUS_ERROR;
	message[32] = 4; /* the interface becomes the name of an error */
	assert_true(bus_message_read(message, sizeof(message), &header, &body));
	assert_int_equal(header.type, BUS_ERROR);
	assert_string_equal(header.error_name, "d.e");
}

static void refuses_other_messages(void **state)
{
	static const struct {
		size_t at;
		uint8_t byte;
	} changes[] = {
		{ 0, 'B' }, { 3, 2 }, { 6, 255 }, { 14, 255 }, { 7, 255 },
	};
	uint8_t message[sizeof(hello_call)];
	struct bus_header header;
	struct bus_values body;

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		memcpy(message, hello_call, sizeof(message));
		message[changes[i].at] = changes[i].byte;
		assert_int_equal(bus_message_len(message), 0);
	}
	memcpy(message, hello_call, sizeof(message));
	message[12]--; /* the last field is cut */
	assert_false(
		bus_message_read(message, sizeof(message), &header, &body));
	assert_false(bus_message_read(hello_call, sizeof(hello_call) - 1,
				      &header, &body));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_has_these_bytes),
		cmocka_unit_test(a_call_without_memory_has_failed),
		cmocka_unit_test(values_are_read_back),
		cmocka_unit_test(numbers_and_bytes_are_aligned),
		cmocka_unit_test(refuses_what_is_not_well_formed),
		cmocka_unit_test(reads_a_message),
		cmocka_unit_test(refuses_other_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

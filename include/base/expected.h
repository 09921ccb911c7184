#ifndef BASE_EXPECTED_H
#define BASE_EXPECTED_H

/*
 * Name valid values, for error_fail(err, REASON_BAD_VALUE, .expected = ...):
 * each completes the sentence "x is not ...".
 */
#define EXPECTED_ACCOUNT    "a valid account (12 digits)"
#define EXPECTED_ARN        "a valid ARN"
#define EXPECTED_BOOL       "true or false"
#define EXPECTED_DURATION   "a valid duration (900, 90m, 1h30m, 12h)"
#define EXPECTED_LISTEN     "an address and a port (127.0.0.1:9911)"
#define EXPECTED_ONE_SOCKET "1: one socket"
#define EXPECTED_REASON     "a text of 1 to 256 characters"
#define EXPECTED_REGION     "a valid region"
#define EXPECTED_ROLE       "a valid role ARN"
#define EXPECTED_TAG        "a valid tag (KEY=VALUE)"

#endif

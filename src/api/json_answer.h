#ifndef API_JSON_ANSWER_H
#define API_JSON_ANSWER_H

#include "api/exchange.h"

/*
 * The reader of both JSON protocols, for struct exchange; result is a
 * struct json **.  An answer with status 200 is a result, an empty body then
 * counting as an empty object, unless it has a "__type": AWS has been seen to
 * send errors so.
 *
 * An error's code comes from "error" (OAuth 2.0 and sign-in, RFC 6749 5.2),
 * "__type" (AWS JSON 1.1), the header x-amzn-ErrorType or "code", without a
 * namespace before "#" and a URI after ":"; its message from "message",
 * "Message" or "error_description".
 */
enum exchange_reading json_answer_read(const struct exchange *exchange,
				       const struct http_answer *answer,
				       void *result,
				       struct exchange_fault *fault);

#endif

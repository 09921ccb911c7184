#ifndef CHECK_RULES_INTERNAL_H
#define CHECK_RULES_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "check/check_internal.h"

/* What a value of a key may be. */
struct rule {
	const char *key;
	void (*check)(struct check *c, const struct rule *rule,
		      const struct config_section *section,
		      const struct config_value *value);
	bool ours;         /* rolekey reads it, so a wrong one is an error */
	const char *words; /* for rule_word: "a b c" */
	int64_t min, max;  /* for rule_number, and for rule_span in seconds */
};

#define RULE(name)                                                 \
	void rule_##name(struct check *c, const struct rule *rule, \
			 const struct config_section *section,     \
			 const struct config_value *value)

RULE(account);
RULE(bool);
RULE(number);
RULE(region);
RULE(role);
RULE(serial);
RULE(span);
RULE(start_url);
RULE(url);
RULE(word);

#undef RULE

/* path is what stands before url in value's text, for the message: or "". */
void check_url(struct check *c, const struct config_value *value,
	       const char *path, const char *url);

#endif

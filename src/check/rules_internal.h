#ifndef CHECK_RULES_INTERNAL_H
#define CHECK_RULES_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "check/check_internal.h"

/* The values that a key may have. */
struct rule {
	const char *key;
	void (*check)(struct check *c, const struct rule *rule,
		      const struct config_section *section,
		      const struct config_value *value);
	bool ours;         /* rolekey reads it, so a wrong one is an error */
	const char *words; /* for rules_word: "a b c" */
	int64_t min, max;  /* for rules_number, and for rules_span in seconds */
};

/* Check one value; findings go to c. */
void rules_account(struct check *c, const struct rule *rule,
		   const struct config_section *section,
		   const struct config_value *value);
void rules_account_or_alias(struct check *c, const struct rule *rule,
			    const struct config_section *section,
			    const struct config_value *value);
void rules_process(struct check *c, const struct rule *rule,
		   const struct config_section *section,
		   const struct config_value *value);
void rules_ca_bundle(struct check *c, const struct rule *rule,
		     const struct config_section *section,
		     const struct config_value *value);
void rules_nested(struct check *c, const struct rule *rule,
		  const struct config_section *section,
		  const struct config_value *value);
void rules_bool(struct check *c, const struct rule *rule,
		const struct config_section *section,
		const struct config_value *value);
void rules_number(struct check *c, const struct rule *rule,
		  const struct config_section *section,
		  const struct config_value *value);
void rules_region(struct check *c, const struct rule *rule,
		  const struct config_section *section,
		  const struct config_value *value);
void rules_role(struct check *c, const struct rule *rule,
		const struct config_section *section,
		const struct config_value *value);
void rules_serial(struct check *c, const struct rule *rule,
		  const struct config_section *section,
		  const struct config_value *value);
void rules_span(struct check *c, const struct rule *rule,
		const struct config_section *section,
		const struct config_value *value);
void rules_start_url(struct check *c, const struct rule *rule,
		     const struct config_section *section,
		     const struct config_value *value);
void rules_url(struct check *c, const struct rule *rule,
	       const struct config_section *section,
	       const struct config_value *value);
void rules_word(struct check *c, const struct rule *rule,
		const struct config_section *section,
		const struct config_value *value);

/* key is the name of the URL's key in a finding. */
void rules_check_url(struct check *c, const struct config_value *value,
		     const char *key, const char *url);

#endif

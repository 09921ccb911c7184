#include "cmd/explain/explain_internal.h"

const char *explain_action(const struct step *step, const struct known *known)
{
	if (step->kind == STEP_STORED_KEY && step->keys && !known->stored)
		return step_action(STEP_STATIC_KEY);
	return step_action(step->kind);
}

#ifndef CMD_FACTS_H
#define CMD_FACTS_H

struct arena;
struct error;
struct jsonout;

/*
 * Writes the facts of err as members of a JSON object: "profile", "path", ...
 * (struct about in base/error.h; "code" for AWS's own error code), those that
 * are known.  Failure is that of the buffer.
 */
void facts_put_json(struct jsonout *out, const struct error *err);

/* Writes "reason" (the word of base/reasons.def) and "message". */
void facts_put_reason(struct jsonout *out, const struct error *err);

/* Returns the message of err, in memory of the arena.  NULL: there is none. */
const char *facts_message(struct arena *arena, const struct error *err);

/* Writes "hint", if there is one. */
void facts_put_hint(struct jsonout *out, const struct error *err);

#endif

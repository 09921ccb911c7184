#ifndef BASE_TOPIC_H
#define BASE_TOPIC_H

/*
 * The words of ours that an error's topic may hold, beside AWS's own error
 * codes.  cmd/hint.c has a hint for each; a room below says the fact alone.
 */
#define TOPIC_NO_KEY          "no-key"          /* no key is stored */
#define TOPIC_NOT_STORED      "not-stored"      /* the one to remove */
#define TOPIC_NO_TERMINAL     "no-terminal"     /* nobody to ask */
#define TOPIC_NOT_CARRIED_OUT "not-carried-out" /* a source still to come */
#define TOPIC_SPENT_CODE      "spent-code"      /* one went out just now */
#define TOPIC_BAD_CODE        "bad-code"        /* no six digits */
#define TOPIC_DIRECT          "direct"          /* of the key, > 1 hour */
#define TOPIC_DISMISSED       "dismissed"       /* a person said no */

#endif

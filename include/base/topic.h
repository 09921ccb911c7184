#ifndef BASE_TOPIC_H
#define BASE_TOPIC_H

/*
 * The words of ours that an error's topic may hold, beside AWS's own error
 * codes.  cmd/hint.c has a hint for each; a room below says the fact alone.
 */
#define TOPIC_NO_KEY           "no-key"           /* no key is stored */
#define TOPIC_NOT_STORED       "not-stored"       /* the one to remove */
#define TOPIC_NO_TERMINAL      "no-terminal"      /* nobody to ask */
#define TOPIC_NO_PROMPT        "no-prompt"        /* asking was forbidden */
#define TOPIC_NO_SERVICE       "no-service"       /* no Secret Service */
#define TOPIC_NO_COLLECTION    "no-collection"    /* that is the default */
#define TOPIC_SERVICE_HUNG     "service-hung"     /* it does not answer */
#define TOPIC_KEYRING_LOCKED   "keyring-locked"   /* collection is locked */
#define TOPIC_WRONG_PASSPHRASE "wrong-passphrase" /* of the file keyring */
#define TOPIC_KEYRING_DAMAGED  "keyring-damaged"  /* of the file keyring */
#define TOPIC_KEYRING_UNSAFE   "keyring-unsafe"   /* owner or mode is wrong */
#define TOPIC_PASS             "pass"             /* password-store */
#define TOPIC_NO_RUNTIME_DIR   "no-runtime-dir"   /* for sessions */
#define TOPIC_NOT_CARRIED_OUT  "not-carried-out"  /* a source still to come */
#define TOPIC_GIVEN_UP         "given-up"         /* by whom we waited for */
#define TOPIC_SPENT_CODE       "spent-code"       /* one went out just now */
#define TOPIC_BAD_CODE         "bad-code"         /* no six digits */
#define TOPIC_NO_DEVICE        "no-device"        /* denied without a code */
#define TOPIC_HELPER           "helper"           /* mfa_process and kin */
#define TOPIC_DIRECT           "direct"           /* of the key, > 1 hour */
#define TOPIC_DISMISSED        "dismissed"        /* a person said no */
#define TOPIC_NO_ANSWER        "no-answer"        /* of one, in time */
#define TOPIC_TLS              "tls"              /* certificate refused */

#endif

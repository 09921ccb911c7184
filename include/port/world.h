#ifndef PORT_WORLD_H
#define PORT_WORLD_H

#include <stdbool.h>

#include "base/notice.h"
#include "port/address.h"
#include "port/audit.h"
#include "port/browser.h"
#include "port/children.h"
#include "port/clock.h"
#include "port/display.h"
#include "port/files.h"
#include "port/helpers.h"
#include "port/http.h"
#include "port/input.h"
#include "port/jobs.h"
#include "port/keyring.h"
#include "port/keyrings.h"
#include "port/launcher.h"
#include "port/ledger.h"
#include "port/listener.h"
#include "port/locks.h"
#include "port/machine.h"
#include "port/output.h"
#include "port/page.h"
#include "port/picker.h"
#include "port/prompt.h"
#include "port/service.h"
#include "port/signer.h"
#include "port/vault.h"

/*
 * Everything outside the program, as ports passed down from main().  A function
 * takes the one port it needs; only access/, session/, serve/ and cmd/ take the
 * whole world.  The real ports are in src/edge, fakes in tests/fakes; the code
 * between cannot tell them apart.
 *
 * Every call returns false and fills err on failure.  The caller owns and frees
 * what a call returns.
 */
struct world {
	struct address address;
	struct audit audit;
	struct browser browser;
	struct children children;
	struct clock clock;
	struct display display;
	struct files files;
	struct helpers helpers;
	struct http http;
	struct input input;
	struct jobs jobs;
	struct keyring keyring;
	struct keyrings keyrings;
	struct launcher launcher;
	struct ledger ledger;
	struct listener listener;
	struct locks locks;
	struct machine machine;
	struct notices notices;
	struct output output;
	struct output errors; /* stderr, for the lines of jobs */
	struct page page;
	struct picker picker;
	struct prompt prompt;
	struct service service;
	struct signer signer;
	struct vault vault;
	char *const *environment; /* "NAME=value", ends with NULL; borrowed */
};

#endif

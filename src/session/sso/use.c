#include "api/caller.h"
#include "port/world.h"
#include "session/sso.h"

const char *sso_use_name(const struct plan_sso *sso)
{
	return sso->session ? sso->session : sso->start_url;
}

struct api_caller sso_use_caller(const struct sso_use *use,
				 struct endpoint endpoint)
{
	return (struct api_caller){ .http = &use->world->http,
				    .clock = &use->world->clock,
				    .skew = use->skew,
				    .max_attempts = use->plan->max_attempts,
				    .notices = &use->world->notices,
				    .endpoint = endpoint,
				    .trust = use->plan->trust };
}

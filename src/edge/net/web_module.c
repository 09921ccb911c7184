#include "edge/modules.h"

const struct web_module web_module = {
	.page = page_served,
	.listener = listener_microhttpd,
};

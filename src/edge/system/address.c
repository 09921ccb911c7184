#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

#include "base/error.h"
#include "edge/edge.h"

#define LOOPBACK "lo"
#define ALL_BITS 32 /* of an address: it has no network of its own */

/* A request of rtnetlink(7) with its attributes. */
struct request {
	struct nlmsghdr head;
	struct ifaddrmsg address;
	char attributes[128];
};

static void add(struct request *request, unsigned short type, const void *bytes,
		size_t len)
{
	size_t at = NLMSG_ALIGN(request->head.nlmsg_len);
	struct rtattr attribute = { (unsigned short)RTA_LENGTH(len), type };

	memcpy((char *)request + at, &attribute, sizeof(attribute));
	memcpy((char *)request + at + RTA_LENGTH(0), bytes, len);
	request->head.nlmsg_len = (unsigned)(at + RTA_LENGTH(len));
}

/* Sends a request and waits for the answer. Returns an errno, or 0. */
static int ask_kernel(const struct request *request)
{
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		char rest[256];
	} answer = { .head = { .nlmsg_len = 0 } };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int why = 0;

	if (fd < 0)
		return errno;
	if (send(fd, request, request->head.nlmsg_len, 0) < 0 ||
	    recv(fd, &answer, sizeof(answer), 0) < (ssize_t)sizeof(answer.head))
		why = errno;
	else if (answer.head.nlmsg_type == NLMSG_ERROR)
		why = -answer.error.error;
	(void)close(fd);
	return why;
}

/* Begins a request about an address of the loopback interface. */
static bool begin(const char *address, unsigned short type,
		  unsigned short flags, struct request *request)
{
	struct in_addr number;

	*request = (struct request){
		.head = { .nlmsg_len = NLMSG_LENGTH(sizeof(request->address)),
			  .nlmsg_type = type,
			  .nlmsg_flags = (unsigned short)(NLM_F_REQUEST |
							  NLM_F_ACK | flags) },
		.address = { .ifa_family = AF_INET,
			     .ifa_prefixlen = ALL_BITS,
			     .ifa_scope = RT_SCOPE_HOST,
			     .ifa_index = if_nametoindex(LOOPBACK) },
	};
	if (inet_pton(AF_INET, address, &number) != 1)
		return false;
	add(request, IFA_LOCAL, &number, sizeof(number));
	add(request, IFA_ADDRESS, &number, sizeof(number));
	return true;
}

static bool keep(void *self, const char *address, unsigned seconds, bool more,
		 struct error *err)
{
	const struct ifa_cacheinfo life = { .ifa_prefered = seconds,
					    .ifa_valid = seconds };
	struct request request;
	int why = EINVAL;

	(void)self;
	if (begin(address, RTM_NEWADDR,
		  (unsigned short)(NLM_F_CREATE |
				   (more ? NLM_F_REPLACE : NLM_F_EXCL)),
		  &request)) {
		add(&request, IFA_CACHEINFO, &life, sizeof(life));
		why = ask_kernel(&request);
	}
	return why == 0 ||
	       error_fail(err, REASON_ADDRESS_NOT_ADDED, .value = address,
			  .detail = strerrordesc_np(why));
}

static void drop(void *self, const char *address)
{
	struct request request;

	(void)self;
	if (begin(address, RTM_DELADDR, 0, &request))
		(void)ask_kernel(&request);
}

struct address address_loopback(void)
{
	return (struct address){ NULL, keep, drop };
}

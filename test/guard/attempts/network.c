/* Ways to a host or port that is not granted. Datagrams are counted by whoever receives them. */
#include "attempt.h"
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/vm_sockets.h>

static struct sockaddr_in to(const char *port) {
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(given(port)))};
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return address;
}

static int tcp_with(int protocol) {
	struct sockaddr_in address = to("TCP");
	int fd = socket(AF_INET, SOCK_STREAM, protocol);
	if (fd < 0) return HELD;
	return connect(fd, (void *)&address, sizeof address) == 0 ? THROUGH : HELD;
}

static int by_tcp(void) { return tcp_with(0); }

static int by_mptcp(void) {
	int result = tcp_with(262);
	return result == HELD && errno == EPROTONOSUPPORT && getenv("GUARDED") == NULL ? IMPOSSIBLE : result;
}

static int by_mapped_ipv6(void) {
	struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(atoi(given("TCP")))};
	inet_pton(AF_INET6, "::ffff:127.0.0.1", &address.sin6_addr);
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	if (fd < 0 && errno == EAFNOSUPPORT) return IMPOSSIBLE;
	return fd >= 0 && connect(fd, (void *)&address, sizeof address) == 0 ? THROUGH : HELD;
}

/* 0.0.0.0 leads to this machine. */
static int by_any_address(void) {
	struct sockaddr_in address = to("TCP");
	address.sin_addr.s_addr = 0;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return fd >= 0 && connect(fd, (void *)&address, sizeof address) == 0 ? THROUGH : HELD;
}

static int by_fast_open(void) {
	struct sockaddr_in address = to("TCP");
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return fd >= 0 && sendto(fd, "x", 1, MSG_FASTOPEN, (void *)&address, sizeof address) == 1 ? THROUGH : HELD;
}

static int by_fast_open_option(void) {
	struct sockaddr_in address = to("TCP");
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	setsockopt(fd, IPPROTO_TCP, 30, &on, sizeof on);
	if (connect(fd, (void *)&address, sizeof address) < 0) return HELD;
	return send(fd, "x", 1, 0) == 1 ? THROUGH : HELD;
}

/* A stream that names a host as it sends. */
static int by_fast_open_message(void) {
	struct sockaddr_in address = to("TCP");
	struct iovec part = {"x", 1};
	struct msghdr message = {.msg_name = &address, .msg_namelen = sizeof address, .msg_iov = &part, .msg_iovlen = 1};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return fd >= 0 && sendmsg(fd, &message, MSG_FASTOPEN) == 1 ? THROUGH : HELD;
}

static int udp(void) { return socket(AF_INET, SOCK_DGRAM, 0); }

static int by_sendto(void) {
	struct sockaddr_in address = to("UDP");
	return sendto(udp(), "x", 1, 0, (void *)&address, sizeof address) == 1 ? THROUGH : HELD;
}

/* Without a family the kernel takes it for IPv4. */
static int by_sendto_unspecified(void) {
	struct sockaddr_in address = to("UDP");
	address.sin_family = AF_UNSPEC;
	return sendto(udp(), "x", 1, 0, (void *)&address, sizeof address) == 1 ? THROUGH : HELD;
}

static int by_udp_connect(void) {
	struct sockaddr_in address = to("UDP");
	int fd = udp();
	return connect(fd, (void *)&address, sizeof address) == 0 && send(fd, "x", 1, 0) == 1 ? THROUGH : HELD;
}

static int by_sendmsg(void) {
	struct sockaddr_in address = to("UDP");
	struct iovec part = {"x", 1};
	struct msghdr message = {.msg_name = &address, .msg_namelen = sizeof address, .msg_iov = &part, .msg_iovlen = 1};
	return sendmsg(udp(), &message, 0) == 1 ? THROUGH : HELD;
}

/* The first one may go, the second one may not. */
static int by_sendmmsg(void) {
	struct sockaddr_in good = to("ALLOWED"), bad = to("UDP");
	struct iovec part = {"x", 1};
	struct mmsghdr messages[2] = {
		{.msg_hdr = {.msg_name = &good, .msg_namelen = sizeof good, .msg_iov = &part, .msg_iovlen = 1}},
		{.msg_hdr = {.msg_name = &bad, .msg_namelen = sizeof bad, .msg_iov = &part, .msg_iovlen = 1}},
	};
	return sendmmsg(udp(), messages, 2, 0) == 2 ? THROUGH : HELD;
}

/* Connected where it may, then sends elsewhere. */
static int by_connected_sendmsg(void) {
	struct sockaddr_in good = to("ALLOWED");
	int fd = udp();
	if (connect(fd, (void *)&good, sizeof good) < 0) return HELD;
	struct sockaddr_in address = to("UDP");
	struct iovec part = {"x", 1};
	struct msghdr message = {.msg_name = &address, .msg_namelen = sizeof address, .msg_iov = &part, .msg_iovlen = 1};
	return sendmsg(fd, &message, 0) == 1 ? THROUGH : HELD;
}

static int by_bind(void) {
	struct sockaddr_in address = to("FREE");
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return fd >= 0 && bind(fd, (void *)&address, sizeof address) == 0 && listen(fd, 1) == 0 ? THROUGH : HELD;
}

static int by_udp_bind(void) {
	struct sockaddr_in address = to("FREE");
	return bind(udp(), (void *)&address, sizeof address) == 0 ? THROUGH : HELD;
}

static int by_listen_without_bind(void) {
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return fd >= 0 && listen(fd, 1) == 0 ? THROUGH : HELD;
}

static int opens(int family, int type, int protocol) {
	int fd = socket(family, type, protocol);
	if (fd >= 0) return THROUGH;
	return getenv("GUARDED") ? HELD : IMPOSSIBLE;
}

/* By way of the forbidden host, to a host that is granted (loose source route). */
static int by_source_route(void) {
	unsigned char route[] = {0x83, 7, 4, 127, 0, 0, 2, 0};
	if (setsockopt(udp(), IPPROTO_IP, IP_OPTIONS, route, sizeof route) == 0) return THROUGH;
	/* Only root may. */
	return getenv("GUARDED") ? HELD : IMPOSSIBLE;
}

static int by_vsock(void) { return opens(40, SOCK_STREAM, 0); }
static int by_packet(void) { return opens(17, SOCK_RAW, 0x300); }
static int by_raw(void) { return opens(AF_INET, SOCK_RAW, 1); }
static int by_ping(void) { return opens(AF_INET, SOCK_DGRAM, 1); }
static int by_sctp(void) { return opens(AF_INET, SOCK_STREAM, 132); }
static int by_udp_lite(void) { return opens(AF_INET, SOCK_DGRAM, 136); }
static int by_audit(void) { return opens(AF_NETLINK, SOCK_RAW, 9); }
static int by_crypto(void) { return opens(38, SOCK_SEQPACKET, 0); }

/* Takes the loopback interface's address list apart: only root may. */
static int by_netlink_change(void) {
	if (geteuid() != 0) return IMPOSSIBLE;
	int fd = socket(AF_NETLINK, SOCK_RAW, 0);
	struct { struct nlmsghdr head; struct ifaddrmsg body; struct rtattr a; uint32_t address; struct rtattr b; uint32_t local; } request = {
		{sizeof request, RTM_NEWADDR, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE, 1, 0}, {AF_INET, 32, 0, RT_SCOPE_HOST, 1},
		{8, IFA_ADDRESS}, htonl(0x7f0000fd), {8, IFA_LOCAL}, htonl(0x7f0000fd)};
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	struct iovec part = {&request, sizeof request};
	struct msghdr message = {.msg_name = &kernel, .msg_namelen = sizeof kernel, .msg_iov = &part, .msg_iovlen = 1};
	if (fd < 0 || sendmsg(fd, &message, 0) < 0) return HELD;
	struct { struct nlmsghdr head; struct nlmsgerr error; } answer;
	if (recv(fd, &answer, sizeof answer, 0) < (ssize_t)sizeof answer.head) return HELD;
	if (answer.error.error != 0 && answer.error.error != -EEXIST) return HELD;
	request.head.nlmsg_type = RTM_DELADDR;
	sendmsg(fd, &message, 0);
	return THROUGH;
}

static int unix_to(const char *path, int abstract) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(path);
	memcpy(address.sun_path + abstract, path, length);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	return connect(fd, (void *)&address, offsetof(struct sockaddr_un, sun_path) + abstract + length + !abstract) == 0 ? fd : -1;
}

static int by_unix_path(void) { return unix_to(given("SOCKET"), 0) >= 0 ? THROUGH : HELD; }
static int by_unix_abstract(void) { return unix_to(given("ABSTRACT"), 1) >= 0 ? THROUGH : HELD; }

/* Somebody outside hands over an open descriptor of the secret. */
static int by_descriptor_of_others(void) {
	int fd = unix_to(given("SOCKET"), 0);
	if (fd < 0) return HELD;
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec part = {&byte, 1};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	if (recvmsg(fd, &message, 0) < 1 || !CMSG_FIRSTHDR(&message)) return HELD;
	return holds_secret(*(int *)CMSG_DATA(CMSG_FIRSTHDR(&message)));
}

static const struct attempt all[] = {
	{"tcp", by_tcp}, {"mptcp", by_mptcp}, {"tcp-mapped", by_mapped_ipv6}, {"tcp-any-address", by_any_address},
	{"fast-open", by_fast_open}, {"fast-open-option", by_fast_open_option}, {"fast-open-message", by_fast_open_message},
	{"udp-sendto", by_sendto}, {"udp-unspecified", by_sendto_unspecified}, {"udp-connect", by_udp_connect},
	{"udp-sendmsg", by_sendmsg}, {"udp-sendmmsg", by_sendmmsg}, {"udp-connected-sendmsg", by_connected_sendmsg},
	{"bind", by_bind}, {"udp-bind", by_udp_bind}, {"listen-without-bind", by_listen_without_bind}, {"source-route", by_source_route}, {"vsock", by_vsock},
	{"packet", by_packet}, {"raw", by_raw}, {"ping", by_ping}, {"sctp", by_sctp}, {"udp-lite", by_udp_lite},
	{"netlink-audit", by_audit}, {"crypto", by_crypto}, {"netlink-change", by_netlink_change}, {"unix-path", by_unix_path},
	{"unix-abstract", by_unix_abstract}, {"descriptor-from-outside", by_descriptor_of_others}, {0, 0},
};

int main(int argc, char **argv) { return run_attempt(all, argc, argv); }

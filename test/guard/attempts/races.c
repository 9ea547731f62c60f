/*
 * Races: another thread changes what a call points to while the call is judged. Each try is one call; what counts is
 * what came through, told by whoever was reached (datagrams), or found here.
 */
#include "attempt.h"

static volatile int over;
static int tries = 6000;

static void *flip_port(void *at) {
	volatile in_port_t *port = at;
	in_port_t good = htons(atoi(given("ALLOWED"))), bad = htons(atoi(given("FORBIDDEN")));
	while (!over) {
		*port = good;
		__asm__ volatile("" ::: "memory");
		*port = bad;
		__asm__ volatile("" ::: "memory");
	}
	return NULL;
}

static struct sockaddr_in target;

static pthread_t start(void *(*flip)(void *), void *argument) {
	pthread_t thread;
	target.sin_family = AF_INET;
	target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	target.sin_port = htons(atoi(given("ALLOWED")));
	pthread_create(&thread, NULL, flip, argument);
	return thread;
}

/* How many tries were made, and how many of them were found here to have come through. */
static int end(pthread_t thread, int made, int through) {
	over = 1;
	pthread_join(thread, NULL);
	printf("%d %d\n", made, through);
	return through > 0 ? THROUGH : HELD;
}

static int udp(void) { return socket(AF_INET, SOCK_DGRAM, 0); }

static int sendto_port(void) {
	pthread_t thread = start(flip_port, &target.sin_port);
	int fd = udp();
	for (int n = 0; n < tries; n++) sendto(fd, "x", 1, 0, (void *)&target, sizeof target);
	return end(thread, tries, 0);
}

static int sendmsg_port(void) {
	pthread_t thread = start(flip_port, &target.sin_port);
	int fd = udp();
	struct iovec part = {"x", 1};
	struct msghdr message = {.msg_name = &target, .msg_namelen = sizeof target, .msg_iov = &part, .msg_iovlen = 1};
	for (int n = 0; n < tries; n++) sendmsg(fd, &message, 0);
	return end(thread, tries, 0);
}

static int sendmmsg_port(void) {
	pthread_t thread = start(flip_port, &target.sin_port);
	int fd = udp();
	struct iovec part = {"x", 1};
	struct mmsghdr messages[2];
	for (int n = 0; n < 2; n++)
		messages[n] = (struct mmsghdr){{.msg_name = &target, .msg_namelen = sizeof target, .msg_iov = &part, .msg_iovlen = 1}};
	for (int n = 0; n < tries; n++) sendmmsg(fd, messages, 2, 0);
	return end(thread, tries, 0);
}

/* The name's address changes, not the name. */
static struct sockaddr_in good, bad;
static struct msghdr pointing;

static void *flip_name(void *unused) {
	while (!over) {
		*(void *volatile *)&pointing.msg_name = &good;
		*(void *volatile *)&pointing.msg_name = &bad;
	}
	return unused;
}

static int sendmsg_name(void) {
	good = bad = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	good.sin_port = htons(atoi(given("ALLOWED")));
	bad.sin_port = htons(atoi(given("FORBIDDEN")));
	struct iovec part = {"x", 1};
	pointing = (struct msghdr){.msg_name = &good, .msg_namelen = sizeof good, .msg_iov = &part, .msg_iovlen = 1};
	pthread_t thread = start(flip_name, NULL);
	int fd = udp();
	for (int n = 0; n < tries; n++) sendmsg(fd, &pointing, 0);
	return end(thread, tries, 0);
}

static int udp_connect_port(void) {
	pthread_t thread = start(flip_port, &target.sin_port);
	for (int n = 0; n < tries; n++) {
		int fd = udp();
		if (connect(fd, (void *)&target, sizeof target) == 0) send(fd, "x", 1, 0);
		close(fd);
	}
	return end(thread, tries, 0);
}

static int tcp_connect_port(void) {
	pthread_t thread = start(flip_port, &target.sin_port);
	in_port_t bad_port = htons(atoi(given("FORBIDDEN")));
	int through = 0;
	struct linger at_once = {1, 0};
	for (int n = 0; n < tries; n++) {
		struct sockaddr_in peer;
		socklen_t length = sizeof peer;
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
		if (connect(fd, (void *)&target, sizeof target) == 0 && getpeername(fd, (void *)&peer, &length) == 0)
			through += peer.sin_port == bad_port;
		close(fd);
	}
	return end(thread, tries, through);
}

/* The descriptor is sometimes a local socket, which may name a file, and sometimes one to the network. */
static int flipping, local, outward;

static void *flip_descriptor(void *unused) {
	while (!over) {
		dup2(local, flipping);
		dup2(outward, flipping);
	}
	return unused;
}

static int descriptor(void) {
	local = socket(AF_UNIX, SOCK_DGRAM, 0);
	outward = udp();
	flipping = dup(local);
	pthread_t thread = start(flip_descriptor, NULL);
	struct sockaddr_in address = target;
	address.sin_port = htons(atoi(given("FORBIDDEN")));
	for (int n = 0; n < tries; n++) sendto(flipping, "x", 1, 0, (void *)&address, sizeof address);
	return end(thread, tries, 0);
}

static void *flip_mapped(void *unused) {
	while (!over) {
		dup2(local, flipping);
		dup2(outward, flipping);
	}
	return unused;
}

/* A library one moment, a dropped file the next. */
static int executable_map(void) {
	int fd = open(own("code"), O_CREAT | O_TRUNC | O_RDWR, 0755), through = 0;
	ftruncate(fd, 4096);
	write(fd, "dropped", 7);
	close(fd);
	local = open("/lib/x86_64-linux-gnu/libc.so.6", O_RDONLY);
	outward = open(own("code"), O_RDONLY);
	flipping = dup(local);
	pthread_t thread = start(flip_mapped, NULL);
	for (int n = 0; n < tries; n++) {
		char *page = mmap(0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, flipping, 0);
		if (page == MAP_FAILED) continue;
		through += !memcmp(page, "dropped", 7);
		munmap(page, 4096);
	}
	return end(thread, tries, through);
}

static void *flip_link(void *unused) {
	while (!over) {
		unlink(own("link"));
		symlink(own("mine"), own("link"));
		unlink(own("link"));
		symlink(given("SECRET"), own("link"));
	}
	return unused;
}

static int open_link(void) {
	close(open(own("mine"), O_CREAT | O_WRONLY, 0600));
	int through = 0;
	pthread_t thread = start(flip_link, NULL);
	for (int n = 0; n < tries; n++) through += holds_secret(open(own("link"), O_RDONLY)) == THROUGH;
	return end(thread, tries, through);
}

static char path[4096];

static void *flip_path(void *unused) {
	while (!over) {
		strcpy(path, given("GRANTED"));
		strcpy(path, given("SECRET"));
	}
	return unused;
}

static int open_path(void) {
	int through = 0;
	strcpy(path, given("GRANTED"));
	pthread_t thread = start(flip_path, NULL);
	for (int n = 0; n < tries; n++) {
		char bytes[64] = {0};
		int fd = open(path, O_RDONLY);
		if (fd >= 0 && read(fd, bytes, 63) > 0) through += strstr(bytes, "of others") != NULL;
		close(fd);
	}
	return end(thread, tries, through);
}

/* The names have the same length, and differ in one letter. */
static char program[4096];
static volatile char *letter;

static void *flip_program(void *unused) {
	while (!over) {
		*letter = 'a';
		*letter = 'b';
	}
	return unused;
}

static int execve_path(void) {
	snprintf(program, sizeof program, "%s/a", given("PROGRAMS"));
	letter = program + strlen(program) - 1;
	int through = 0;
	/* The argument lies in memory that the child shares. */
	pthread_t thread = start(flip_program, NULL);
	for (int n = 0; n < 5000; n++) {
		int status, pid = vfork();
		if (pid == 0) {
			execl(program, "x", NULL);
			_exit(1);
		}
		waitpid(pid, &status, 0);
		through += WIFEXITED(status) && WEXITSTATUS(status) == 42;
	}
	return end(thread, 5000, through);
}

/* Threads that come and go, so that their numbers are used again while their calls are judged. */
static void *ask_and_go(void *bad_port) {
	struct sockaddr_in address = target;
	address.sin_port = *(in_port_t *)bad_port;
	int fd = udp();
	sendto(fd, "x", 1, 0, (void *)&address, sizeof address);
	close(fd);
	return NULL;
}

static int pid_reuse(void) {
	pthread_t threads[8];
	in_port_t ports[2] = {htons(atoi(given("ALLOWED"))), htons(atoi(given("FORBIDDEN")))};
	target.sin_family = AF_INET;
	target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (int n = 0; n < tries / 8; n++) {
		int pid = fork();
		if (pid == 0) {
			for (int t = 0; t < 8; t++) pthread_create(&threads[t], NULL, ask_and_go, &ports[t & 1]);
			for (int t = 0; t < 8; t++) pthread_join(threads[t], NULL);
			_exit(0);
		}
		/* Some are killed in the middle of it. */
		if (n % 3 == 0) kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	printf("%d 0\n", tries);
	return HELD;
}

/* A library's page, then other code at the same place: what was said of the place before must not count. */
static int remapped(void) {
	/* open(path, flags, 0) as a function: its arguments are where the caller puts them. */
	static const unsigned char stub[] = {0xb8, 2, 0, 0, 0, 0x31, 0xd2, 0x0f, 0x05, 0xc3};
	int library = open("/lib/x86_64-linux-gnu/libc.so.6", O_RDONLY), through = 0;
	char *image = mmap(0, 4 << 20, PROT_READ, MAP_PRIVATE, library, 0);
	char *found = image == MAP_FAILED ? NULL : memmem(image, 4 << 20, "\x0f\x05\xc3", 3);
	if (!found || (found - image) % 4096 > 4093) return 99;
	off_t page = (found - image) & ~4095l;
	char *place = mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (int n = 0; n < tries; n++) {
		int (*call)(const char *, int);
		mmap(place, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, library, page);
		call = (void *)(place + (found - image) % 4096);
		long result;
		__asm__ volatile("call *%1" : "=a"(result) : "r"(call), "a"(SYS_open), "D"(given("GRANTED")), "S"(O_RDONLY) : "rcx", "r11", "rdx", "memory");
		if (result < 0) return 99;
		close(result);
		mmap(place, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		memcpy(place, stub, sizeof stub);
		call = (void *)place;
		int fd = call(given("GRANTED"), O_RDONLY);
		through += fd >= 0;
		if (fd >= 0) close(fd);
	}
	printf("%d %d\n", tries, through);
	return through > 0 ? THROUGH : HELD;
}

/* What a call points to is thrown out of memory again and again, while another process takes all there is. */
static struct sockaddr_in *paged;

static void *flip_paged(void *unused) {
	in_port_t good = htons(atoi(given("ALLOWED"))), bad = htons(atoi(given("FORBIDDEN")));
	while (!over) {
		paged->sin_port = good;
		paged->sin_port = bad;
		msync(paged, 4096, MS_ASYNC);
		madvise(paged, 4096, MADV_PAGEOUT);
	}
	return unused;
}

static void take_memory(void) {
	for (;;) {
		int pid = fork();
		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (size_t taken = 0; taken < 1024u << 20; taken += 4 << 20) {
				char *piece = mmap(0, 4 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
				if (piece == MAP_FAILED) break;
				memset(piece, 1, 4 << 20);
			}
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
}

static int memory_pressure(void) {
	int fd = open(own("paged"), O_CREAT | O_RDWR, 0600);
	ftruncate(fd, 4096);
	paged = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	paged->sin_family = AF_INET;
	paged->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int taker = fork();
	if (taker == 0) take_memory();
	pthread_t thread = start(flip_paged, NULL);
	int out = udp();
	for (int n = 0; n < tries; n++) sendto(out, "x", 1, 0, (void *)paged, sizeof *paged);
	kill(taker, SIGKILL);
	return end(thread, tries, 0);
}

/* It leaves a process behind, which goes on when whoever started it is killed (attempts.test.ts does that). */
static int left_behind(void) {
	if (fork() > 0) {
		pause();
		return HELD;
	}
	setsid();
	target = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	target.sin_port = htons(atoi(given("FORBIDDEN")));
	int fd = udp();
	puts("begun");
	fflush(stdout);
	for (int n = 0; n < tries; n++) {
		sendto(fd, "x", 1, 0, (void *)&target, sizeof target);
		usleep(20);
	}
	printf("%d 0\n", tries);
	return HELD;
}

static const struct attempt all[] = {
	{"remapped", remapped}, {"memory-pressure", memory_pressure}, {"left-behind", left_behind},
	{"sendto-port", sendto_port}, {"sendmsg-port", sendmsg_port}, {"sendmmsg-port", sendmmsg_port},
	{"sendmsg-name", sendmsg_name}, {"udp-connect-port", udp_connect_port}, {"tcp-connect-port", tcp_connect_port},
	{"descriptor", descriptor}, {"executable-map", executable_map}, {"open-link", open_link}, {"open-path", open_path},
	{"execve-path", execve_path}, {"pid-reuse", pid_reuse}, {0, 0},
};

int main(int argc, char **argv) { return run_attempt(all, argc, argv); }

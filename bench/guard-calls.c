/* Calls a second, from inside: `guard-calls WHAT COUNT THREADS FILE` prints nanoseconds a call. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const char *what, *file;
static long count;

static void *work(void *unused) {
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	for (long n = 0; n < count; n++) {
		if (!strcmp(what, "getppid")) syscall(SYS_getppid);
		else if (!strcmp(what, "open")) {
			int fd = open(file, O_RDONLY);
			if (fd < 0) exit(1);
			close(fd);
		} else {
			int fd = socket(AF_INET, SOCK_DGRAM, 0);
			if (connect(fd, (void *)&address, sizeof address) < 0) exit(1);
			close(fd);
		}
	}
	return unused;
}

int main(int argc, char **argv) {
	if (argc != 5) return 2;
	what = argv[1];
	count = atol(argv[2]);
	int threads = atoi(argv[3]);
	file = argv[4];
	pthread_t all[64];
	struct timespec from, to;
	clock_gettime(CLOCK_MONOTONIC, &from);
	for (int n = 0; n < threads; n++) pthread_create(&all[n], NULL, work, NULL);
	for (int n = 0; n < threads; n++) pthread_join(all[n], NULL);
	clock_gettime(CLOCK_MONOTONIC, &to);
	double took = (to.tv_sec - from.tv_sec) * 1e9 + (to.tv_nsec - from.tv_nsec);
	printf("%.1f\n", took / (count * threads));
	return 0;
}

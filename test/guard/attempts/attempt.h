/*
 * An attempt is a function that tries one way round the guard. It ends with 0: it got through; 1: it was held;
 * 77: it cannot be tried here. Its arguments come from the environment, so that each one reads like what it does.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define THROUGH 0
#define HELD 1
#define IMPOSSIBLE 77

struct attempt {
	const char *name;
	int (*run)(void);
};

static const char *given(const char *name) {
	const char *value = getenv(name);
	if (!value) {
		fprintf(stderr, "%s is not given\n", name);
		exit(99);
	}
	return value;
}

/* A path in the folder that the program may write. */
static const char *own(const char *name) {
	static char path[8][4096];
	static int next;
	char *into = path[next++ & 7];
	snprintf(into, 4096, "%s/%s", given("OWN"), name);
	return into;
}

/* The content of the secret came through this descriptor. */
static int holds_secret(int fd) {
	char bytes[64] = {0};
	if (fd < 0) return HELD;
	ssize_t got = pread(fd, bytes, sizeof bytes - 1, 0);
	close(fd);
	return got > 0 && strstr(bytes, "the secret") ? THROUGH : HELD;
}

static int run_named(const struct attempt *all, const char *name) {
	for (; all->name; all++)
		if (!strcmp(all->name, name)) return all->run();
	fprintf(stderr, "no attempt is called %s\n", name);
	return 99;
}

/* As their names come, each in a process of its own: what it ended with is told. */
static int run_each(const struct attempt *all) {
	char name[64];
	while (fgets(name, sizeof name, stdin)) {
		name[strcspn(name, "\n")] = 0;
		int status, pid = fork();
		if (pid == 0) exit(run_named(all, name));
		if (pid < 0 || waitpid(pid, &status, 0) != pid) return 99;
		printf("ended %s %d\n", name, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
		fflush(stdout);
	}
	return 0;
}

static int run_attempt(const struct attempt *all, int argc, char **argv) {
	if (argc != 2) return 99;
	return strcmp(argv[1], "each") ? run_named(all, argv[1]) : run_each(all);
}

/* Ways to run code that is not granted, and to reach other processes. */
#include "attempt.h"
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <linux/userfaultfd.h>
#include <sys/personality.h>
#include <sys/sendfile.h>
#include <sys/shm.h>

/* Runs it; it got through if it ran and said 42. */
static int says_42(const char *path, char *const words[]) {
	int pid = fork(), status;
	if (pid == 0) {
		close(2);
		execv(path, words);
		_exit(HELD);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 42 ? THROUGH : HELD;
}

static int runs(const char *path) { return says_42(path, (char *[]){(char *)path, NULL}); }

static int copy(const char *from, const char *path) {
	int in = open(from, O_RDONLY), out = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0755);
	if (in < 0 || out < 0) return -1;
	while (sendfile(out, in, NULL, 1 << 20) > 0) {
	}
	close(in);
	close(out);
	return chmod(path, 0755);
}

static const char *dropped(const char *path) {
	if (copy(given("OTHER"), path) < 0) exit(HELD);
	return path;
}

static int by_dropped(void) { return runs(dropped(own("dropped"))); }

static int dropped_in(const char *folder) {
	char path[256];
	snprintf(path, sizeof path, "%s/sallyport-dropped-%d", folder, getpid());
	int result = runs(dropped(path));
	unlink(path);
	return result;
}

static int by_dropped_temporary(void) { return dropped_in("/tmp"); }
static int by_dropped_memory(void) { return dropped_in("/dev/shm"); }

static int by_loader_dropped(void) {
	const char *path = dropped(own("dropped"));
	return says_42("/lib64/ld-linux-x86-64.so.2", (char *[]){"ld.so", (char *)path, NULL});
}

static int by_loader(void) {
	return says_42("/lib64/ld-linux-x86-64.so.2", (char *[]){"ld.so", (char *)given("OTHER"), NULL});
}

static int by_other(void) { return runs(given("OTHER")); }

static int by_script(void) {
	int fd = open(own("script"), O_CREAT | O_TRUNC | O_WRONLY, 0755);
	write(fd, "#!/bin/sh\nexit 42\n", 18);
	close(fd);
	return runs(own("script"));
}

static int by_descriptor(void) {
	int fd = open(given("OTHER"), O_RDONLY), status;
	if (fd < 0) return HELD;
	int pid = fork();
	if (pid == 0) {
		fexecve(fd, (char *[]){"x", NULL}, environ);
		_exit(HELD);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status) == 42 ? THROUGH : HELD;
}

static int from_memory(unsigned flags) {
	int memory = syscall(SYS_memfd_create, "x", flags), in = open(given("OTHER"), O_RDONLY), status;
	if (memory < 0 || in < 0) return HELD;
	while (sendfile(memory, in, NULL, 1 << 20) > 0) {
	}
	int pid = fork();
	if (pid == 0) {
		syscall(SYS_execveat, memory, "", (char *[]){"x", NULL}, environ, 0x1000);
		_exit(HELD);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status) == 42 ? THROUGH : HELD;
}

static int by_memory_file(void) { return from_memory(0); }

static int by_unnamed_file(void) {
	int file = open(given("OWN"), O_TMPFILE | O_RDWR, 0755), in = open(given("OTHER"), O_RDONLY);
	char path[64];
	if (file < 0) return errno == EOPNOTSUPP ? IMPOSSIBLE : HELD;
	while (sendfile(file, in, NULL, 1 << 20) > 0) {
	}
	snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	int ro = open(path, O_RDONLY);
	close(file);
	snprintf(path, sizeof path, "/proc/self/fd/%d", ro);
	return runs(path);
}

static int by_map_dropped(void) {
	int fd = open(dropped(own("dropped")), O_RDONLY);
	return mmap(0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) != MAP_FAILED ? THROUGH : HELD;
}

static int by_map_readable(void) {
	int fd = open(given("OTHER"), O_RDONLY);
	if (fd < 0) return HELD;
	return mmap(0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) != MAP_FAILED ? THROUGH : HELD;
}

/* Code that was brought in: number and four arguments, then the call itself. */
static const unsigned char stub[] = {0x48, 0x89, 0xf8, 0x48, 0x89, 0xf7, 0x48, 0x89, 0xd6, 0x48, 0x89, 0xca,
	0x4d, 0x89, 0xc2, 0x0f, 0x05, 0xc3};

/* Opens from there what the program itself may open. */
static int opens_from(void *code) {
	long (*call)(long, long, long, long, long) = code;
	if (holds_secret(open(given("GRANTED"), O_RDONLY)) != THROUGH) return 98;
	return holds_secret(call(SYS_openat, AT_FDCWD, (long)given("GRANTED"), O_RDONLY, 0));
}

static int from_rwx(void) {
	void *page = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED) return HELD;
	memcpy(page, stub, sizeof stub);
	return opens_from(page);
}

static int from_written(void) {
	void *page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memcpy(page, stub, sizeof stub);
	return mprotect(page, 4096, PROT_READ | PROT_EXEC) < 0 ? HELD : opens_from(page);
}

static int from_heap(void) {
	char *page = aligned_alloc(4096, 4096);
	memcpy(page, stub, sizeof stub);
	return mprotect(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC) < 0 ? HELD : opens_from(page);
}

static int from_stack(void) {
	char room[8192];
	char *page = (char *)(((uintptr_t)room + 4095) & ~4095ul);
	memcpy(page, stub, sizeof stub);
	return mprotect(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC) < 0 ? HELD : opens_from(page);
}

static int from_shared_memory(void) {
	int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0700);
	void *page = shmat(id, NULL, SHM_EXEC);
	shmctl(id, IPC_RMID, NULL);
	if (page == (void *)-1) return HELD;
	memcpy(page, stub, sizeof stub);
	return opens_from(page);
}

static int from_dropped(void) {
	int fd = open(own("code"), O_CREAT | O_TRUNC | O_RDWR, 0755);
	ftruncate(fd, 4096);
	write(fd, stub, sizeof stub);
	void *page = mmap(0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	return page == MAP_FAILED ? HELD : opens_from(page);
}

/* A library's own page first, so that the place is known as good; then other code at the same place. */
static int from_remapped(void) {
	int fd = open("/lib/x86_64-linux-gnu/libc.so.6", O_RDONLY);
	char *page = mmap(0, 1 << 21, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	struct stat facts;
	if (fd < 0 || page == MAP_FAILED) return IMPOSSIBLE;
	fstat(fd, &facts);
	char *gadget = memmem(page, facts.st_size < 1 << 21 ? facts.st_size : 1 << 21, "\x0f\x05\xc3", 3);
	if (!gadget) return IMPOSSIBLE;
	long result;
	register long r10 __asm__("r10") = 0;
	for (int warm = 0; warm < 100; warm++) {
		__asm__ volatile("call *%[g]" : "=a"(result) : "a"(SYS_openat), "D"(AT_FDCWD), "S"(given("GRANTED")), "d"(O_RDONLY),
			"r"(r10), [g] "b"(gadget) : "rcx", "r11", "memory");
		if (holds_secret(result) != THROUGH) return 98;
	}
	char *at = (char *)((uintptr_t)gadget & ~4095ul);
	if (mmap(at, 8192, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) return HELD;
	memcpy(gadget, "\x0f\x05\xc3", 3);
	__asm__ volatile("call *%[g]" : "=a"(result) : "a"(SYS_openat), "D"(AT_FDCWD), "S"(given("GRANTED")), "d"(O_RDONLY),
		"r"(r10), [g] "b"(gadget) : "rcx", "r11", "memory");
	return holds_secret(result);
}

static pid_t outside(void) { return atoi(given("OUTSIDE")); }

static int by_ptrace(void) {
	if (ptrace(PTRACE_ATTACH, outside(), 0, 0) < 0) return HELD;
	waitpid(outside(), NULL, 0);
	ptrace(PTRACE_DETACH, outside(), 0, 0);
	return THROUGH;
}

static int by_process_memory(void) {
	char byte;
	struct iovec to = {&byte, 1}, from = {(void *)strtoull(given("ADDRESS"), NULL, 16), 1};
	return process_vm_readv(outside(), &to, 1, &from, 1, 0) == 1 ? THROUGH : HELD;
}

static int by_signal(void) { return kill(outside(), SIGUSR1) == 0 ? THROUGH : HELD; }

static int by_process_descriptor(void) {
	int process = syscall(SYS_pidfd_open, outside(), 0);
	return process >= 0 && syscall(SYS_pidfd_getfd, process, 0, 0) >= 0 ? THROUGH : HELD;
}

/* In a child: the guard may kill whoever tries. */
static int in_child(int (*act)(void)) {
	int pid = fork(), status;
	if (pid == 0) _exit(act());
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : HELD;
}

static int int80_now(void) {
	int result;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory"); /* getpid of 32 bits */
	return result == getpid() ? THROUGH : HELD;
}

static int by_int80(void) { return in_child(int80_now); }

static int x32_now(void) { return syscall(0x40000000 + SYS_getpid) == getpid() ? THROUGH : IMPOSSIBLE; }

static int by_x32(void) {
	int result = in_child(x32_now);
	return getenv("GUARDED") && result == IMPOSSIBLE ? HELD : result;
}

static int by_32_bit_program(void) { return runs(given("OTHER32")); }

static int by_terminal(void) {
	int pid = fork(), status;
	if (pid == 0) {
		setsid();
		int terminal = open(given("TERMINAL"), O_RDWR);
		if (terminal < 0) _exit(HELD);
		ioctl(terminal, TIOCSCTTY, 1);
		if (ioctl(terminal, TIOCSTI, "x") == 0) _exit(THROUGH);
		_exit(getenv("GUARDED") ? HELD : IMPOSSIBLE);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static int connects(void) {
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(given("TCP")))};
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return fd >= 0 && connect(fd, (void *)&address, sizeof address) == 0 ? THROUGH : HELD;
}

static int with_filter(unsigned what, unsigned flags) {
	struct sock_filter code[] = {{0x06, 0, 0, what}};
	struct sock_fprog program = {1, code};
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

/* A filter of its own, on top, that allows everything. */
static int by_nested_filter(void) { return with_filter(SECCOMP_RET_ALLOW, 0) < 0 ? HELD : connects(); }

/* And one that only notes. */
static int by_nested_log(void) { return with_filter(SECCOMP_RET_LOG, 0) < 0 ? HELD : connects(); }

static int by_seccomp_listener(void) {
	struct sock_filter code[] = {{0x20, 0, 0, 0}, {0x15, 0, 1, SYS_connect}, {0x06, 0, 0, SECCOMP_RET_USER_NOTIF}, {0x06, 0, 0, SECCOMP_RET_ALLOW}};
	struct sock_fprog program = {4, code};
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	int listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
	if (listener < 0) return HELD;
	int pid = fork(), status;
	if (pid == 0) _exit(connects());
	struct seccomp_notif question = {0};
	struct seccomp_notif_resp answer = {0};
	ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &question);
	answer.id = question.id;
	answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static int by_userfaultfd(void) {
	int fd = syscall(SYS_userfaultfd, UFFD_USER_MODE_ONLY);
	return fd >= 0 ? THROUGH : getenv("GUARDED") ? HELD : IMPOSSIBLE;
}

static int by_bpf(void) {
	union bpf_attr wish = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
	return syscall(SYS_bpf, BPF_MAP_CREATE, &wish, sizeof wish) >= 0 ? THROUGH : getenv("GUARDED") ? HELD : IMPOSSIBLE;
}

static int by_perf(void) {
	struct perf_event_attr wish = {.type = PERF_TYPE_SOFTWARE, .size = sizeof wish, .exclude_kernel = 1};
	return syscall(SYS_perf_event_open, &wish, 0, -1, -1, 0) >= 0 ? THROUGH : getenv("GUARDED") ? HELD : IMPOSSIBLE;
}

static int by_personality(void) { return personality(READ_IMPLIES_EXEC) >= 0 ? THROUGH : HELD; }

static int by_keyring(void) {
	return syscall(SYS_add_key, "user", "x", "y", 1, -3) >= 0 ? THROUGH : getenv("GUARDED") ? HELD : IMPOSSIBLE;
}

static const struct attempt all[] = {
	{"dropped", by_dropped}, {"dropped-in-tmp", by_dropped_temporary}, {"dropped-in-shm", by_dropped_memory},
	{"loader-dropped", by_loader_dropped}, {"loader", by_loader}, {"other-program", by_other}, {"script", by_script},
	{"descriptor", by_descriptor}, {"memory-file", by_memory_file}, {"unnamed-file", by_unnamed_file},
	{"map-dropped", by_map_dropped}, {"map-readable", by_map_readable}, {"from-rwx", from_rwx},
	{"from-written", from_written}, {"from-heap", from_heap}, {"from-stack", from_stack},
	{"from-shared-memory", from_shared_memory}, {"from-dropped", from_dropped}, {"from-remapped", from_remapped},
	{"ptrace", by_ptrace}, {"process-memory", by_process_memory}, {"signal", by_signal},
	{"process-descriptor", by_process_descriptor}, {"int80", by_int80}, {"x32", by_x32},
	{"32-bit-program", by_32_bit_program}, {"terminal", by_terminal}, {"nested-filter", by_nested_filter},
	{"nested-log", by_nested_log}, {"nested-listener", by_seccomp_listener}, {"userfaultfd", by_userfaultfd},
	{"bpf", by_bpf}, {"perf", by_perf}, {"personality", by_personality}, {"keyring", by_keyring}, {0, 0},
};

int main(int argc, char **argv) { return run_attempt(all, argc, argv); }

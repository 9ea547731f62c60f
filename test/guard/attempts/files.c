/* Ways to a file that is not granted. */
#include "attempt.h"
#include <linux/openat2.h>

static int by_path(void) { return holds_secret(open(given("SECRET"), O_RDONLY)); }

static int by_symlink(void) {
	symlink(given("SECRET"), own("link"));
	return holds_secret(open(own("link"), O_RDONLY));
}

static int by_dot_dot(void) {
	char path[8192];
	snprintf(path, sizeof path, "%s/../../../../../../../../../..%s", given("OWN"), given("SECRET"));
	return holds_secret(open(path, O_RDONLY));
}

static int by_proc_root(void) {
	char path[8192];
	snprintf(path, sizeof path, "/proc/self/root%s", given("SECRET"));
	return holds_secret(open(path, O_RDONLY));
}

/* The root of a process outside, which is the guard itself or whoever started it. */
static int by_others_root(void) {
	char path[8192];
	snprintf(path, sizeof path, "/proc/%s/root%s", given("OUTSIDE"), given("SECRET"));
	return holds_secret(open(path, O_RDONLY));
}

static int by_folder(void) {
	char path[4096];
	snprintf(path, sizeof path, "%s", given("SECRET"));
	*strrchr(path, '/') = 0;
	int folder = open(path, O_PATH | O_DIRECTORY);
	return folder < 0 ? HELD : holds_secret(openat(folder, strrchr(given("SECRET"), '/') + 1, O_RDONLY));
}

static int by_openat2(void) {
	struct open_how how = {.flags = O_RDONLY};
	return holds_secret(syscall(SYS_openat2, AT_FDCWD, given("SECRET"), &how, sizeof how));
}

static int by_hard_link(void) {
	unlink(own("hard"));
	if (link(given("SECRET"), own("hard")) < 0) return HELD;
	int result = holds_secret(open(own("hard"), O_RDONLY));
	unlink(own("hard"));
	return result;
}

static int by_rename(void) {
	return rename(given("SECRET"), own("moved")) == 0 && rename(own("moved"), given("SECRET")) == 0 ? THROUGH : HELD;
}

static int by_exchange(void) {
	close(open(own("mine"), O_CREAT | O_WRONLY, 0600));
	if (syscall(SYS_renameat2, AT_FDCWD, own("mine"), AT_FDCWD, given("SECRET"), 2) < 0) return HELD;
	syscall(SYS_renameat2, AT_FDCWD, own("mine"), AT_FDCWD, given("SECRET"), 2);
	return THROUGH;
}

static int by_handle(void) {
	struct file_handle *handle = calloc(1, sizeof *handle + 128);
	int mount;
	handle->handle_bytes = 128;
	if (name_to_handle_at(AT_FDCWD, given("SECRET"), handle, &mount, 0) < 0) return errno == EOPNOTSUPP ? IMPOSSIBLE : HELD;
	int here = open(given("OWN"), O_RDONLY | O_DIRECTORY);
	int fd = open_by_handle_at(here, handle, O_RDONLY);
	/* Only root may, and only where the file system can. */
	if (fd < 0 && (errno == EPERM || errno == ESTALE || errno == EOPNOTSUPP)) return geteuid() == 0 ? HELD : IMPOSSIBLE;
	return holds_secret(fd);
}

static int by_truncate(void) {
	struct stat before, after;
	if (stat(given("SPARE"), &before) < 0) return HELD;
	if (truncate(given("SPARE"), before.st_size + 1) < 0) return HELD;
	stat(given("SPARE"), &after);
	return after.st_size != before.st_size ? THROUGH : HELD;
}

static int by_write(void) {
	int fd = open(given("SPARE"), O_WRONLY | O_APPEND);
	return fd >= 0 && write(fd, "x", 1) == 1 ? THROUGH : HELD;
}

static int by_unlink(void) {
	if (unlink(given("SPARE")) < 0) return HELD;
	return THROUGH;
}

static int by_chmod(void) { return chmod(given("SECRET"), 0644) == 0 ? THROUGH : HELD; }

static int by_utimes(void) { return utimensat(AT_FDCWD, given("SECRET"), NULL, 0) == 0 ? THROUGH : HELD; }

static int by_setxattr(void) {
	if (setxattr(given("SECRET"), "user.guard", "x", 1, 0) == 0) return THROUGH;
	return errno == EOPNOTSUPP ? IMPOSSIBLE : HELD;
}

static int by_stat(void) {
	struct stat facts;
	return stat(given("SECRET"), &facts) == 0 ? THROUGH : HELD;
}

static int by_access(void) { return access(given("SECRET"), F_OK) == 0 ? THROUGH : HELD; }

static int by_chroot(void) {
	if (geteuid() != 0) return IMPOSSIBLE;
	return chroot(given("OWN")) == 0 ? THROUGH : HELD;
}

static int by_mount(void) {
	if (geteuid() != 0) return IMPOSSIBLE;
	mkdir(own("mnt"), 0700);
	if (mount("none", own("mnt"), "tmpfs", 0, NULL) < 0) return HELD;
	umount2(own("mnt"), MNT_DETACH);
	return THROUGH;
}

static int by_unshare(void) {
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) return HELD;
	return THROUGH;
}

static int by_clone3(void) {
	struct { uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls; } how = {
		.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
	long pid = syscall(SYS_clone3, &how, sizeof how);
	if (pid == 0) _exit(0);
	if (pid < 0) return HELD;
	waitpid(pid, NULL, 0);
	return THROUGH;
}

/* openat through io_uring: no system call of that name is made. */
static int by_io_uring(void) {
	struct { uint32_t sq_entries, cq_entries, flags, cpu, idle, features, wq, resv[3]; uint32_t sq[10], cq[10]; } params = {0};
	int ring = syscall(425, 4, &params);
	if (ring < 0) return HELD;
	char *sq = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring, 0);
	struct { uint8_t opcode, flags; uint16_t prio; int32_t fd; uint64_t off, addr; uint32_t len, open_flags; uint64_t user, pad[3]; }
		*entries = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring, 0x10000000);
	if (sq == MAP_FAILED || (void *)entries == MAP_FAILED) return HELD;
	memset(entries, 0, 64);
	entries[0].opcode = 18; /* IORING_OP_OPENAT */
	entries[0].fd = AT_FDCWD;
	entries[0].addr = (uint64_t)given("SECRET");
	((uint32_t *)(sq + params.sq[6]))[0] = 0;
	*(uint32_t *)(sq + params.sq[1]) = 1;
	if (syscall(426, ring, 1, 1, 1, NULL, 0) < 0) return HELD;
	int32_t result = *(int32_t *)(sq + params.cq[5] + 8);
	return holds_secret(result);
}

static int peer_process_file(const char *what) {
	char path[256];
	snprintf(path, sizeof path, "/proc/%s/%s", given("OUTSIDE"), what);
	int fd = open(path, O_RDONLY);
	char byte;
	return fd >= 0 && read(fd, &byte, 1) == 1 ? THROUGH : HELD;
}

static int by_environment(void) { return peer_process_file("environ"); }

static int by_memory(void) {
	char path[256];
	snprintf(path, sizeof path, "/proc/%s/mem", given("OUTSIDE"));
	int fd = open(path, O_RDWR);
	return fd >= 0 ? THROUGH : HELD;
}

static const struct attempt all[] = {
	{"path", by_path}, {"symlink", by_symlink}, {"dot-dot", by_dot_dot}, {"proc-self-root", by_proc_root},
	{"proc-other-root", by_others_root}, {"dirfd", by_folder}, {"openat2", by_openat2}, {"hard-link", by_hard_link},
	{"rename", by_rename}, {"rename-exchange", by_exchange}, {"open-by-handle", by_handle}, {"truncate", by_truncate},
	{"write", by_write}, {"unlink", by_unlink}, {"chmod", by_chmod}, {"utimes", by_utimes}, {"setxattr", by_setxattr},
	{"stat", by_stat}, {"access", by_access}, {"chroot", by_chroot}, {"mount", by_mount}, {"unshare", by_unshare},
	{"clone3", by_clone3}, {"io-uring", by_io_uring}, {"proc-environ", by_environment}, {"proc-mem", by_memory}, {0, 0},
};

int main(int argc, char **argv) { return run_attempt(all, argc, argv); }

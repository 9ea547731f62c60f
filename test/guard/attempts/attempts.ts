/** The list of attempts. Each is tried unguarded first, and counts only where it got through. */
export interface Attempt {
	readonly program: 'files' | 'network' | 'execution';
	readonly name: string;
	/** For people. */
	readonly about: string;
	/** Lines of the policy that it needs. */
	readonly policy?: string;
	/** Held, in this way: told where it is not plain refusal. */
	readonly stays?: string;
}

type Row = readonly [name: string, about: string, policy?: string];

const files: readonly Row[] = [
	['path', 'opens it by its path'],
	['symlink', 'opens it by a link in its own folder'],
	['dot-dot', 'opens it by going up from its own folder'],
	['proc-self-root', 'opens it by /proc/self/root'],
	['proc-other-root', "opens it by the root of somebody else's process"],
	['dirfd', 'opens the folder, then the name in it'],
	['openat2', 'opens it by openat2'],
	['hard-link', 'links it into its own folder'],
	['rename', 'moves it into its own folder'],
	['rename-exchange', 'exchanges it for a file of its own'],
	['open-by-handle', 'opens it by its handle, which has no path'],
	['truncate', 'changes its length'],
	['write', 'writes to it'],
	['unlink', 'deletes it'],
	['chmod', 'changes its mode'],
	['utimes', 'changes its times'],
	['setxattr', 'sets an attribute of it'],
	['stat', 'asks whether it is there, and how long it is'],
	['access', 'asks whether it may be read'],
	['chroot', 'changes to another root'],
	['mount', 'mounts a file system'],
	['unshare', 'makes namespaces of its own'],
	['clone3', 'makes them through clone3, whose arguments lie in memory'],
	['io-uring', 'opens it through io_uring'],
	['proc-environ', "reads the environment of somebody else's process"],
	['proc-mem', "opens the memory of somebody else's process"],
];

const network: readonly Row[] = [
	['tcp', 'connects by TCP'],
	['mptcp', 'connects by Multipath TCP'],
	['tcp-mapped', 'connects to an IPv4 address within IPv6'],
	['tcp-any-address', 'connects to 0.0.0.0, which is this machine'],
	['fast-open', 'sends with the first packet (Fast Open) instead of connecting'],
	['fast-open-option', 'the same as an option of the socket'],
	['fast-open-message', 'the same by sendmsg'],
	['udp-sendto', 'sends a datagram'],
	['udp-unspecified', 'sends one to an address without a family, which the kernel takes for IPv4'],
	['udp-connect', 'connects a datagram socket, then sends'],
	['udp-sendmsg', 'sends one by sendmsg'],
	['udp-sendmmsg', 'sends two by sendmmsg: where it may, and where it may not'],
	['udp-connected-sendmsg', 'connects where it may, and sends elsewhere'],
	['bind', 'listens on a port (TCP)'],
	['udp-bind', 'receives on a port (UDP)'],
	['listen-without-bind', 'listens on whatever port it gets'],
	['source-route', 'asks for a way by another host'],
	['vsock', 'a socket to the host of a virtual machine'],
	['packet', 'a socket for raw frames'],
	['raw', 'a socket for raw IP'],
	['ping', 'a socket for pings'],
	['sctp', 'a socket for SCTP'],
	['udp-lite', 'a socket for UDP-Lite'],
	['netlink-audit', "a socket to the kernel's audit"],
	['crypto', "a socket to the kernel's ciphers"],
	['netlink-change', "changes the machine's addresses"],
	['unix-path', 'connects to a socket in the file system'],
	['unix-abstract', 'connects to an abstract socket'],
	['descriptor-from-outside', 'gets an open descriptor from a helper outside'],
];

/** The check hears each open. */
const listener = 'overflow: deny\nopens: heard';

const execution: readonly Row[] = [
	['dropped', 'writes a program and runs it'],
	['dropped-in-tmp', 'the same in /tmp'],
	['dropped-in-shm', 'the same in /dev/shm'],
	['loader-dropped', 'lets the loader (ld.so) run what it wrote'],
	['loader', 'lets the loader run a program that it may only read'],
	['other-program', 'runs a program that it may only read'],
	['script', 'writes a script and runs it'],
	['descriptor', 'runs a program by its descriptor'],
	['memory-file', 'runs a program from a memory file, which has no path'],
	['unnamed-file', 'runs a program from a file without a name (O_TMPFILE)'],
	['map-dropped', 'maps what it wrote as code'],
	['map-readable', 'maps as code what it may only read'],
	['from-rwx', 'a system call from memory that can be written and run', listener],
	['from-written', 'a system call from memory that was written, then made code', listener],
	['from-heap', 'a system call from the heap', listener],
	['from-stack', 'a system call from the stack', listener],
	['from-shared-memory', 'a system call from shared memory', listener],
	['from-dropped', 'a system call from a file that it wrote', listener],
	['from-remapped', 'a system call from a place that held a library before', listener],
	['ptrace', 'traces a process outside'],
	['process-memory', 'reads the memory of a process outside'],
	['signal', 'signals a process outside'],
	['process-descriptor', 'takes a descriptor from a process outside'],
	['int80', 'a system call of 32 bits'],
	['x32', 'a system call of the x32 kind'],
	['32-bit-program', 'runs a program of 32 bits'],
	['terminal', 'types into a terminal (TIOCSTI)'],
	['nested-filter', 'puts a filter that allows all on top, then connects'],
	['nested-log', 'puts a filter that only notes on top, then connects'],
	['nested-listener', 'hears its own calls first, lets them go on, and connects'],
	['userfaultfd', 'stops the kernel while it reads memory (userfaultfd)'],
	['bpf', 'loads into the kernel (bpf)'],
	['perf', "opens the kernel's counters"],
	['personality', 'makes all that can be read code (personality)'],
	['keyring', "uses the kernel's key ring"],
];

function of(program: Attempt['program'], rows: readonly Row[]): Attempt[] {
	return rows.map(([name, about, policy]) => ({
		program,
		name,
		about,
		...(policy === undefined ? {} : { policy }),
	}));
}

export const attempts: readonly Attempt[] = [
	...of('files', files),
	...of('network', network),
	...of('execution', execution),
];

export interface Race {
	readonly name: string;
	readonly about: string;
	/** What came through is counted by whoever received it, or by the program itself. */
	readonly counted: 'datagrams' | 'here';
	/** Ports of TCP instead of UDP. */
	readonly tcp?: true;
	/** Whoever started it is killed when it has begun. */
	readonly orphaned?: true;
	/** Bytes of memory, where we may say so (control groups). */
	readonly memory?: number;
}

export const races: readonly Race[] = [
	{ name: 'sendto-port', about: 'the port changes while sendto is judged', counted: 'datagrams' },
	{ name: 'sendmsg-port', about: 'the port changes while sendmsg is judged', counted: 'datagrams' },
	{ name: 'sendmmsg-port', about: 'the port changes while sendmmsg is judged', counted: 'datagrams' },
	{ name: 'sendmsg-name', about: 'the pointer to the address changes', counted: 'datagrams' },
	{ name: 'udp-connect-port', about: 'the port changes while connect is judged (UDP)', counted: 'datagrams' },
	{
		name: 'tcp-connect-port',
		about: 'the port changes while connect is judged (TCP)',
		counted: 'here',
		tcp: true,
	},
	{
		name: 'descriptor',
		about: 'the descriptor changes between a local socket and one to the network',
		counted: 'datagrams',
	},
	{
		name: 'executable-map',
		about: 'the descriptor of a mapping changes between a library and a dropped file',
		counted: 'here',
	},
	{ name: 'open-link', about: 'a link changes between a file of its own and the secret', counted: 'here' },
	{ name: 'open-path', about: 'the path changes while open is judged', counted: 'here' },
	{ name: 'execve-path', about: 'the path changes while execve is judged', counted: 'here' },
	{
		name: 'pid-reuse',
		about: 'threads and processes come, ask, are killed, and their numbers are used again',
		counted: 'datagrams',
	},
	{
		name: 'remapped',
		about: 'a library is mapped, called, and other code called from the same place',
		counted: 'here',
	},
	{
		name: 'memory-pressure',
		about: 'what sendto points to is paged out, while another process takes all memory',
		counted: 'datagrams',
		memory: 300 << 20,
	},
	{
		name: 'left-behind',
		about: 'the guard is killed, and what was left behind goes on sending',
		counted: 'datagrams',
		orphaned: true,
	},
];

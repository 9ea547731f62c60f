/**
 * Words of firejail's profiles that become no rule of their own, and why. In maps: a profile may say `constructor`, which
 * every object has.
 */
const shell = 'the walls have it for every program';
const devices = 'no device is granted';
const unnamed = 'what no rule names is not there';
const bus = 'the bus is one socket, and who reaches it can do much';

/** First words of lines whose whole meaning is kept for every program. */
export const already: ReadonlyMap<string, string> = new Map([
	...of(shell, 'noroot nonewprivs caps.drop seccomp seccomp.32 seccomp.block-secondary restrict-namespaces'),
	...of(shell, 'apparmor nogroups noexec private-cache disable-mnt allow-debuggers'),
	...of(devices, 'no3d nosound novideo noinput nodvd notv nou2f noprinters private-dev'),
	...of(unnamed, 'blacklist blacklist-nolog nowhitelist'),
	...of('temporary folders are its own', 'private-tmp'),
	...of('no rule names the home', 'private'),
	...of('it says nothing of itself', 'quiet'),
	...of('each refusal is told', 'tracelog'),
	...of('no rule names it', 'machine-id'),
]);

export const notHere: ReadonlyMap<string, string> = new Map([
	...of('name the hosts and ports that it needs instead', 'netfilter'),
	...of(bus, 'dbus-user dbus-system'),
	...of('libraries are granted by the profile base', 'private-lib'),
	...of('rights of root are not given to single programs', 'caps.keep'),
	...of('each run is one of its own', 'join-or-start'),
]);

export const limitNames: ReadonlyMap<string, string> = new Map([
	['rlimit-nofile', 'open-files'],
	['rlimit-nproc', 'processes'],
	['rlimit-fsize', 'file-size'],
	['rlimit-as', 'memory'],
	['rlimit-cpu', 'cpu'],
]);

/** The same reason for each of these words. */
function of(why: string, words: string): [string, string][] {
	return words.split(' ').map((word) => [word, why]);
}

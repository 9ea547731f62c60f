/** Words of firejail's profiles that become no rule of their own, and why. */
const shell = 'the walls have it for every program';
const devices = 'no device is granted';
/** First words of lines whose whole meaning is kept for every program. */
export const already: Readonly<Record<string, string>> = {
	...Object.fromEntries(
		[
			...['noroot', 'nonewprivs', 'caps.drop', 'seccomp', 'seccomp.block-secondary', 'restrict-namespaces'],
			...['apparmor', 'nogroups', 'noexec', 'private-cache', 'disable-mnt', 'seccomp.32', 'allow-debuggers'],
		].map((word) => [word, shell]),
	),
	...Object.fromEntries(
		['no3d', 'nosound', 'novideo', 'noinput', 'nodvd', 'notv', 'nou2f', 'noprinters', 'private-dev'].map(
			(word) => [word, devices],
		),
	),
	blacklist: 'what no rule names is not there',
	'blacklist-nolog': 'what no rule names is not there',
	nowhitelist: 'what no rule names is not there',
	'private-tmp': 'temporary folders are its own',
	private: 'no rule names the home',
	quiet: 'it says nothing of itself',
	tracelog: 'each refusal is told',
	'machine-id': 'no rule names it',
};
export const notHere: Readonly<Record<string, string>> = {
	netfilter: 'name the hosts and ports that it needs instead',
	'dbus-user': 'the bus is one socket, and who reaches it can do much',
	'dbus-system': 'the bus is one socket, and who reaches it can do much',
	'private-lib': 'libraries are granted by the profile base',
	'caps.keep': 'rights of root are not given to single programs',
	'join-or-start': 'each run is one of its own',
};
export const limitNames: Readonly<Record<string, string>> = {
	'rlimit-nofile': 'open-files',
	'rlimit-nproc': 'processes',
	'rlimit-fsize': 'file-size',
	'rlimit-as': 'memory',
	'rlimit-cpu': 'cpu',
};

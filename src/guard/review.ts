/**
 * Makes few rules from what a program was seen to do. Pure but for `exists`.
 *
 * Rules:
 * 1. What the base profile grants needs no rule.
 * 2. Three files of a folder make the folder. Folders that hold much else (the home, /etc, /var ...) are never made a
 *    rule of; their files stay alone.
 * 3. What is precious (keys, passwords, the histories of shells and browsers), and the home itself, is withheld,
 *    however often it was read, until somebody says yes to exactly that path.
 * 4. Four hosts on one port make a kind of host (loopback, lan, internet); more than eight ports make all high ones.
 */
import { contains, type Range, rangeOf, singleOf } from '../policy/ranges.ts';
import { isBeneath } from './grants.ts';
import type { Judge } from './judge.ts';
import type { FileVerb } from './policy.ts';

export interface Reviewed {
	readonly files: readonly { readonly verb: FileVerb; readonly path: string; readonly seen: number }[];
	readonly network: readonly {
		readonly direction: 'in' | 'out';
		readonly protocol: string;
		readonly hosts: readonly string[];
		readonly ports: readonly string[];
		readonly seen: number;
	}[];
	readonly programs: readonly string[];
	readonly sockets: readonly string[];
	/** Seen, and not granted without a yes. */
	readonly withheld: readonly { readonly path: string; readonly verb: FileVerb; readonly why: string }[];
}

export interface ReviewOptions {
	readonly home: string;
	/** Of the base profile. */
	readonly base: Judge;
	readonly yesTo: readonly string[];
	exists(path: string): boolean;
}

const precious = [
	...[
		'.ssh',
		'.gnupg',
		'.aws',
		'.azure',
		'.kube',
		'.docker',
		'.netrc',
		'.pgpass',
		'.git-credentials',
		'.npmrc',
	],
	...[
		'.password-store',
		'.local/share/keyrings',
		'.mozilla',
		'.thunderbird',
		'.config/google-chrome',
		'.electrum',
	],
	...[
		'.config/chromium',
		'.bitcoin',
		'.bash_history',
		'.zsh_history',
		'.python_history',
		'.config/gh',
		'.pki',
	],
];
const preciousOfSystem = [
	'/etc/shadow',
	'/etc/gshadow',
	'/etc/sudoers',
	'/etc/sudoers.d',
	'/etc/ssh',
	'/root',
	'/proc/kcore',
];
const tooWide = [
	'/',
	'/etc',
	'/var',
	'/var/lib',
	'/var/log',
	'/var/cache',
	'/usr',
	'/usr/bin',
	'/usr/sbin',
	'/bin',
	'/home',
	'/opt',
	'/run',
	'/tmp',
	'/mnt',
	'/media',
	'/srv',
	'/sys',
	'/dev',
	'/boot',
];
const temporary = ['/tmp', '/var/tmp', '/dev/shm'];
const folderFrom = 3;
const kindFrom = 4;
const mostPorts = 8;

const loopback = ['127.0.0.0/8', '::1'].map((text) => rangeOf(text)!);
const near = [
	'10.0.0.0/8',
	'172.16.0.0/12',
	'192.168.0.0/16',
	'169.254.0.0/16',
	'100.64.0.0/10',
	'fc00::/7',
	'fe80::/10',
	'224.0.0.0/4',
	'ff00::/8',
].map((text) => rangeOf(text)!);

/** `acts`: as records have them (`read /etc/hosts`, `out tcp 192.0.2.1:80`, `run /bin/sh`, `socket /run/x`). */
export function review(acts: readonly string[], options: ReviewOptions): Reviewed {
	const files = new Map<string, FileVerb>();
	const programs = new Set<string>();
	const sockets = new Set<string>();
	const network: string[] = [];
	for (const act of acts) {
		const [verb = '', ...rest] = act.split(' ');
		const path = rest.join(' ');
		if (verb === 'run') programs.add(path);
		else if (verb === 'socket') sockets.add(path);
		else if (verb === 'in' || verb === 'out') network.push(act);
		else if (verb === 'read' || verb === 'write' || verb === 'create') note(files, path, verb, options);
	}
	const withheld: Reviewed['withheld'][number][] = [];
	const rules = foldFiles(files, options, withheld);
	return {
		files: rules,
		network: foldNetwork(network),
		programs: [...programs]
			.filter((path) => options.exists(path) && options.base.program(path).action === 'deny')
			.sort(),
		sockets: [...sockets].sort(),
		withheld,
	};
}

const order: readonly FileVerb[] = ['read', 'write', 'create'];

/** The strongest verb of a path counts. */
function note(
	files: Map<string, FileVerb>,
	path: string,
	verb: FileVerb,
	{ base, exists }: ReviewOptions,
): void {
	if (!path.startsWith('/') || (verb === 'read' && !exists(path))) return;
	// What was left in the folders for temporary files was there before, or is meant to stay.
	const stays = temporary.some((folder) => isBeneath(path, folder)) && exists(path);
	if (base.file(path, verb).action === 'allow' && !stays) return;
	const before = files.get(path);
	if (before === undefined || order.indexOf(verb) > order.indexOf(before)) files.set(path, verb);
}

function foldFiles(
	files: ReadonlyMap<string, FileVerb>,
	options: ReviewOptions,
	withheld: Reviewed['withheld'][number][],
): Reviewed['files'] {
	const granted: { verb: FileVerb; path: string }[] = [];
	for (const [path, verb] of files) {
		// To make a file is to change its folder.
		const needed = verb === 'create' ? folderOf(path) : path;
		const why = whyNot(needed, verb, options);
		if (why === undefined) granted.push({ verb, path: needed });
		else if (!withheld.some((one) => one.path === needed && one.verb === verb))
			withheld.push({ path: needed, verb, why });
	}
	const byFolder = Map.groupBy(granted, ({ verb, path }) => `${verb} ${folderOf(path)}`);
	const folded = granted.map(({ verb, path }) => {
		const folder = folderOf(path);
		const many = new Set(byFolder.get(`${verb} ${folder}`)!.map((one) => one.path)).size >= folderFrom;
		return many && whyNot(folder, verb, options) === undefined ? { verb, path: folder } : { verb, path };
	});
	const seen = Map.groupBy(folded, ({ verb, path }) => `${verb} ${path}`);
	const rules = [...seen.values()].map((list) => ({ ...list[0]!, seen: list.length }));
	const covered = (one: { verb: FileVerb; path: string }): boolean =>
		rules.some(
			(other) =>
				(other.path !== one.path || other.verb !== one.verb) &&
				isBeneath(one.path, other.path) &&
				order.indexOf(other.verb) >= order.indexOf(one.verb),
		);
	return rules.filter((one) => !covered(one)).sort((one, other) => (one.path < other.path ? -1 : 1));
}

function folderOf(path: string): string {
	return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** Why it is not granted by itself; undefined: it is. */
export function whyNot(
	path: string,
	verb: FileVerb,
	{ home, yesTo, exists }: Pick<ReviewOptions, 'home' | 'yesTo' | 'exists'>,
): string | undefined {
	if (yesTo.some((yes) => path === yes || (yes !== '/' && isBeneath(path, yes)))) return undefined;
	const secret = whyPrecious(path, home);
	if (secret !== undefined) return secret;
	if (tooWide.includes(path) && (verb !== 'read' || exists(path))) return 'it holds much else';
	return undefined;
}

/** Why a path is never granted by the way; undefined: it may be. */
export function whyPrecious(path: string, home: string): string | undefined {
	const secret = [
		...precious.map((name) => `${home}/${name}`),
		...preciousOfSystem.filter((one) => one !== home),
	];
	const kept = secret.find((one) => isBeneath(path, one) || isBeneath(one, path));
	if (path === home) return 'it is the whole home';
	if (kept !== undefined && isBeneath(path, kept)) return 'it is precious';
	if (kept !== undefined) return `${kept} is in it`;
	return undefined;
}

function foldNetwork(acts: readonly string[]): Reviewed['network'] {
	const found = acts.flatMap((act) => {
		const match = /^(in|out) (tcp|udp) \[?([^\]]+?)\]?:(\d+)$/.exec(act);
		if (match === null) return [];
		const [, direction, protocol, host, port] = match as unknown as [
			string,
			'in' | 'out',
			string,
			string,
			string,
		];
		// Port 0 is no port: something asked which way a packet would go.
		return port === '0' ? [] : [{ direction, protocol, host, port }];
	});
	const byPort = Map.groupBy(found, ({ direction, protocol, port }) => `${direction} ${protocol} ${port}`);
	const perPort = [...byPort.values()].map((list) => {
		const hosts = [
			...new Set(list.map(({ host, direction }) => (direction === 'in' ? listening(host) : host))),
		].sort();
		const kinds = [...new Set(hosts.map(kindOf))].sort();
		return { ...list[0]!, hosts: hosts.length >= kindFrom ? kinds : hosts };
	});
	const byHosts = Map.groupBy(
		perPort,
		({ direction, protocol, hosts }) => `${direction} ${protocol} ${hosts}`,
	);
	return [...byHosts.values()].map((list) => {
		const { direction, protocol, hosts } = list[0]!;
		const ports = [...new Set(list.map(({ port }) => port))].sort(
			(one, other) => Number(one) - Number(other),
		);
		const low = ports.filter((port) => Number(port) < 1024);
		return {
			direction,
			protocol,
			hosts,
			ports: ports.length > mostPorts ? [...low, '1024-65535'] : ports,
			seen: list.length,
		};
	});
}

function listening(host: string): string {
	return host === '0.0.0.0' || host === '::' ? 'any' : host;
}

function kindOf(host: string): string {
	const one = singleOf(host);
	const within = (list: readonly Range[]): boolean =>
		one !== undefined && list.some((range) => contains(range, one));
	return one === undefined ? host : within(loopback) ? 'loopback' : within(near) ? 'lan' : 'internet';
}

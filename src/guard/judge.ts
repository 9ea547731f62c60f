/**
 * What the policy says to one act of a program. Pure: it is told what is asked, and answers with the rule.
 *
 * 1. Network: the first rule that fits, own rules first; none: refused.
 * 2. Files and programs: the longest path that fits; of equal ones a refusal first; none: refused.
 * 3. Addresses are those that the kernel uses: 0.0.0.0 and :: lead to this machine, IPv4 within IPv6 is IPv4.
 * 4. A name is the addresses that it had when it was looked up; whoever judges keeps them fresh.
 */
import { contains, type Range, rangeOf, singleOf } from '../policy/ranges.ts';
import { type Callers, callersOf } from './callers.ts';
import { expand, isBeneath, type Surroundings } from './grants.ts';
import type {
	Action,
	FileRule,
	FileVerb,
	NetworkRule,
	Policy,
	ProgramRule,
	Protocol,
	SocketRule,
} from './policy.ts';

export interface Verdict {
	readonly action: Action;
	/** `FILE:LINE`; `none`: no rule permits it. */
	readonly rule: string;
	readonly because?: string;
}

export interface Destination {
	readonly direction: 'out' | 'in';
	readonly host: string;
	readonly port: number;
	readonly protocol: Protocol;
}

const unnamed: Verdict = { action: 'deny', rule: 'none' };

/** Read when an address is judged first: no program has one to begin with, and every start would wait for it. */
function late(read: () => readonly Range[]): () => readonly Range[] {
	let known: readonly Range[] | undefined;
	return () => {
		known ??= read();
		return known;
	};
}

function ranges(...texts: string[]): () => readonly Range[] {
	return late(() => texts.map((text) => rangeOf(text)!));
}

const loopback = ranges('127.0.0.0/8', '::1');
const lan = ranges(
	...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10', 'fc00::/7'],
	...['fe80::/10', '224.0.0.0/4', 'ff00::/8', '255.255.255.255'],
);

interface PathRule {
	readonly path: string;
	readonly verdict: Verdict;
	readonly verbs: readonly FileVerb[];
}

/** What each verb includes. */
const included: Readonly<Record<FileVerb, readonly FileVerb[]>> = {
	read: ['read'],
	write: ['read', 'write'],
	create: ['read', 'write', 'create'],
	exec: ['read', 'exec'],
};

/** Read by every program, and of the program alone: they are in every view. */
const always: readonly (readonly [string, FileVerb])[] = [
	['/proc', 'read'],
	...(['null', 'zero', 'full', 'random', 'urandom', 'tty', 'ptmx', 'pts', 'fd'].map(
		(name) => [`/dev/${name}`, 'write'] as const,
	) satisfies (readonly [string, FileVerb])[]),
	['/tmp', 'create'],
	['/var/tmp', 'create'],
	['/dev/shm', 'create'],
];

export class Judge {
	readonly #policy: Policy;
	readonly #names = new Map<string, readonly Range[]>();
	readonly #resolvers: () => readonly Range[];
	readonly #files: readonly PathRule[];
	readonly #programs: readonly PathRule[];
	readonly #sockets: readonly PathRule[];
	/** Verdicts of what was judged before: destinations and files. */
	readonly #known = new Map<string, Verdict>();

	/**
	 * `resolvers`: addresses of the machine's name servers. `follow`: where a path leads through its links. A rule holds for
	 * both: programs that ask for the path without links mean the same file, and the walls stand around that one.
	 */
	constructor(
		policy: Policy,
		around: Surroundings,
		resolvers: readonly string[],
		follow: (path: string) => string = (path) => path,
	) {
		this.#policy = policy;
		this.#resolvers = late(() => resolvers.flatMap((text) => singleOf(text) ?? []));
		const paths = (rule: FileRule | ProgramRule | SocketRule, verbs: readonly FileVerb[]): PathRule[] =>
			expand(rule.path, around)
				.flatMap((path) => [...new Set([path, follow(path)])])
				.map((path) => ({ path, verdict: verdictOf(rule), verbs }));
		const own: PathRule = {
			path: around.program,
			verdict: { action: 'allow', rule: 'command' },
			verbs: ['exec'],
		};
		const readOf = (rule: PathRule): PathRule => ({ ...rule, verbs: ['read'] });
		this.#programs = [own, ...policy.programs.flatMap((rule) => paths(rule, ['exec']))];
		this.#sockets = policy.sockets.flatMap((rule) => paths(rule, ['write']));
		this.#files = [
			...policy.files.flatMap((rule) =>
				// A refusal to read is one to do anything.
				paths(
					rule,
					rule.action === 'allow' || rule.action === 'log' || rule.action === 'ask'
						? included[rule.verb]
						: included.create,
				),
			),
			...this.#programs.map(readOf),
			...always.map(([path, verb]) => ({
				path,
				verdict: { action: 'allow', rule: 'always' } as const,
				verbs: included[verb],
			})),
		];
	}

	/** Names in rules, whose addresses must be told. */
	get names(): readonly string[] {
		return namesIn(this.#policy);
	}

	tell(name: string, addresses: readonly string[]): void {
		this.#names.set(
			name,
			addresses.flatMap((text) => singleOf(text) ?? []),
		);
		this.#known.clear();
	}

	destination(to: Destination): Verdict {
		const key = `${to.direction} ${to.protocol} ${to.host} ${to.port}`;
		const known = this.#known.get(key);
		if (known !== undefined) return known;
		const host = singleOf(to.direction === 'out' ? reached(to.host) : to.host);
		const rule =
			host === undefined
				? undefined
				: this.#policy.network.find((one) => this.#fits(one, to, host) && !refusesSome(one));
		const verdict = rule === undefined ? unnamed : verdictOf(rule);
		return this.#remember(key, verdict);
	}

	/** Somebody connects to where it listens. */
	caller(to: Destination, from: string): Verdict {
		const [host, caller] = [singleOf(to.host), singleOf(from)];
		if (host === undefined || caller === undefined) return unnamed;
		const rule = this.#policy.network.find(
			(one) =>
				this.#fits(one, to, host) &&
				(one.from.length === 0 || one.from.some((text) => this.#isHost(text, caller))),
		);
		return rule === undefined ? unnamed : verdictOf(rule);
	}

	/** Who may send to where it listens; undefined: everybody. */
	callers(to: Destination): Callers | undefined {
		const host = singleOf(to.host);
		if (host === undefined) return [];
		const fitting = this.#policy.network.filter((one) => this.#fits(one, to, host));
		return callersOf(fitting, { loopback: loopback(), lan: lan(), resolver: this.#resolvers() });
	}

	#fits(rule: NetworkRule, to: Destination, host: Range): boolean {
		if (rule.direction !== to.direction) return false;
		if (rule.protocols.length > 0 && !rule.protocols.includes(to.protocol)) return false;
		if (rule.ports.length > 0 && !rule.ports.some(([from, last]) => to.port >= from && to.port <= last))
			return false;
		// To listen on no address in particular is to listen on all.
		if (to.direction === 'in' && (to.host === '0.0.0.0' || to.host === '::'))
			return rule.hosts.includes('any');
		return rule.hosts.some((text) => this.#isHost(text, host));
	}

	#isHost(text: string, host: Range): boolean {
		const within = (list: readonly Range[]): boolean => list.some((range) => contains(range, host));
		if (text === 'any') return true;
		if (text === 'loopback') return within(loopback());
		if (text === 'lan') return within(lan());
		if (text === 'internet') return !within(lan()) && !within(loopback());
		if (text === 'resolver') return within(this.#resolvers());
		const range = rangeOf(text);
		return range === undefined ? within(this.#names.get(text) ?? []) : contains(range, host);
	}

	/** `path`: absolute. */
	file(path: string, verb: FileVerb): Verdict {
		const key = `${verb} ${path}`;
		const known = this.#known.get(key);
		if (known !== undefined) return known;
		return this.#remember(key, longest(this.#files, path, verb) ?? unnamed);
	}

	#remember(key: string, verdict: Verdict): Verdict {
		if (this.#known.size >= 4096) this.#known.clear();
		this.#known.set(key, verdict);
		return verdict;
	}

	program(path: string): Verdict {
		return longest(this.#programs, path, 'exec') ?? unnamed;
	}

	/** A socket in the file system: one that a rule names, or one among the program's own files. */
	socket(path: string): Verdict {
		const named = longest(this.#sockets, path, 'write');
		if (named !== undefined) return named;
		const file = this.file(path, 'create');
		return file.action === 'allow' ? file : unnamed;
	}
}

/** Hosts of its rules that have to be looked up. */
export function namesIn(policy: Policy): readonly string[] {
	const own = policy.network.flatMap(({ hosts }) => hosts.filter(isName));
	return [...new Set([...own, ...Object.values(policy.under).flatMap(namesIn)])];
}

function isName(host: string): boolean {
	return !['any', 'internet', 'lan', 'loopback', 'resolver'].includes(host) && rangeOf(host) === undefined;
}

/** Where a connection to it leads. */
function reached(host: string): string {
	return host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
}

function verdictOf({ action, where, because }: { action: Action; where: string; because?: string }): Verdict {
	return because === undefined ? { action, rule: where } : { action, rule: where, because };
}

/** Of the rules with the longest path, a refusal, or one with the verb: a longer path may also grant less. */
function longest(rules: readonly PathRule[], path: string, verb: FileVerb): Verdict | undefined {
	let best: PathRule | undefined;
	let length = 0;
	for (const rule of rules) {
		if (rule.path.length < length || !isBeneath(path, rule.path)) continue;
		if (rule.path.length > length) best = undefined;
		length = rule.path.length;
		if (rule.verbs.includes(verb) && (best === undefined || refuses(rule))) best = rule;
	}
	return best?.verdict;
}

/** It keeps some callers away, and says nothing about the others. */
function refusesSome({ from, action }: NetworkRule): boolean {
	return from.length > 0 && action === 'deny';
}

function refuses({ verdict: { action } }: PathRule): boolean {
	return action === 'deny' || action === 'kill';
}

/** What a policy grants, in sentences that are read aloud. Pure. */
import type { Action, FileRule, FileVerb, NetworkRule, Policy, ProgramRule } from './policy.ts';

const verbs: Readonly<Record<FileVerb, string>> = {
	read: 'read',
	write: 'change',
	create: 'make, change and delete files in',
	exec: 'load code from',
};

const ways: Readonly<Record<Action, (what: string) => string>> = {
	allow: (what) => `It may ${what}`,
	log: (what) => `It may ${what}, and each time is noted`,
	ask: (what) => `It asks before it may ${what}`,
	deny: (what) => `It may not ${what}`,
	kill: (what) => `It is killed if it tries to ${what}`,
};

const kinds: Readonly<Record<string, string>> = {
	any: 'any address',
	internet: 'the Internet',
	lan: 'the local network',
	loopback: 'this machine',
	resolver: 'the name servers',
};

/** In the order of what people ask first: files, network, programs, limits, and what ends it. */
export function aloud(policy: Policy): string[] {
	return [
		...filesAloud(policy.files),
		...policy.network.map(networkAloud),
		...policy.sockets.map((rule) =>
			told(rule, `speak with the program behind ${placed(rule.path)}`, rule.action),
		),
		...programsAloud(policy),
		...limitsAloud(policy),
		...endsAloud(policy),
		'Whatever is not said here it may not.',
	];
}

function told({ because }: { readonly because?: string }, what: string, action: Action): string {
	return `${ways[action](what)}${because === undefined ? '' : `: ${because}`}.`;
}

/** Rules of one verb and one reason together. */
function filesAloud(files: readonly FileRule[]): string[] {
	const together = Map.groupBy(files, ({ verb, action, because, where }) =>
		[verb, action, because ?? where].join('\0'),
	);
	return [...together.values()].map((rules) => {
		const [rule] = rules as [FileRule];
		return told(
			rule,
			`${verbs[rule.verb]} ${list(
				rules.map(({ path }) => placed(path)),
				rule.action,
			)}`,
			rule.action,
		);
	});
}

function networkAloud(rule: NetworkRule): string {
	const ports = rule.ports.map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`));
	const where = rule.hosts.map((host) => kinds[host] ?? host);
	const by = [
		...(ports.length === 0
			? []
			: [`port${rule.ports.length === 1 && !ports[0]!.includes(' ') ? '' : 's'} ${list(ports)}`]),
		...(rule.protocols.length === 0 ? [] : [rule.protocols.join(' and ').toUpperCase()]),
	];
	const from = rule.from.map((host) => kinds[host] ?? host);
	const calls = from.length === 0 ? '' : `, where ${list(from, rule.action)} may connect`;
	const more = `${by.length === 0 ? '' : ` (${by.join(', ')})`}${calls}`;
	return told(
		rule,
		`${rule.direction === 'out' ? 'reach' : 'listen on'} ${list(where, rule.action)}${more}`,
		rule.action,
	);
}

function programsAloud({ programs }: Policy): string[] {
	const together = Map.groupBy(programs, ({ action, because, where, under }) =>
		[action, because ?? where, under].join('\0'),
	);
	return [...together.values()].map((rules) => {
		const [rule] = rules as [ProgramRule];
		const under = rule.under === undefined ? '' : `, under ${rule.under}`;
		const paths = list(
			rules.map(({ path }) => placed(path)),
			rule.action,
		);
		return told(rule, `start ${paths}${under}`, rule.action);
	});
}

const units = [
	['GB', 1e9],
	['MB', 1e6],
	['kB', 1e3],
] as const;

function size(bytes: number): string {
	const unit = units.find(([, one]) => bytes >= one && bytes % one === 0);
	return unit === undefined ? `${bytes} bytes` : `${bytes / unit[1]} ${unit[0]}`;
}

function limitsAloud({ limits }: Policy): string[] {
	const { memory, processes, cpu } = limits;
	const parts = [
		...(memory === undefined ? [] : [`${size(memory)} of memory`]),
		...(processes === undefined ? [] : [`${processes} processes`]),
		...(limits['open-files'] === undefined ? [] : [`${limits['open-files']} open files`]),
		...(limits['file-size'] === undefined ? [] : [`files of ${size(limits['file-size'])}`]),
		...(cpu === undefined ? [] : [`${cpu} seconds of processor time`]),
	];
	return parts.length === 0 ? [] : [`It has at most ${list(parts)}.`];
}

function endsAloud({ overflow, dropper, madeCode, leaks }: Policy): string[] {
	return [
		...(overflow === 'off' ? [] : [told({}, 'call the system from where no code of it is', overflow)]),
		...(madeCode === 'deny' ? [told({}, 'run code that it has made in memory', 'deny')] : []),
		...(dropper === 'allow' ? [] : [told({}, 'run what it has written itself', dropper)]),
		...leaks.map((rule) =>
			told(rule, `reach out after it has read ${list(rule.after.map(placed), rule.action)}`, rule.action),
		),
	];
}

/** Paths as people name them. */
function placed(path: string): string {
	if (path === '~') return 'your home';
	if (path === '$PROGRAM') return 'its own program file';
	if (path === '$HERE' || path === '$HERE/') return 'the folder where you start it';
	if (path === '$ARGUMENTS') return 'the files that it is given';
	return path;
}

/** `this and that`; of what is refused, `this or that`. */
function list(words: readonly string[], action: Action = 'allow'): string {
	const different = [...new Set(words)];
	const last = different.pop() ?? '';
	const and = action === 'deny' || action === 'kill' ? 'or' : 'and';
	return different.length === 0 ? last : `${different.join(', ')} ${and} ${last}`;
}

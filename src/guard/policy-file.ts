/**
 * Reads one policy file (policy.ts says what is in it). Whatever is wrong is told with its line. It is read by hand
 * and not through zod: that library alone would take a third of the time in which a guarded program must have started.
 */
import { isMap, isScalar, isSeq, type LineCounter, type Node, type YAMLMap } from 'yaml';
import { bytesOf, secondsOf } from '../policy/amounts.ts';
import { type PortRange, portsOf } from '../policy/ports.ts';
import { rangeOf } from '../policy/ranges.ts';
import { type Fault, type PolicyRefusal, parsePolicy, refusalOf } from '../policy/reading.ts';
import { type Action, actions, fileVerbs, type Limits, type PolicyPart } from './policy.ts';

const mostRules = 1000;
/** What a filter of the kernel has room for, and some more. */
const mostCallers = 200;
const hostWords = ['any', 'internet', 'lan', 'loopback', 'resolver'];
const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\.?$/i;

/** `file`: how the text is called in its rules. */
export function readPolicy(text: string, file: string): PolicyPart | PolicyRefusal {
	const { document, lines, faults } = parsePolicy(text);
	const reader = new Reader(file, lines, faults);
	const part = faults.length === 0 ? reader.policy(document.contents) : undefined;
	if (part !== undefined && faults.length === 0) return part;
	return refusalOf('guard.policy.malformed', faults);
}

type Keys = ReadonlyMap<string, unknown>;

class Reader {
	readonly #file: string;
	readonly #lines: LineCounter;
	readonly #faults: Fault[];

	constructor(file: string, lines: LineCounter, faults: Fault[]) {
		this.#file = file;
		this.#lines = lines;
		this.#faults = faults;
	}

	policy(contents: unknown): PolicyPart | undefined {
		const keys = this.#keys(contents, 'a policy', [
			...['name', 'about', 'uses', 'files', 'network', 'programs', 'limits'],
			...['overflow', 'opens', 'made-code', 'dropper', 'leak', 'always'],
		]);
		if (keys === undefined) return undefined;
		const name = this.#text(keys.get('name'), 'name', contents);
		if (name !== undefined && !/^[a-z0-9][a-z0-9-]{0,59}$/.test(name))
			this.#fault(keys.get('name'), 'name: must be of small letters, digits and hyphens');
		const always = this.#list(keys.get('always'), 'always');
		const files = [...always.filter(isFile), ...this.#list(keys.get('files'), 'files')];
		const programs = [...always.filter(isProgram), ...this.#list(keys.get('programs'), 'programs')];
		const network = [
			...always.filter((one) => !isFile(one) && !isProgram(one)),
			...this.#list(keys.get('network'), 'network'),
		];
		return {
			name: name ?? '',
			about: keys.has('about') ? (this.#text(keys.get('about'), 'about') ?? '') : '',
			uses: this.#texts(keys.get('uses'), 'uses'),
			files: files.flatMap((one) => this.#fileRules(one)),
			network: network.filter((one) => !isSocket(one)).flatMap((one) => this.#networkRule(one)),
			sockets: network.filter(isSocket).flatMap((one) => this.#socketRules(one)),
			programs: programs.flatMap((one) => this.#programRules(one)),
			leaks: this.#some(keys.get('leak')).flatMap((one) => this.#leakRule(one)),
			limits: this.#limits(keys.get('limits')),
			overflow: this.#word(keys.get('overflow'), 'overflow', ['off', 'deny', 'kill']),
			opens: this.#word(keys.get('opens'), 'opens', ['heard', 'silent']),
			madeCode: this.#word(keys.get('made-code'), 'made-code', ['allow', 'deny']),
			dropper: this.#word(keys.get('dropper'), 'dropper', actions),
		};
	}

	#fileRules(node: unknown): PolicyPart['files'] {
		const keys = this.#keys(node, 'a file rule', [...fileVerbs, 'action', 'because']);
		if (keys === undefined) return [];
		const verbs = fileVerbs.filter((verb) => keys.has(verb));
		if (verbs.length !== 1) this.#fault(node, `must have exactly one of ${fileVerbs.join(', ')}`);
		const common = this.#common(node, keys);
		return verbs.flatMap((verb) =>
			this.#texts(keys.get(verb), verb).map((path) => ({ verb, path: this.#path(path, node), ...common })),
		);
	}

	#networkRule(node: unknown): PolicyPart['network'] {
		const keys = this.#keys(node, 'a network rule', [
			'out',
			'in',
			'ports',
			'protocol',
			'from',
			'action',
			'because',
		]);
		if (keys === undefined) return [];
		const direction = keys.has('out') ? 'out' : 'in';
		if (keys.has('out') === keys.has('in')) this.#fault(node, 'must have exactly one of out, in, socket');
		const hosts = this.#texts(keys.get(direction), direction);
		for (const host of hosts) {
			if (hostWords.includes(host) || rangeOf(host) !== undefined) continue;
			const named = direction === 'out' && hostName.test(host) && !/^[0-9.]+$/.test(host);
			if (!named) this.#fault(keys.get(direction), `"${host}" is no host, address or range`);
		}
		const ports = this.#texts(keys.get('ports'), 'ports').flatMap((text) => this.#ports(text, keys));
		const protocols = this.#texts(keys.get('protocol'), 'protocol').flatMap((text) => {
			if (text === 'tcp' || text === 'udp') return [text] as const;
			this.#fault(keys.get('protocol'), `protocol: must be one of tcp, udp`);
			return [];
		});
		const common = this.#common(node, keys);
		const from = this.#from(keys, direction, common.action);
		return [{ direction, hosts, ports, protocols, from, ...common }];
	}

	#from(keys: Keys, direction: 'in' | 'out', action: Action): string[] {
		const node = keys.get('from');
		const from = this.#texts(node, 'from');
		if (from.length === 0) return from;
		if (direction === 'out') this.#fault(node, 'from: goes with in, and says who may connect');
		if (action === 'ask' || action === 'kill')
			this.#fault(node, 'from: the kernel drops what others send, so the action is allow, log or deny');
		if (from.length > mostCallers) this.#fault(node, `from: more than ${mostCallers} addresses`);
		for (const host of from)
			if (!hostWords.includes(host) && rangeOf(host) === undefined)
				this.#fault(node, `"${host}" is no address or range`);
		return from;
	}

	#socketRules(node: unknown): PolicyPart['sockets'] {
		const keys = this.#keys(node, 'a socket rule', ['socket', 'action', 'because']);
		if (keys === undefined) return [];
		const common = this.#common(node, keys);
		return this.#texts(keys.get('socket'), 'socket').map((path) => ({
			path: this.#path(path, node),
			...common,
		}));
	}

	#programRules(node: unknown): PolicyPart['programs'] {
		const keys = this.#keys(node, 'a program rule', ['run', 'under', 'action', 'because']);
		if (keys === undefined) return [];
		if (!keys.has('run')) this.#fault(node, 'must have run: the programs');
		const common = this.#common(node, keys);
		const under = keys.has('under') ? this.#text(keys.get('under'), 'under') : undefined;
		const rest = under === undefined ? common : { ...common, under };
		if (under !== undefined && (common.action === 'deny' || common.action === 'kill'))
			this.#fault(keys.get('under'), 'under: goes with a program that may be started');
		return this.#texts(keys.get('run'), 'run').map((path) => ({ path: this.#path(path, node), ...rest }));
	}

	#leakRule(node: unknown): PolicyPart['leaks'] {
		const keys = this.#keys(node, 'a leak rule', ['after', 'action', 'because']);
		if (keys === undefined) return [];
		const after = this.#texts(keys.get('after'), 'after').map((path) => this.#path(path, node));
		if (after.length === 0) this.#fault(node, 'must have after: what is not to leak');
		return [{ after, ...this.#common(node, keys, 'deny') }];
	}

	#limits(node: unknown): Limits {
		if (node === undefined) return {};
		const keys = this.#keys(node, 'limits', ['memory', 'processes', 'open-files', 'file-size', 'cpu']);
		const limits: Record<string, number> = {};
		for (const [key, value] of keys ?? []) {
			const text = String(this.#text(value, key) ?? '');
			const whole = /^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : undefined;
			const amount =
				key === 'cpu' ? secondsOf(text) : key === 'memory' || key === 'file-size' ? bytesOf(text) : whole;
			if (amount === undefined) this.#fault(value, `${key}: "${text}" is not understood`);
			else limits[key] = amount;
		}
		return limits;
	}

	#common(node: unknown, keys: Keys, preset: Action = 'allow') {
		const action = this.#word(keys.get('action'), 'action', actions) ?? preset;
		const because = keys.has('because') ? this.#text(keys.get('because'), 'because') : undefined;
		const where = `${this.#file}:${this.#lineOf(node)}`;
		return because === undefined ? { action, where } : { action, because, where };
	}

	#ports(text: string, keys: Keys): PortRange[] {
		const found = portsOf(text);
		if (found !== undefined) return [found];
		this.#fault(keys.get('ports'), `"${text}" is not a port such as 443, or ports such as 6000-6010`);
		return [];
	}

	#path(text: string, node: unknown): string {
		if (!/^(\/|~$|~\/|\$(PROGRAM|HERE|ARGUMENTS)($|\/))/.test(text))
			this.#fault(node, `"${text}" is not a path: begin it with /, ~, $PROGRAM, $HERE or $ARGUMENTS`);
		if (text.split('/').includes('..')) this.#fault(node, `"${text}" goes up by ..: write where it leads`);
		if (/[\p{Cc}]/u.test(text)) this.#fault(node, 'a path must not have control characters');
		return text;
	}

	/** The keys of a mapping; undefined, with a fault, where it is none. */
	#keys(node: unknown, what: string, known: readonly string[]): Keys | undefined {
		if (!isMap(node)) {
			this.#fault(node, `${what} must be a mapping with ${known.join(', ')}`);
			return undefined;
		}
		const keys = new Map<string, unknown>();
		for (const { key, value } of (node as YAMLMap).items) {
			const name = isScalar(key) ? String(key.value) : '';
			if (known.includes(name)) keys.set(name, value ?? key);
			else this.#fault(key, `"${name}" is not known here: ${what} has ${known.join(', ')}`);
		}
		return keys;
	}

	#list(node: unknown, what: string): readonly unknown[] {
		if (node === undefined) return [];
		if (!isSeq(node)) {
			this.#fault(node, `${what} must be a list of rules`);
			return [];
		}
		if (node.items.length > mostRules) this.#fault(node, `${what}: more than ${mostRules} rules`);
		return node.items.slice(0, mostRules);
	}

	#some(node: unknown): readonly unknown[] {
		return node === undefined ? [] : isSeq(node) ? node.items : [node];
	}

	/** One text, or a list of them. */
	#texts(node: unknown, what: string): string[] {
		if (node !== undefined && isSeq(node) && node.items.length === 0)
			this.#fault(node, `${what}: must not be empty`);
		return this.#some(node).flatMap((one) => this.#text(one, what) ?? []);
	}

	#text(node: unknown, what: string, parent?: unknown): string | undefined {
		const value = isScalar(node) ? node.value : undefined;
		if (typeof value === 'number' && isScalar(node)) return node.source ?? String(value);
		// A home by itself, which YAML reads as nothing.
		if (value === null && isScalar(node) && node.source === '~') return '~';
		if (typeof value === 'string' && value !== '' && value.length <= 4096) return value;
		// YAML reads `off` as a text, but `no`, `yes`, null as themselves; none of them is meant here.
		this.#fault(node ?? parent, `${what}: must be a text`);
		return undefined;
	}

	#word<const T extends string>(node: unknown, what: string, words: readonly T[]): T | undefined {
		if (node === undefined) return undefined;
		const text = this.#text(node, what);
		if (text === undefined || (words as readonly string[]).includes(text)) return text as T | undefined;
		this.#fault(node, `${what}: must be one of ${words.join(', ')}`);
		return undefined;
	}

	#fault(node: unknown, message: string): void {
		this.#faults.push({ line: this.#lineOf(node), message });
	}

	#lineOf(node: unknown): number {
		const range = (node as Node | null | undefined)?.range;
		return range ? this.#lines.linePos(range[0]).line : 1;
	}
}

function isFile(node: unknown): boolean {
	return isMap(node) && fileVerbs.some((verb) => node.has(verb));
}

function isProgram(node: unknown): boolean {
	return isMap(node) && node.has('run');
}

function isSocket(node: unknown): boolean {
	return isMap(node) && node.has('socket');
}

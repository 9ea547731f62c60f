/**
 * Reads profiles of firejail (firejail-profile(5)), and says line by line what becomes a rule here. Pure but for `Around`.
 *
 * Rules:
 * 1. firejail forbids some of what there is, a policy permits some of what there is not. So only what a profile says of
 *    what stays reachable becomes rules: whitelists, what is taken from blacklists, private-bin, private-etc and the like. What it
 *    forbids is forbidden here before anybody says so.
 * 2. Nothing widens by itself: what is precious or holds much else is withheld until somebody says yes to exactly that
 *    path, as in review.ts; the network, which firejail leaves open, is not opened.
 * 3. What is not understood is said, and means nothing.
 */
import { bare, isPattern, isProgramPlace, placeOf, programFolders } from './firejail-paths.ts';
import { already, limitNames, notHere } from './firejail-words.ts';
import { isBeneath } from './grants.ts';
import type { FileVerb } from './policy.ts';
import { type ReviewOptions, whyNot } from './review.ts';

export interface Around extends Pick<ReviewOptions, 'home' | 'yesTo' | 'exists'> {
	/** The text of an included file, by its name; undefined: there is none. */
	include(name: string): string | undefined;
	/** Names in a folder; none where there is no such folder. */
	names(folder: string): readonly string[];
}

/** maps: it is a rule now; already: it is so for every program; not: it has no counterpart; withheld: it needs a yes. */
export type Fate = 'maps' | 'already' | 'not' | 'withheld';

export interface Line {
	readonly file: string;
	/** From 1. */
	readonly line: number;
	readonly text: string;
	readonly fate: Fate;
	readonly means: string;
}

export interface Imported {
	readonly lines: readonly Line[];
	readonly files: readonly { readonly verb: FileVerb; readonly path: string }[];
	readonly programs: readonly string[];
	readonly limits: Readonly<Record<string, string>>;
	readonly madeCode: boolean;
	/** The profile leaves the network open: it has to be said what the program needs. */
	readonly network: boolean;
}

const mostLines = 20_000;
const deepest = 12;
const longest = 4096;

/** What the profile base grants to be read, or more. */
const ofBase = ['/usr/share', '/usr/local/share', '/usr/lib', '/usr/lib64', '/lib', '/lib64', '/usr/libexec'];

type Meaning = readonly [fate: Fate, means: string];

export function importFirejail(text: string, file: string, around: Around): Imported {
	const reader = new Reader(around);
	reader.read(text, file, 0);
	return reader.imported();
}

class Reader {
	readonly #around: Around;
	readonly #lines: Line[] = [];
	readonly #files = new Map<string, FileVerb>();
	readonly #programs = new Set<string>();
	readonly #limits: Record<string, string> = {};
	readonly #ignored: string[] = [];
	readonly #included = new Set<string>();
	/** A whitelist does not lift it. */
	readonly #readOnly = new Set<string>();
	#madeCode = false;
	#network = true;

	constructor(around: Around) {
		this.#around = around;
	}

	imported(): Imported {
		return {
			lines: this.#lines,
			files: this.#rules(),
			programs: [...this.#programs].sort(),
			limits: this.#limits,
			madeCode: this.#madeCode,
			network: this.#network,
		};
	}

	/** With what may only be read within what is granted. */
	#rules(): Imported['files'] {
		const granted = [...this.#files].filter(([path]) => !this.#readOnly.has(bare(path)));
		const within = [...this.#readOnly].filter((path) =>
			[...this.#files.keys()].some((outer) => isBeneath(path, bare(outer))),
		);
		return [
			...granted.map(([path, verb]) => ({ verb, path })),
			...within.map((path) => ({ verb: 'read' as const, path })),
		];
	}

	read(text: string, file: string, depth: number): void {
		for (const [index, raw] of text.split('\n').entries()) {
			if (this.#lines.length >= mostLines) return;
			const line = raw.replace(/#.*$/, '').trim();
			if (line === '') continue;
			const [fate, means] = this.#meaning(line, depth);
			this.#lines.push({ file, line: index + 1, text: line.slice(0, longest), fate, means });
		}
	}

	#meaning(line: string, depth: number): Meaning {
		if (line.length > longest || /[\p{Cc}]/u.test(line)) return ['not', 'it is no line of a profile'];
		const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
		if (word !== 'ignore' && this.#ignored.some((one) => line === one || line.startsWith(`${one} `)))
			return ['not', 'the profile itself says to ignore it'];
		if (word.startsWith('?')) return ['not', 'whether it holds depends on how firejail is set up'];
		switch (word) {
			case 'ignore':
				this.#ignored.push(rest);
				return ['already', 'lines that begin like this are left out'];
			case 'include':
				return this.#include(rest, depth);
			case 'net':
				if (rest !== 'none') return ['not', 'it has no interface of its own'];
				this.#network = false;
				return ['already', 'no rule names the network'];
			case 'protocol':
				return this.#protocol(rest);
			case 'memory-deny-write-execute':
				this.#madeCode = true;
				return ['maps', 'made-code: deny'];
			case 'private':
				if (rest !== '') return ['not', 'no other folder takes the place of the home'];
		}
		return this.#grants(word, rest) ?? this.#plain(word, rest);
	}

	#protocol(rest: string): Meaning {
		const kinds = rest.split(',').map((one) => one.trim());
		const strange = kinds.filter((one) => !['unix', 'inet', 'inet6', 'netlink'].includes(one));
		if (strange.length > 0) return ['not', `there are no sockets for ${strange.join(', ')} here`];
		if (!kinds.some((one) => one.startsWith('inet'))) this.#network = false;
		return ['already', 'there are no other sockets here'];
	}

	#plain(word: string, rest: string): Meaning {
		const limit = limitNames.get(word);
		if (limit !== undefined) return this.#limit(limit, rest);
		if ((word === 'dbus-user' || word === 'dbus-system') && rest === 'none')
			return ['already', 'no rule names the bus'];
		const kept = already.get(word);
		if (kept !== undefined) return ['already', kept];
		return ['not', notHere.get(word) ?? notHere.get(word.split('.')[0]!) ?? 'it has no counterpart here'];
	}

	#limit(name: string, text: string): Meaning {
		if (!/^[1-9][0-9]{0,14}$/.test(text)) return ['not', 'its number is not understood'];
		this.#limits[name] = name === 'cpu' ? `${text}s` : text;
		return ['maps', `limits: ${name}: ${this.#limits[name]}`];
	}

	#include(name: string, depth: number): Meaning {
		if (/^disable-/.test(name)) return ['already', 'what no rule names is not there'];
		if (this.#included.has(name)) return ['already', 'it was read before'];
		if (depth >= deepest) return ['not', 'too deep'];
		this.#included.add(name);
		const text = this.#around.include(name);
		if (text === undefined) return [/\.local$/.test(name) ? 'already' : 'not', 'there is no such file'];
		this.read(text, name, depth + 1);
		return ['maps', 'its lines are above'];
	}

	/** What leaves something reachable. undefined: another kind of line. */
	#grants(word: string, rest: string): Meaning | undefined {
		const list = (folder: string) =>
			this.#all(
				rest.split(',').map((one) => `${folder}/${one.trim()}`),
				'read',
			);
		switch (word) {
			case 'whitelist':
			case 'noblacklist':
			case 'read-write':
				return this.#path(rest, 'create');
			case 'whitelist-ro':
				return this.#path(rest, 'read');
			case 'read-only':
				return this.#only(rest);
			case 'mkdir':
				return this.#path(`${rest}/`, 'create');
			case 'mkfile':
				return this.#path(rest, 'write');
			case 'private-etc':
				return list('/etc');
			case 'private-opt':
				return list('/opt');
			case 'private-srv':
				return list('/srv');
			case 'private-bin':
				return this.#bin(rest);
			default:
				return undefined;
		}
	}

	#only(text: string): Meaning {
		const path = placeOf(text, this.#around.home);
		if (path === undefined || isPattern(path)) return ['not', `${text} is a pattern, or no path here`];
		this.#readOnly.add(bare(path));
		return ['maps', `of what is granted, ${bare(path)} is only read`];
	}

	#all(paths: readonly string[], verb: FileVerb): Meaning {
		const found = paths.map((path) => this.#path(path, verb));
		const fate = (['withheld', 'not', 'maps'] as const).find((one) => found.some(([other]) => other === one));
		return [fate ?? 'not', found.map(([, means]) => means).join('; ')];
	}

	#path(text: string, wanted: FileVerb): Meaning {
		const path = placeOf(text, this.#around.home);
		if (path === undefined) return ['not', `${text} is no path here`];
		if (isPattern(path)) return ['not', `${text} is a pattern: name the paths`];
		const plain = bare(path);
		const own = isBeneath(plain, this.#around.home);
		if (ofBase.some((folder) => isBeneath(plain, folder))) return ['already', `the profile base has ${text}`];
		if (!own && /^\/(run|proc|dev|tmp|sys|var\/(run|lock|tmp))(\/|$)/.test(path))
			return ['not', `${text} is a place of the running system`];
		if (isProgramPlace(path)) return ['not', `${text} may be started: name it under programs if it is to be`];
		// Of the system only the home is the user's own to write.
		const verb = own ? wanted : 'read';
		const why = whyNot(plain, verb, this.#around);
		if (why !== undefined) return ['withheld', `${verb} ${plain}: ${why}`];
		return this.#grant(plain, path.endsWith('/') && verb === 'create', verb);
	}

	/** Of one path the strongest counts, and of folders those that are made. */
	#grant(plain: string, made: boolean, verb: FileVerb): Meaning {
		const before = [`${plain}/`, plain].find((one) => this.#files.has(one));
		const strongest = stronger(before === undefined ? undefined : this.#files.get(before), verb);
		if (before !== undefined) this.#files.delete(before);
		this.#files.set(made || before?.endsWith('/') === true ? `${plain}/` : plain, strongest);
		return ['maps', `${strongest}: ${plain}`];
	}

	#bin(rest: string): Meaning {
		const wanted = rest.split(',').map((name) => name.trim());
		const found = wanted.map((name) => [name, this.#programsNamed(name)] as const);
		for (const [, paths] of found) for (const path of paths) this.#programs.add(path);
		const absent = found.filter(([, paths]) => paths.length === 0).map(([name]) => name);
		const told = absent.length === 0 ? '' : `; not installed here: ${absent.join(', ')}`;
		const count = found.reduce((sum, [, paths]) => sum + paths.length, 0);
		return count === 0 ? ['not', `none of them is installed here`] : ['maps', `programs: ${count}${told}`];
	}

	#programsNamed(name: string): string[] {
		if (!/^[\w.+*?-]+$/.test(name)) return [];
		const pattern = new RegExp(`^${name.replace(/[.+]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')}$`);
		const all = programFolders.flatMap((folder) =>
			this.#around
				.names(folder)
				.filter((one) => pattern.test(one))
				.map((one) => `${folder}/${one}`),
		);
		// The first folder of the path counts; of a pattern, all that it has.
		const named = new Map(all.toReversed().map((path) => [path.slice(path.lastIndexOf('/') + 1), path]));
		return [...named.values()];
	}
}

function stronger(one: FileVerb | undefined, other: FileVerb): FileVerb {
	const order: readonly FileVerb[] = ['read', 'write', 'create'];
	return one === undefined || order.indexOf(other) > order.indexOf(one) ? other : one;
}

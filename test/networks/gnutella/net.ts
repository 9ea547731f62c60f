/** A network of servents in a virtual world, for tests: few lines to build, everything that happens in arrays. */
import { words } from '../../../src/networks/common/words.ts';
import { Gnutella } from '../../../src/networks/gnutella/index.ts';
import type { Options } from '../../../src/networks/gnutella/servent.ts';
import { newGuid } from '../../../src/networks/gnutella/wire/guid.ts';
import type {
	Admission,
	Asker,
	ClaimedTree,
	FetchHead,
	Hit,
	Host,
	SharedFile,
	Shares,
} from '../../../src/networks/network.ts';
import { VirtualNet } from '../../../src/world/virtual.ts';
import type { VirtualWorld } from '../../../src/world/virtual-world.ts';
import type { Address } from '../../../src/world/world.ts';

export interface FileOf {
	readonly name: string;
	readonly size?: number;
	/** Byte at an offset; default: a pattern. */
	readonly byte?: (at: number) => number;
	readonly tth?: Uint8Array;
	readonly ed2k?: Uint8Array;
	readonly parts?: SharedFile['parts'];
}

export class FakeShares implements Shares {
	version = 1;
	readonly #files: SharedFile[];

	constructor(names: readonly FileOf[]) {
		this.#files = names.map(({ name, size, tth, ed2k, parts }, i) => ({
			id: i + 1,
			name,
			size: size ?? 1000,
			sha1: sha1Of(name),
			...(tth === undefined ? {} : { tth }),
			...(ed2k === undefined ? {} : { ed2k }),
			...(parts === undefined ? {} : { parts }),
		}));
	}

	get files(): number {
		return this.#files.length;
	}

	get kilobytes(): number {
		return Math.ceil(this.#files.reduce((sum, file) => sum + file.size, 0) / 1024);
	}

	match(text: string, limit: number): SharedFile[] {
		const wanted = words(text);
		if (wanted.length === 0) return [];
		return this.#files
			.filter((file) => wanted.every((word) => words(file.name).includes(word)))
			.slice(0, limit);
	}

	byId(id: number): SharedFile | undefined {
		return this.#files[id - 1];
	}

	bySha1(sha1: Uint8Array): SharedFile | undefined {
		return this.#files.find((file) => String(file.sha1) === String(sha1));
	}

	byEd2k(ed2k: Uint8Array): SharedFile | undefined {
		return this.#files.find((file) => String(file.ed2k) === String(ed2k));
	}

	byFthash(fthash: Uint8Array): SharedFile | undefined {
		return this.#files.find((file) => String(file.fthash) === String(fthash));
	}

	*words(): Iterable<string> {
		for (const file of this.#files) yield* words(file.name);
	}

	all(): Iterable<SharedFile> {
		return this.#files;
	}

	*sha1s(): Iterable<Uint8Array> {
		for (const file of this.#files) if (file.sha1) yield file.sha1;
	}
}

/** Not a real SHA-1: twenty bytes that depend on the name and look random. */
export function sha1Of(name: string): Uint8Array {
	const bytes = new Uint8Array(20);
	let state = 0x811c9dc5;
	for (let i = 0; i < 20; i++) {
		for (const letter of `${name}${i}`) state = Math.imul(state ^ letter.charCodeAt(0), 0x01000193);
		bytes[i] = state >>> 13;
	}
	return bytes;
}

export interface Servent {
	readonly ip: string;
	readonly world: VirtualWorld<Gnutella>;
	readonly gnutella: Gnutella;
	/** Its servent GUID. */
	guid: Uint8Array;
	readonly shares: FakeShares;
	readonly hits: { search: number; hit: Hit }[];
	readonly ended: { search: number; why: string }[];
	readonly heads: FetchHead[];
	readonly bytes: Map<number, number[]>;
	readonly fetched: { fetch: number; why: string }[];
	readonly remembered: string[];
	readonly trees: ClaimedTree[];
	readonly askers: Asker[];
	readonly heard: { have: readonly Address[]; lack: readonly Address[] }[];
	/** Codes of the evidence so far. */
	codes(): string[];
}

export interface ServentOf extends Partial<Omit<Options, 'guid' | 'announce'>> {
	readonly files?: readonly FileOf[];
	readonly peers?: readonly string[];
	readonly firewalled?: boolean;
	readonly slots?: boolean;
	/** What each asker is told, one after the other; then what `slots` says. */
	readonly admissions?: Admission[];
	/** Or who decides over slots. */
	readonly admit?: Host['admit'];
	/** Of each file. */
	readonly trees?: readonly (ClaimedTree | undefined)[];
	readonly alternates?: readonly Address[];
}

export const PORT = 6346;

export function makeNet(settings: Partial<ConstructorParameters<typeof VirtualNet>[0]> = {}): VirtualNet {
	return new VirtualNet({ seed: 1, latency: 20, ...settings });
}

export function servent(net: VirtualNet, ip: string, given: ServentOf = {}): Servent {
	const { files = [], peers = [], firewalled = false, slots = true, ...rest } = given;
	const { trees: _t, alternates: _a, admissions: _s, admit: _d, ...options } = rest;
	const shares = new FakeShares(files);
	const made = {
		ip,
		shares,
		hits: [],
		ended: [],
		heads: [],
		bytes: new Map(),
		fetched: [],
		remembered: [],
		trees: [],
		askers: [],
		heard: [],
	} as unknown as {
		-readonly [K in keyof Servent]: Servent[K];
	};
	const host: Host = {
		shares,
		hit: (search, hit) => void made.hits.push({ search, hit }),
		searchEnded: (search, why) => void made.ended.push({ search, why }),
		admit: (link, asker) => {
			made.askers.push(asker);
			if (given.admit !== undefined) return given.admit(link, asker);
			return given.admissions?.shift() ?? (slots ? true : { retryAfter: 30 });
		},
		tree: (file) => given.trees?.[file - 1],
		aich: () => undefined,
		alternates: () => given.alternates ?? [],
		heard: (_sha1, have, lack) => void made.heard.push({ have, lack }),
		fetchTree: (_fetch, tree) => void made.trees.push(tree),
		serve: (link, file, from, to) => {
			const of = files[file - 1];
			const body = Uint8Array.from({ length: to - from }, (_, i) => of?.byte?.(from + i) ?? byteAt(from + i));
			net.later(1, () => {
				made.world.send(link, body);
				made.gnutella.served(link, '');
			});
		},
		fetchHead: (_fetch, _link, head) => void made.heads.push(head),
		fetchBody: (fetch, bytes) => {
			const all = made.bytes.get(fetch) ?? [];
			for (const byte of bytes) all.push(byte);
			made.bytes.set(fetch, all);
		},
		fetchEnd: (fetch, why) => void made.fetched.push({ fetch, why }),
		remember: (address, what) => void made.remembered.push(`${what} ${address.host}`),
	};
	made.world = net.world(
		ip,
		(world) =>
			new Gnutella(world, host, {
				role: 'auto',
				agent: 'Sallyport/test',
				usable: () => true,
				seeds: [],
				hostCaches: [],
				deflate: true,
				...options,
				guid: (made.guid = newGuid(world.random(16))),
				announce: { host: ip, port: PORT },
			}),
		{ firewalled },
	);
	made.gnutella = made.world.network as Gnutella;
	made.codes = () => made.world.notices.map((record) => record.code);
	made.gnutella.start();
	for (const peer of peers) made.gnutella.connect({ host: peer, port: PORT });
	return made;
}

export function byteAt(at: number): number {
	return (at * 31 + (at >> 8)) & 255;
}

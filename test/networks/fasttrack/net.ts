/** FastTrack nodes in a virtual world, for tests: few lines to build, everything that happens in arrays. */

import { FtHash } from '../../../src/library/fthash.ts';
import { KzHasher, type KzTree } from '../../../src/library/kzhash.ts';
import { hex } from '../../../src/networks/common/hash.ts';
import { sliceSize } from '../../../src/networks/common/tiger.ts';
import { words } from '../../../src/networks/common/words.ts';
import { FastTrack } from '../../../src/networks/fasttrack/index.ts';
import type { Options } from '../../../src/networks/fasttrack/servent.ts';
import type {
	Admission,
	ClaimedTree,
	FetchHead,
	FetchRequest,
	Hit,
	Host,
	SharedFile,
	Shares,
} from '../../../src/networks/network.ts';
import { VirtualNet } from '../../../src/world/virtual.ts';
import type { VirtualWorld } from '../../../src/world/virtual-world.ts';

export const port = 1214;

export interface FileOf {
	readonly name: string;
	readonly size?: number;
}

export function contentOf({ name, size = 1000 }: FileOf): Uint8Array {
	return Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 8) + name.length) & 255);
}

export function treeOf(content: Uint8Array): KzTree {
	const hasher = new KzHasher(content.length);
	hasher.update(content);
	return hasher.finish();
}

export class FastTrackShares implements Shares {
	version = 1;
	list: (SharedFile & { readonly content: Uint8Array; readonly slices: Uint8Array })[] = [];

	constructor(files: readonly FileOf[]) {
		for (const file of files) this.add(file);
	}

	add(file: FileOf): void {
		const content = contentOf(file);
		const hash = new FtHash(content.length);
		hash.update(content);
		const fthash = hash.digest();
		const { root: kztree, slices } = treeOf(content);
		const { name } = file;
		this.list.push({ id: this.list.length + 1, name, size: content.length, fthash, kztree, slices, content });
		this.version++;
	}

	drop(name: string): void {
		this.list = this.list.filter((file) => file.name !== name);
		this.version++;
	}

	get files(): number {
		return this.list.length;
	}

	get kilobytes(): number {
		return this.list.length;
	}

	match(text: string, limit: number): SharedFile[] {
		const wanted = words(text);
		if (wanted.length === 0) return [];
		return this.list.filter(({ name }) => wanted.every((word) => words(name).includes(word))).slice(0, limit);
	}

	byId(id: number): SharedFile | undefined {
		return this.list.find((file) => file.id === id);
	}

	/** As a host gives it. */
	tree(id: number): ClaimedTree | undefined {
		const file = this.list.find((one) => one.id === id);
		return file && { kind: 'kazaa', slices: file.slices, slice: sliceSize(file.size) };
	}

	byEd2k(): undefined {
		return undefined;
	}

	byFthash(fthash: Uint8Array): SharedFile | undefined {
		return this.list.find((file) => hex(file.fthash!) === hex(fthash));
	}

	bySha1(): undefined {
		return undefined;
	}

	all(): Iterable<SharedFile> {
		return this.list;
	}

	*words(): Iterable<string> {
		for (const { name } of this.list) yield* words(name);
	}

	*sha1s(): Iterable<Uint8Array> {}
}

export interface Member {
	readonly world: VirtualWorld<FastTrack>;
	readonly node: FastTrack;
	readonly shares: FastTrackShares;
	readonly hits: Hit[];
	readonly ended: string[];
	readonly heads: FetchHead[];
	readonly bytes: number[];
	readonly trees: ClaimedTree[];
	readonly fetched: string[];
	readonly agents: string[];
	codes(): string[];
}

export interface MemberOf extends Partial<Omit<Options, 'announce' | 'seeds'>> {
	readonly files?: readonly FileOf[];
	readonly seeds?: readonly string[];
	readonly firewalled?: boolean;
	readonly admit?: Admission;
	/** Port that is announced. */
	readonly announced?: number;
}

export function makeNet(): VirtualNet {
	return new VirtualNet({ seed: 1, latency: 20 });
}

export function member(net: VirtualNet, ip: string, given: MemberOf = {}): Member {
	const { files = [], seeds = [], firewalled = false, admit = true, announced = port, ...options } = given;
	const shares = new FastTrackShares(files);
	const made = {
		shares,
		hits: [],
		ended: [],
		heads: [],
		bytes: [],
		trees: [],
		fetched: [],
		agents: [],
	} as unknown as {
		-readonly [K in keyof Member]: Member[K];
	};
	const host: Host = {
		shares,
		hit: (_search, hit) => void made.hits.push(hit),
		searchEnded: (_search, why) => void made.ended.push(why),
		admit: (_link, asker) => {
			made.agents.push(asker.agent);
			return admit;
		},
		tree: (id) => shares.tree(id),
		aich: () => undefined,
		alternates: () => [],
		heard: () => {},
		serve: (link, id, from, to) => {
			const content = shares.list.find((file) => file.id === id)!.content.slice(from, to);
			net.later(1, () => {
				made.world.send(link, content);
				made.node.served(link, '');
			});
		},
		fetchHead: (_fetch, _link, head) => void made.heads.push(head),
		fetchBody: (_fetch, bytes) => {
			for (const byte of bytes) made.bytes.push(byte);
		},
		fetchTree: (_fetch, tree) => void made.trees.push(tree),
		fetchEnd: (_fetch, why) => void made.fetched.push(why),
		remember: () => {},
	};
	made.world = net.world(
		ip,
		(world) =>
			new FastTrack(world, host, {
				role: 'leaf',
				user: `user${ip.split('.').at(-1)}`,
				network: 'KaZaA',
				agent: 'Sallyport/test',
				usable: () => true,
				...options,
				announce: { host: ip, port: announced },
				seeds: seeds.map((seed) => ({ host: seed, port })),
			}),
		{ firewalled, port },
	);
	made.node = made.world.network as FastTrack;
	made.codes = () => made.world.notices.map((record) => record.code);
	made.node.start();
	return made;
}

export function requestOf(hit: Hit, more: Partial<FetchRequest> = {}): FetchRequest {
	return { fetch: 1, source: hit.source, name: hit.name, fthash: hit.fthash ?? '', from: 0, ...more };
}

/** Sources for a download that give as a test says: fast, slow, false, in parts, with a tree or a false one. */

import assert from 'node:assert/strict';
import { Ed2kHasher, type Ed2kHashes, partSize } from '../../src/library/ed2k-hash.ts';
import { FtHash } from '../../src/library/fthash.ts';
import { KzHasher, type KzTree } from '../../src/library/kzhash.ts';
import { base32, hex } from '../../src/networks/common/hash.ts';
import { sliceSize, TigerTree } from '../../src/networks/common/tiger.ts';
import type {
	ClaimedTree,
	FetchHead,
	FetchRequest,
	NetworkName,
	RemoteQueue,
	Span,
} from '../../src/networks/network.ts';
import { type Bench, breath, sourceOf } from './bench.ts';

export interface Manner {
	/** Bytes in each tenth of a second. */
	readonly speed?: number;
	/** What it gives instead of the file. */
	readonly content?: Uint8Array;
	/** Of another content: a false tree. */
	readonly treeOf?: Uint8Array;
	readonly hasTree?: boolean;
	readonly parts?: readonly Span[];
	/** Says nothing after so many bytes. */
	readonly silentAfter?: number;
	/** Answers "later" so many times. */
	readonly queue?: readonly RemoteQueue[];
	readonly status?: number;
	/** The most that one answer gives. */
	readonly most?: number;
	/** Bytes at the end of the file that it promises and never gives. */
	readonly loses?: number;
	readonly alternates?: FetchHead['alternates'];
	/** Default: Gnutella. */
	readonly network?: NetworkName;
}

interface Giving {
	readonly request: FetchRequest;
	readonly manner: Manner;
	at: number;
	readonly to: number;
	sent: number;
}

export const slice = 64 * 1024;

export function slicesOf(content: Uint8Array): Uint8Array {
	const tree = new TigerTree(slice);
	tree.update(content);
	return tree.finish().slices;
}

export function rootText(content: Uint8Array): string {
	const tree = new TigerTree(slice);
	tree.update(content);
	return base32(tree.finish().root);
}

export function partsOf(content: Uint8Array): Ed2kHashes {
	const hasher = new Ed2kHasher(content.length);
	hasher.update(content);
	return hasher.finish();
}

/** Hex. */
export function fthashOf(content: Uint8Array): string {
	const hash = new FtHash(content.length);
	hash.update(content);
	return hex(hash.digest());
}

export function kzTreeOf(content: Uint8Array): KzTree {
	const hasher = new KzHasher(content.length);
	hasher.update(content);
	return hasher.finish();
}

export function ed2kOf(content: Uint8Array): string {
	return hex(partsOf(content).ed2k);
}

export class SourcesThatGive {
	readonly #bench: Bench;
	readonly #content: Uint8Array;
	readonly #manners: readonly Manner[];
	readonly #giving = new Map<number, Giving>();
	#seen = 0;
	#cancelled = 0;
	/** What each source has sent: number of the source, from, to. */
	readonly sent: { source: number; from: number; to: number }[] = [];
	trees: number[] = [];
	readonly #queued = new Map<number, number>();

	/** Source number 1 has the first manner. */
	constructor(bench: Bench, content: Uint8Array, manners: readonly Manner[]) {
		this.#bench = bench;
		this.#content = content;
		this.#manners = manners;
	}

	get sources() {
		return this.#manners.map(({ network = 'gnutella' }, at) => ({
			...sourceOf(at + 1),
			...(network !== 'gnutella' && { network, index: 0 }),
			...(network === 'edonkey' && { id: '' }),
		}));
	}

	/** Bytes that came from this source. */
	gave(source: number): number {
		return this.sent.filter((one) => one.source === source).reduce((sum, { from, to }) => sum + to - from, 0);
	}

	/** Lets a tenth of a second pass, with everything that is sent in it. */
	async step(): Promise<void> {
		// An answer may be followed by a question at once.
		while (this.#seen < this.#bench.requests.length) this.#asked(this.#bench.requests[this.#seen++]!);
		while (this.#cancelled < this.#bench.cancelled.length)
			this.#giving.delete(this.#bench.cancelled[this.#cancelled++]!);
		// The verifying thread lives in real time: while only it is waited for, ours stands still.
		const waits = this.#bench.downloads
			.list()
			.some(({ state }) => /fetching|verifying|inspecting/.test(state));
		if (this.#giving.size === 0 && waits) {
			await new Promise((resolve) => setTimeout(resolve, 2));
			return;
		}
		for (const giving of [...this.#giving.values()]) this.#give(giving);
		await this.#bench.clock.pass(100);
		for (let i = 0; i < 5; i++) await breath();
	}

	/** Until the download is in this state; throws where it takes more virtual seconds than this. */
	async until(condition: () => boolean, seconds: number): Promise<number> {
		const started = this.#bench.clock.now();
		for (let steps = 0; !condition(); steps++) {
			if (this.#bench.clock.now() - started > seconds * 1000 || steps > 20_000) {
				throw new Error(`not after ${seconds} s: ${JSON.stringify(this.#bench.downloads.list())}`);
			}
			await this.step();
		}
		return (this.#bench.clock.now() - started) / 1000;
	}

	#asked(request: FetchRequest): void {
		const number = Number(request.source.host.split('.')[3]);
		const manner = this.#manners[number - 1];
		const { downloads } = this.#bench;
		if (manner === undefined) return downloads.onFetchEnd(request.fetch, 'the dial failed');
		if (request.tree === true) return this.#giveTree(request, manner, number);
		const place = manner.queue?.[this.#queued.get(number) ?? 0];
		this.#queued.set(number, (this.#queued.get(number) ?? 0) + 1);
		const base = { size: this.#content.length, ...(manner.parts && { parts: manner.parts }) };
		if (place !== undefined || manner.status !== undefined) {
			this.#bench.head(request.fetch, { status: manner.status ?? 503, ...(place && { queue: place }) });
			return downloads.onFetchEnd(request.fetch, 'the source answered 503');
		}
		const to = Math.min(request.to ?? this.#content.length, request.from + (manner.most ?? Infinity));
		this.#giving.set(request.fetch, { request, manner, at: request.from, to, sent: 0 });
		const { network } = request.source;
		const tree =
			network === 'fasttrack'
				? { hasTree: manner.hasTree === true }
				: manner.hasTree === false || network === 'edonkey'
					? {}
					: { hasTree: true, tth: rootText(this.#content) };
		const alternates = manner.alternates ?? [];
		this.#bench.head(request.fetch, { ...base, from: request.from, to, ...tree, alternates });
	}

	#giveTree(request: FetchRequest, manner: Manner, number: number): void {
		this.trees.push(number);
		const of = manner.treeOf ?? this.#content;
		const trees: Readonly<Record<NetworkName, () => ClaimedTree>> = {
			edonkey: () => ({ kind: 'ed2k', slices: partsOf(of).parts, slice: partSize }),
			fasttrack: () => ({ kind: 'kazaa', slices: kzTreeOf(of).slices, slice: sliceSize(of.length) }),
			gnutella: () => ({ kind: 'tiger', slices: slicesOf(of), slice }),
			opennap: () => assert.fail('OpenNap has no trees'),
		};
		const tree = trees[request.source.network]();
		this.#bench.downloads.onFetchTree(request.fetch, tree);
		this.#bench.downloads.onFetchEnd(request.fetch, '');
	}

	#give(giving: Giving): void {
		const { request, manner, to } = giving;
		if (giving.sent >= (manner.silentAfter ?? Number.POSITIVE_INFINITY)) return;
		const has = Math.max(giving.at, Math.min(to, this.#content.length - (manner.loses ?? 0)));
		const end = Math.min(has, giving.at + (manner.speed ?? 1 << 20));
		const bytes = (manner.content ?? this.#content).subarray(giving.at, end);
		this.sent.push({ source: Number(request.source.host.split('.')[3]), from: giving.at, to: end });
		giving.sent += bytes.length;
		giving.at = end;
		this.#bench.downloads.onFetchBody(request.fetch, bytes);
		if (giving.at < has || !this.#giving.has(request.fetch)) return;
		this.#giving.delete(request.fetch);
		this.#bench.downloads.onFetchEnd(request.fetch, has < to ? 'the source closed: it is done' : '');
	}
}

/** The same bytes with some of them turned around. */
export function spoiled(content: Uint8Array, from: number, to: number): Buffer {
	const copy = Buffer.from(content);
	for (let at = from; at < to; at++) copy[at] = copy[at]! ^ 0xff;
	return copy;
}

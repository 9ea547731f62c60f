/** Clients of eDonkey in a virtual world, with our own server: few lines to build, everything that happens in arrays. */
import { deflateSync } from 'node:zlib';
import { hex } from '../../../src/networks/common/hash.ts';
import { userOf } from '../../../src/networks/edonkey/identity.ts';
import { EDonkey, type Options } from '../../../src/networks/edonkey/index.ts';
import type { ServerAddress } from '../../../src/networks/edonkey/register.ts';
import type {
	Admission,
	AichHash,
	Asker,
	ClaimedTree,
	FetchHead,
	FetchRequest,
	Hit,
	Host,
	PartWish,
	Source,
} from '../../../src/networks/network.ts';
import type { VirtualNet } from '../../../src/world/virtual.ts';
import type { VirtualWorld } from '../../../src/world/virtual-world.ts';
import { byteAt, FakeShares, type FileOf, sha1Of } from '../gnutella/net.ts';
import { SERVER } from './server/net.ts';

export const PORT = 4662;

/** Not a real hash: sixteen bytes that depend on the name. */
export const ed2kOf = (name: string): Uint8Array => sha1Of(name).slice(0, 16);

export interface TestMule {
	readonly ip: string;
	/** Its hash. */
	readonly user: Uint8Array;
	readonly world: VirtualWorld<EDonkey>;
	readonly edonkey: EDonkey;
	readonly shares: FakeShares;
	readonly hits: { search: number; hit: Hit }[];
	readonly ended: { search: number; why: string }[];
	readonly heads: { fetch: number; head: FetchHead }[];
	readonly bytes: Map<number, Uint8Array[]>;
	readonly fetched: { fetch: number; why: string }[];
	readonly remembered: string[];
	readonly trees: ClaimedTree[];
	readonly askers: Asker[];
	/** What was served, in order. */
	readonly blocks: { from: number; to: number }[];
	/** How often it has dialled. */
	readonly dials: number;
	readonly recovered: { wish: PartWish; root: Uint8Array; hashes: readonly AichHash[] }[];
	codes(): string[];
}

export interface MuleOf extends Partial<Omit<Options, 'hash' | 'announce'>> {
	readonly servers?: readonly ServerAddress[];
	readonly files?: readonly FileOf[];
	readonly firewalled?: boolean;
	/** Whether a slot is there; else what an asker is told. */
	admit?: (asker: Asker) => Admission;
	readonly tree?: ClaimedTree;
	/** It packs what it serves. */
	readonly packs?: boolean;
	/** Root of the AICH tree of all its files, and the hashes of one part. */
	readonly aich?: Uint8Array;
	readonly aichOf?: (part: number) => readonly AichHash[] | undefined;
	/** Whether hashes lead to their root. */
	readonly recovered?: () => boolean;
}

/** Knows the server unless it is told other ones. */
export function mule(net: VirtualNet, ip: string, given: MuleOf = {}): TestMule {
	const { files = [], firewalled = false, tree, packs, servers = [SERVER], ...rest } = given;
	const { admit: _a, aich: _b, aichOf: _c, recovered: _d, ...options } = rest;
	const shares = new FakeShares(files.map((file) => ({ ed2k: ed2kOf(file.name), ...file })));
	const made = {
		...{ ip, shares, hits: [], ended: [], heads: [], bytes: new Map(), fetched: [], remembered: [] },
		...{ trees: [], askers: [], blocks: [], recovered: [] },
	} as unknown as { -readonly [K in keyof TestMule]: TestMule[K] };
	const host: Host = {
		shares,
		hit: (search, hit) => void made.hits.push({ search, hit }),
		searchEnded: (search, why) => void made.ended.push({ search, why }),
		admit: (_link, asker) => {
			made.askers.push(asker);
			return given.admit?.(asker) ?? true;
		},
		tree: () => tree,
		aich: () => given.aich,
		aichOf: (_file, part) => given.aichOf?.(part),
		recovered: (wish, root, hashes) => {
			made.recovered.push({ wish, root, hashes });
			return given.recovered?.() ?? true;
		},
		alternates: () => [],
		heard: () => {},
		fetchTree: (_fetch, claim) => void made.trees.push(claim),
		serve: (link, file, from, to, messages) => {
			made.blocks.push({ from, to });
			const of = files[file - 1];
			const bytes = Uint8Array.from(
				{ length: to - from },
				(_, i) => of?.byte?.(from + i) ?? byteAt(from + i),
			);
			const packed = packs && messages!.packs ? deflateSync(bytes) : undefined;
			made.world.send(
				link,
				messages!.of(packed ?? bytes, packed !== undefined, (room) => new Uint8Array(room)),
			);
			// As a pump does: told when all of it has left.
			const look = (): void => {
				if (made.world.queued(link) > 0) net.later(1, look);
				else made.edonkey.served(link, '');
			};
			net.later(1, look);
		},
		fetchHead: (fetch, _link, head) => void made.heads.push({ fetch, head }),
		fetchBody: (fetch, bytes) => {
			made.bytes.set(fetch, [...(made.bytes.get(fetch) ?? []), bytes.slice()]);
		},
		fetchEnd: (fetch, why) => void made.fetched.push({ fetch, why }),
		remember: (address, what) => void made.remembered.push(`${what} ${address.host}`),
	};
	made.world = net.world(
		ip,
		(world) => {
			const user = userOf(world.random(16));
			made.user = user;
			return new EDonkey(world, host, {
				nick: 'test',
				datagramsAbove: 10,
				usable: () => true,
				obfuscation: 'supported',
				...options,
				hash: user,
				announce: { host: ip, port: PORT },
			});
		},
		{ port: PORT, datagramsAbove: 10, firewalled },
	);
	made.edonkey = made.world.network;
	made.dials = 0;
	const dial = made.world.dial.bind(made.world);
	made.world.dial = (to, purpose) => {
		made.dials++;
		return dial(to, purpose);
	};
	made.codes = () => made.world.notices.map((record) => record.code);
	for (const server of servers) made.edonkey.connect(server);
	made.edonkey.start();
	return made;
}

export function fileAt(ip: string, given: Partial<Source> = {}): Source {
	return {
		...{ network: 'edonkey', host: ip, port: PORT, id: '', index: 0, firewalled: false, agent: '' },
		...given,
	} as Source;
}

export function wanted(source: Source, size: number, given: Partial<FetchRequest> = {}): FetchRequest {
	return { fetch: 1, name: 'talk.pdf', ed2k: hex(ed2kOf('talk.pdf')), size, from: 0, source, ...given };
}

/** Whether these bytes of a file came, neither more nor less. */
export function has({ bytes }: TestMule, fetch: number, from: number, to: number): boolean {
	const got = Buffer.concat(bytes.get(fetch) ?? []);
	return got.length === to - from && got.every((byte, i) => byte === byteAt(from + i));
}

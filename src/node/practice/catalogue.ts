/**
 * What the practice neighbourhood shares: harmless files of many kinds, made in memory. Most lie on
 * several nodes, so that a fetch has several sources.
 */
import { createHash } from 'node:crypto';
import { Ed2kHasher, type Ed2kHashes } from '../../library/ed2k-hash.ts';
import { FtHash } from '../../library/fthash.ts';
import { PostingIndex } from '../../library/posting-index.ts';
import { words as wordsOf } from '../../networks/common/words.ts';
import type { SharedFile, Shares } from '../../networks/network.ts';
import * as forms from './forms.ts';

interface Made {
	readonly name: string;
	readonly make: (name: string, bytes: number) => Buffer;
	readonly bytes: number;
	/** Numbers of the nodes of each network that share it. */
	readonly gnutella?: readonly number[];
	readonly edonkey?: readonly number[];
	readonly opennap?: readonly number[];
	readonly fasttrack?: readonly number[];
}

const kilobyte = 1000;
const megabyte = 1000 * kilobyte;

/**
 * Of Gnutella, nodes 0 and 1 are ultrapeers, 2 to 7 are leaves; 7 is the liar and shares nothing honest. What lies in
 * two networks is the same file: whoever knows it by both hashes fetches it from both.
 */
const files: readonly Made[] = [
	{ name: 'Sally port - what it is.txt', make: forms.text, bytes: 6 * kilobyte, gnutella: [0, 2, 4] },
	{ name: 'Sally port of Dover Castle.jpg', make: forms.jpeg, bytes: 420 * kilobyte, gnutella: [2, 3] },
	{ name: 'Sally port, plan and section.png', make: forms.png, bytes: 300 * kilobyte, gnutella: [3, 5] },
	{
		name: 'The Sally Port (castle song).ogg',
		make: forms.ogg,
		bytes: 3.4 * megabyte,
		gnutella: [2, 4, 6],
		edonkey: [0, 1],
	},
	{ name: 'A walk through the sally port.mp4', make: forms.mp4, bytes: 7 * megabyte, gnutella: [4, 5, 6] },
	{
		name: 'Vyncke slides - peer to peer security perspective 2003.pdf',
		make: forms.pdf,
		bytes: 900 * kilobyte,
		gnutella: [1, 3, 6],
		edonkey: [0, 2],
	},
	{ name: 'Vyncke slides, notes.txt', make: forms.text, bytes: 18 * kilobyte, gnutella: [3] },
	{ name: 'Vyncke slides, exercises.zip', make: forms.zip, bytes: 240 * kilobyte, gnutella: [5, 6] },
	{
		name: 'debian-practice-netinst.iso',
		make: forms.iso,
		bytes: 12 * megabyte,
		gnutella: [2, 3, 4, 5, 6],
		edonkey: [0, 1, 2],
	},
	{ name: 'debian handbook for practice.pdf', make: forms.pdf, bytes: 2.1 * megabyte, gnutella: [2, 6] },
	{ name: 'debian release notes.txt', make: forms.text, bytes: 90 * kilobyte, gnutella: [0, 5] },
	{ name: 'debian wallpaper.png', make: forms.png, bytes: 500 * kilobyte, gnutella: [4] },
	{
		name: 'Gnutella protocol 0.4, annotated.pdf',
		make: forms.pdf,
		bytes: 350 * kilobyte,
		gnutella: [0, 1, 2],
	},
	{ name: 'Gnutella topology, a lecture.mp4', make: forms.mp4, bytes: 4 * megabyte, gnutella: [3, 5] },
	{ name: 'Query routing explained.txt', make: forms.text, bytes: 12 * kilobyte, gnutella: [1, 4] },
	{ name: 'Portcullis sounds.ogg', make: forms.ogg, bytes: 1.2 * megabyte, gnutella: [6] },
	{ name: 'Castle ground plans.zip', make: forms.zip, bytes: 1.6 * megabyte, gnutella: [2, 5] },
	{ name: 'Moat and bridge.jpg', make: forms.jpeg, bytes: 640 * kilobyte, gnutella: [4, 6] },
	{ name: 'Harlech at dawn.jpg', make: forms.jpeg, bytes: 380 * kilobyte, gnutella: [3] },
	{ name: 'Conwy walls panorama.png', make: forms.png, bytes: 800 * kilobyte, gnutella: [5] },
	{ name: 'Watchman’s horn.ogg', make: forms.ogg, bytes: 700 * kilobyte, gnutella: [0, 6] },
	{ name: 'Sally port, a donkey at the gate.jpg', make: forms.jpeg, bytes: 460 * kilobyte, edonkey: [0, 2] },
	{
		name: 'eDonkey servers and clients, a lecture.ogg',
		make: forms.ogg,
		bytes: 2.6 * megabyte,
		edonkey: [1, 2],
	},
	{ name: 'A song of the gatekeeper.ogg', make: forms.ogg, bytes: 1.8 * megabyte, opennap: [0, 1] },
	{ name: 'Napster and its servers, a lecture.ogg', make: forms.ogg, bytes: 2.2 * megabyte, opennap: [1, 2] },
	{ name: 'OpenNap, what the server learns.txt', make: forms.text, bytes: 14 * kilobyte, opennap: [0, 2] },
	{ name: 'Sally port, a leaf at the gate.jpg', make: forms.jpeg, bytes: 380 * kilobyte, fasttrack: [0, 2] },
	{
		name: 'Kazaa and its super-nodes, a lecture.ogg',
		make: forms.ogg,
		bytes: 2.4 * megabyte,
		fasttrack: [1, 2],
	},
	{ name: 'FastTrack, what a hash proves.txt', make: forms.text, bytes: 15 * kilobyte, fasttrack: [0, 1] },
	{ name: 'eDonkey hashes and parts.txt', make: forms.text, bytes: 16 * kilobyte, edonkey: [0] },
	{ name: 'Free music sampler.zip', make: forms.zip, bytes: 3 * megabyte, gnutella: [4, 5] },
	{
		name: 'Public domain short film.mp4',
		make: forms.mp4,
		bytes: 3 * megabyte,
		gnutella: [2, 4],
		edonkey: [1, 2],
	},
	{
		name: 'README first.txt',
		make: forms.text,
		bytes: 2 * kilobyte,
		gnutella: [0, 1, 2, 3, 4, 5, 6],
		edonkey: [0, 1, 2],
	},
];

export interface Stock {
	readonly shares: Shares;
	/** The bytes of a shared file. */
	bytes(file: number): Uint8Array | undefined;
	/** By what eDonkey knows it. */
	ed2k(file: number): Ed2kHashes | undefined;
}

/** What the neighbourhood shares, made once for all networks. */
export class Catalogue {
	readonly #contents = new Map<number, Uint8Array>();
	readonly #ed2k = new Map<number, Ed2kHashes>();

	/** The stocks of so many nodes of a network. */
	stocks(network: 'gnutella' | 'edonkey' | 'opennap' | 'fasttrack', count: number): Stock[] {
		const indexes = Array.from({ length: count }, () => new PostingIndex());
		for (const [place, made] of files.entries()) {
			const nodes = made[network] ?? [];
			if (nodes.length === 0) continue;
			const file = this.#file(place + 1, made, network);
			for (const node of nodes) indexes[node]!.add(file);
		}
		const bytes = (file: number) => this.#contents.get(file);
		const ed2k = (file: number) => this.#ed2k.get(file);
		return indexes.map((shares) => ({ shares, bytes, ed2k }));
	}

	#file(id: number, { name, make, bytes }: Made, network: string): SharedFile {
		const content = this.#contents.get(id) ?? make(name, Math.round(bytes));
		this.#contents.set(id, content);
		const file = { id, name, size: content.length, sha1: sha1(content) };
		if (network === 'fasttrack') return { ...file, fthash: fthash(content) };
		if (network !== 'edonkey') return file;
		const hasher = new Ed2kHasher(content.length);
		hasher.update(content);
		const hashes = hasher.finish();
		this.#ed2k.set(id, hashes);
		return { ...file, ed2k: hashes.ed2k };
	}
}

/**
 * A node that has whatever is asked for: to each query it answers with the query's own words and .exe.
 * This is how worms of the time spread. The bytes are text, and run nowhere.
 */
export function liar(): Stock {
	const content = forms.text('This stands for a program that nobody should run', 14_336);
	const hash = sha1(content);
	const answer = (query: string): SharedFile => ({
		id: 1,
		name: `${query}.exe`,
		size: content.length,
		sha1: hash,
	});
	const words = new Set(files.flatMap(({ name }) => wordsOf(name)));
	const shares: Shares = {
		files: 1,
		kilobytes: 14,
		version: 1,
		match: (query) => (query.trim() === '' ? [] : [answer(query.trim())]),
		byId: (id) => (id === 1 ? answer('setup') : undefined),
		bySha1: (wanted) => (Buffer.compare(wanted, hash) === 0 ? answer('setup') : undefined),
		byEd2k: () => undefined,
		byFthash: () => undefined,
		all: () => [answer('setup')],
		words: () => words,
		sha1s: () => [hash],
	};
	return { shares, bytes: (file) => (file === 1 ? content : undefined), ed2k: () => undefined };
}

function fthash(content: Uint8Array): Uint8Array {
	const hasher = new FtHash(content.length);
	hasher.update(content);
	return hasher.digest();
}

function sha1(content: Uint8Array): Uint8Array {
	return new Uint8Array(createHash('sha1').update(content).digest());
}

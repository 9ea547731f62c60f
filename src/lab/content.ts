/**
 * What servents share, in typed arrays: files have ranks, a file of rank r is copied in proportion to 1 / r
 * (Zipf), and a part of the servents shares nothing (free riders: 25 % in Saroiu 2002, 70 % in Adar and
 * Huberman 2000). A file's name is two words; a query for it is the same two words, matched by the node's rule
 * for words; a hit is a real HIT payload. Words have four letters each, so that no word is the beginning of another
 * (routing tables hold beginnings too).
 */
import { words } from '../networks/common/words.ts';
import { encodeHit } from '../networks/gnutella/wire/hit.ts';
import { Chance } from './chance.ts';

export interface ContentSettings {
	/** Different ones: below 26^4. */
	readonly files: number;
	/** Copies of each servent that shares, on average. */
	readonly copies: number;
	/** Share of the servents that share nothing. */
	readonly freeRiders: number;
}

export class Content {
	readonly #starts: Int32Array;
	readonly #shared: Int32Array;
	/** Sum of the weights up to each rank. */
	readonly #sums: Float64Array;

	constructor(nodes: number, settings: ContentSettings, seed: number) {
		const chance = new Chance(seed, 'content');
		this.#sums = zipfSums(settings.files);
		this.#starts = new Int32Array(nodes + 1);
		const shared: number[] = [];
		for (let node = 0; node < nodes; node++) {
			if (!chance.happens(settings.freeRiders)) {
				const count = 1 + chance.below(2 * settings.copies - 1);
				const files = new Set<number>();
				for (let copy = 0; copy < count; copy++) files.add(this.draw(chance));
				shared.push(...files);
			}
			this.#starts[node + 1] = shared.length;
		}
		this.#shared = Int32Array.from(shared);
	}

	/** A file, the popular ones more often: 0 is the most popular. */
	draw(chance: Chance): number {
		const sums = this.#sums;
		const wanted = chance.below(sums[sums.length - 1]);
		let low = 0;
		let high = sums.length - 1;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (sums[middle] > wanted) high = middle;
			else low = middle + 1;
		}
		return low;
	}

	nameOf(file: number): string {
		return `${fourLetters(file)} ${fourLetters(FOUR_LETTERS - 1 - (file % 1000))}`;
	}

	/** Files that this servent shares. */
	filesOf(node: number): Int32Array {
		return this.#shared.subarray(this.#starts[node], this.#starts[node + 1]);
	}

	has(node: number, file: number): boolean {
		return this.filesOf(node).includes(file);
	}

	/** What the servent's routing table says; without the false alarms of a small one. */
	mayAnswer(node: number, text: string): boolean {
		return this.has(node, this.#fileOf(text));
	}

	/** The payload of the servent's HIT for these words; undefined: it has nothing that matches. */
	hit(node: number, text: string): Uint8Array | undefined {
		const file = this.#fileOf(text);
		if (!this.has(node, file)) return undefined;
		const wanted = words(text);
		const name = words(this.nameOf(file));
		if (!wanted.every((word) => name.includes(word))) return undefined;
		return encodeHit({
			address: { host: addressOf(node), port: 6346 },
			speed: 1000,
			records: [{ index: file, size: 4_000_000, name: `${this.nameOf(file)}.mp3` }],
			vendor: 'SALP',
			guid: serventId(node),
		});
	}

	/** Texts that are no file's are nobody's: -1. */
	#fileOf(text: string): number {
		if (!/^[a-z]{4}( |$)/.test(text)) return -1;
		let file = 0;
		for (let at = 0; at < 4; at++) file = file * 26 + text.charCodeAt(at) - 97;
		return file;
	}
}

/** An address in 10.0.0.0/8 for each servent; those that follow each other live in different networks. */
export function addressOf(node: number): string {
	return `10.${node & 255}.${(node >>> 8) & 255}.${(node >>> 16) & 255}`;
}

function serventId(node: number): Uint8Array {
	const guid = new Uint8Array(16);
	new DataView(guid.buffer).setUint32(0, node);
	guid[8] = 0xff;
	return guid;
}

const FOUR_LETTERS = 26 ** 4;

function fourLetters(number: number): string {
	let text = '';
	for (let rest = number, at = 0; at < 4; at++, rest = Math.floor(rest / 26))
		text = String.fromCharCode(97 + (rest % 26)) + text;
	return text;
}

/** Weights 1/r as whole numbers, so that no rounding differs from machine to machine. */
function zipfSums(files: number): Float64Array {
	const sums = new Float64Array(files);
	let sum = 0;
	for (let rank = 1; rank <= files; rank++) {
		sum += Math.floor(0x10_0000 / rank) + 1;
		sums[rank - 1] = sum;
	}
	return sums;
}

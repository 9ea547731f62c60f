/**
 * bzip2, as its format is described (bzip2 1.0.8; Tsai, "BZIP2: Format Specification", 2016): blocks of up
 * to 900,000 bytes, Burrows-Wheeler transformed, move-to-front and Huffman coded. Checksums are not
 * compared: what is looked at is what comes out.
 */
import { Unreadable } from '../entry.ts';
import { Input } from './input.ts';

const BLOCK_SIZE = 100_000;
const LONGEST_CODE = 20;
const GROUP = 50;
/** Words up to this many bits are found at once. */
const SHORT = 10;
const MOST_SELECTORS = 18_002;
const CHUNK = 65_536;

export function* bunzip2(packed: Iterable<Uint8Array>): Generator<Uint8Array> {
	const input = new Input(packed);
	for (let first = true; ; first = false) {
		if (!first && input.peek() !== 0x42) return;
		if (input.bits(24) !== 0x425a68) throw new Unreadable('no bzip2 stream begins here');
		const level = input.bits(8) - 0x30;
		if (level < 1 || level > 9) throw new Unreadable('a bzip2 stream of no known level');
		const cells = new Uint32Array(level * BLOCK_SIZE);
		for (;;) {
			const magic = input.bits(24) * 0x1000000 + input.bits(24);
			input.bits(16);
			input.bits(16);
			if (magic === 0x177245385090) break;
			if (magic !== 0x314159265359) throw new Unreadable('a bzip2 block begins with nonsense');
			yield* block(input, cells);
		}
		input.align();
	}
}

function* block(input: Input, cells: Uint32Array): Generator<Uint8Array> {
	if (input.bits(1) === 1) throw new Unreadable('a bzip2 block of version 0.9.0');
	const start = input.bits(24);
	const { length, counts } = symbols(input, cells);
	if (length === 0) return;
	if (start >= length) throw new Unreadable('a bzip2 block points out of itself');
	let sum = 0;
	for (let i = 0; i < 256; i++) {
		const count = counts[i]!;
		counts[i] = sum;
		sum += count;
	}
	for (let i = 0; i < length; i++) {
		const byte = cells[i]! & 0xff;
		const at = counts[byte]!++;
		cells[at] = (cells[at]! | (i << 8)) >>> 0;
	}
	yield* runs(cells, cells[start]! >>> 8, length);
}

/** Four equal bytes are followed by how many more of them there are. */
function* runs(cells: Uint32Array, first: number, length: number): Generator<Uint8Array> {
	let out = new Uint8Array(CHUNK);
	let given = 0;
	let at = first;
	let last = -1;
	let run = 0;
	for (let i = 0; i < length; i++) {
		const cell = cells[at]!;
		const byte = cell & 0xff;
		at = cell >>> 8;
		let times = 1;
		if (run === 4) {
			times = byte;
			run = 0;
		} else {
			run = byte === last ? run + 1 : 1;
			last = byte;
		}
		if (given + times > CHUNK) {
			yield out.subarray(0, given);
			out = new Uint8Array(CHUNK);
			given = 0;
		}
		out.fill(last, given, given + times);
		given += times;
	}
	if (given > 0) yield out.subarray(0, given);
}

/** Bytes of the block, last column of its transform, into the low 8 bits of the cells; and how often each occurs. */
function symbols(input: Input, cells: Uint32Array): { length: number; counts: Uint32Array } {
	const front = alphabet(input);
	const groups = input.bits(3);
	const selectors = selectorsOf(input, groups);
	const size = front.length + 2;
	const codes = Array.from({ length: groups }, () => new Code(input, size));
	const counts = new Uint32Array(256);
	let length = 0;
	let run = 0;
	let weight = 1;
	for (let group = 0; ; group++) {
		const code = codes[selectors[group] ?? -1];
		if (code === undefined) throw new Unreadable('a bzip2 block has no code for its bytes');
		for (let i = 0; i < GROUP; i++) {
			const symbol = code.next(input);
			if (symbol <= 1) {
				// Runs of the front byte, in digits 1 and 2, the lowest first.
				run += weight << symbol;
				weight *= 2;
				if (run > cells.length) throw new Unreadable('a bzip2 block is longer than its level');
				continue;
			}
			if (run > 0) {
				if (length + run > cells.length) throw new Unreadable('a bzip2 block is longer than its level');
				cells.fill(front[0]!, length, length + run);
				counts[front[0]!] = counts[front[0]!]! + run;
				length += run;
				run = 0;
				weight = 1;
			}
			if (symbol === size - 1) return { length, counts };
			const byte = front[symbol - 1]!;
			front.copyWithin(1, 0, symbol - 1);
			front[0] = byte;
			if (length === cells.length) throw new Unreadable('a bzip2 block is longer than its level');
			cells[length++] = byte;
			counts[byte] = counts[byte]! + 1;
		}
	}
}

/** Bytes that occur, from two layers of bits. */
function alphabet(input: Input): Uint8Array {
	const rows = input.bits(16);
	const used: number[] = [];
	for (let row = 0; row < 16; row++) {
		if ((rows & (0x8000 >> row)) === 0) continue;
		const columns = input.bits(16);
		for (let column = 0; column < 16; column++)
			if ((columns & (0x8000 >> column)) !== 0) used.push(row * 16 + column);
	}
	if (used.length === 0) throw new Unreadable('a bzip2 block has no bytes');
	return Uint8Array.from(used);
}

/** Which code each group of 50 symbols uses, moved to front. */
function selectorsOf(input: Input, groups: number): Uint8Array {
	const count = input.bits(15);
	if (groups < 2 || groups > 6 || count === 0) throw new Unreadable('a bzip2 block has no codes');
	const front = Array.from({ length: groups }, (_, i) => i);
	const selectors = new Uint8Array(Math.min(count, MOST_SELECTORS));
	for (let i = 0; i < count; i++) {
		let place = 0;
		while (input.bits(1) === 1)
			if (++place >= groups) throw new Unreadable('a bzip2 block names a code that it lacks');
		const [chosen] = front.splice(place, 1);
		front.unshift(chosen!);
		if (i < selectors.length) selectors[i] = chosen!;
	}
	return selectors;
}

/** A canonical Huffman code, told by the lengths of its words. */
class Code {
	readonly #symbols: Uint16Array;
	/** By length: words that are shorter or as long, and where their symbols begin. */
	readonly #limits = new Int32Array(LONGEST_CODE + 2);
	readonly #offsets = new Int32Array(LONGEST_CODE + 2);
	/** By the next bits: symbol and length of a short word. 0: it is longer. */
	readonly #short = new Uint16Array(1 << SHORT);

	constructor(input: Input, size: number) {
		const lengths = new Uint8Array(size);
		let length = input.bits(5);
		for (let symbol = 0; symbol < size; symbol++) {
			for (;;) {
				if (length < 1 || length > LONGEST_CODE) throw new Unreadable('a bzip2 code is too long');
				if (input.bits(1) === 0) break;
				length += input.bits(1) === 0 ? 1 : -1;
			}
			lengths[symbol] = length;
		}
		const sorted: number[] = [];
		let word = 0;
		for (let bits = 1; bits <= LONGEST_CODE; bits++) {
			this.#offsets[bits] = sorted.length - word;
			for (let symbol = 0; symbol < size; symbol++) {
				if (lengths[symbol] !== bits) continue;
				sorted.push(symbol);
				if (bits <= SHORT) {
					const from = word << (SHORT - bits);
					this.#short.fill((symbol << 4) | bits, from, from + (1 << (SHORT - bits)));
				}
				word++;
			}
			this.#limits[bits] = word;
			word <<= 1;
		}
		this.#symbols = Uint16Array.from(sorted);
	}

	next(input: Input): number {
		// A word is always followed by at least the end mark and a checksum: more than these bits.
		const short = this.#short[input.look(SHORT)]!;
		if (short !== 0) {
			input.drop(short & 15);
			return short >>> 4;
		}
		let word = input.bits(SHORT);
		for (let bits = SHORT + 1; bits <= LONGEST_CODE; bits++) {
			word = (word << 1) | input.bits(1);
			if (word < this.#limits[bits]!) {
				const symbol = this.#symbols[word + this.#offsets[bits]!];
				if (symbol !== undefined) return symbol;
			}
		}
		throw new Unreadable('bzip2 bits that are no word of their code');
	}
}

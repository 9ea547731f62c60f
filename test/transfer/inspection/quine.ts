/**
 * A gzip file that unpacks to itself, after Russ Cox, "Zip Files All The Way Down" (2010). Its program has two
 * instructions of five bytes: L takes the next bytes as they are, R repeats the last ones. Its own
 * checksum stands in it, twice: a checksum is linear, so that is a system of 32 equations.
 */
import { crc32 } from 'node:zlib';

const UNIT = 5;
/** With a name of one letter: a head of 12 bytes makes a repetition of 17, which fits into an R. */
const head = Buffer.from('1f8b08080000000000036e00', 'hex');
/** An empty last block before the checksum and the size. */
const lastBlock = Buffer.from('010000ffff', 'hex');

export function quine(): Buffer {
	const zero = crcOf(0);
	// Columns: what each bit of the checksum does to the checksum, and to itself.
	const rows = Array.from({ length: 32 }, (_, bit) => {
		const column = (crcOf((1 << bit) >>> 0) ^ zero ^ (1 << bit)) >>> 0;
		return { column, bit };
	});
	let wanted = zero;
	let solution = 0;
	const basis: { column: number; from: number }[] = [];
	for (const { column, bit } of rows) {
		let reduced = column;
		let from = (1 << bit) >>> 0;
		for (const one of basis) {
			if ((reduced ^ one.column) >>> 0 < reduced) {
				reduced = (reduced ^ one.column) >>> 0;
				from = (from ^ one.from) >>> 0;
			}
		}
		if (reduced !== 0) basis.push({ column: reduced, from });
		basis.sort((a, b) => b.column - a.column);
	}
	for (const one of basis) {
		if ((wanted ^ one.column) >>> 0 < wanted) {
			wanted = (wanted ^ one.column) >>> 0;
			solution = (solution ^ one.from) >>> 0;
		}
	}
	if (wanted !== 0) throw new Error('the equations have no solution');
	return written(solution);
}

function crcOf(checksum: number): number {
	return crc32(written(checksum));
}

function written(checksum: number): Buffer {
	const make = (size: number): Buffer => {
		const trailer = Buffer.alloc(8);
		trailer.writeUInt32LE(checksum, 0);
		trailer.writeUInt32LE(size, 4);
		const tail = Buffer.concat([lastBlock, trailer]);
		const [first, last, four] = [head.length + UNIT, tail.length + UNIT, 4 * UNIT];
		const [Ln, Rn, L1, L4, R4] = [take(first), repeat(first), take(UNIT), take(four), repeat(four)];
		const [L0, Lm, Rm] = [take(0), take(last), repeat(last)];
		return Buffer.concat([
			...[head, Ln, head, Ln, Rn, L1, Rn, L1, L1, L4, Rn, L1, L1, L4, R4, L4, R4, L4, R4, L4, R4, L4],
			...[R4, L0, L0, Lm, R4, L0, L0, Lm, Rm, tail, Rm, tail],
		]);
	};
	return make(make(0).length);
}

function take(length: number): Buffer {
	const unit = Buffer.alloc(UNIT);
	unit.writeUInt16LE(length, 1);
	unit.writeUInt16LE(length ^ 0xffff, 3);
	return unit;
}

/** Two copies, of ten bytes at most each, from 17 to 24 bytes back: with the frame of a block, 40 bits. */
function repeat(length: number): Buffer {
	const bits = [0, 1, 0];
	for (const part of [10, length - 10]) {
		bits.push(...word(part - 2, 7), ...word(8, 5));
		for (let i = 0; i < 3; i++) bits.push(((length - 17) >> i) & 1);
	}
	bits.push(...word(0, 7));
	const unit = Buffer.alloc(UNIT);
	bits.forEach((bit, i) => {
		unit[i >> 3] = unit[i >> 3]! | (bit << (i & 7));
	});
	return unit;
}

function word(value: number, length: number): number[] {
	return Array.from({ length }, (_, i) => (value >> (length - 1 - i)) & 1);
}

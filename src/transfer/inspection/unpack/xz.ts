/**
 * xz (The .xz File Format 1.2.1): streams of blocks of LZMA2. Checksums are not compared. A filter for
 * machine code changes a few bytes of it and nothing that matters to a look, so it is not undone.
 */
import { Unreadable } from '../entry.ts';
import { Input } from './input.ts';
import { unlzma2 } from './lzma-streams.ts';

const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0];
/** Section 2.1.1.2: bytes of the check, by its kind. */
const CHECKS = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];
const LZMA2 = 0x21;
const DELTA = 3;
const MOST_RECORDS = 1 << 20;

export function* unxz(packed: Iterable<Uint8Array>): Generator<Uint8Array> {
	const input = new Input(packed);
	for (let first = true; ; first = false) {
		// Streams may follow each other, with zeros between.
		while (!first && input.peek() === 0) input.byte();
		if (!first && input.peek() !== MAGIC[0]) return;
		for (const byte of MAGIC) if (input.byte() !== byte) throw new Unreadable('no xz stream begins here');
		const check = CHECKS[input.bytes(2)[1]! & 15]!;
		input.bytes(4);
		for (;;) {
			const from = input.taken;
			const size = input.byte();
			if (size === 0) {
				index(input, from);
				break;
			}
			yield* block(input, (size + 1) * 4 - 1, check);
		}
		input.bytes(12);
	}
}

function* block(input: Input, headerLeft: number, check: number): Generator<Uint8Array> {
	const header = new Input([input.bytes(headerLeft)]);
	const flags = header.byte();
	if ((flags & 0x3c) !== 0) throw new Unreadable('an xz block of no known kind');
	if ((flags & 0x40) !== 0) number(header);
	if ((flags & 0x80) !== 0) number(header);
	let property: number | undefined;
	for (let i = 0; i <= (flags & 3); i++) {
		const id = number(header);
		const properties = header.bytes(Math.min(number(header), headerLeft));
		if (id === LZMA2) property = properties[0];
		else if (id === DELTA || id > 0x20) throw new Unreadable('an xz filter that is not undone here');
	}
	if (property === undefined) throw new Unreadable('an xz block without LZMA2');
	const from = input.taken;
	yield* unlzma2(input, property);
	input.bytes((4 - ((input.taken - from) % 4)) % 4);
	input.bytes(check);
}

/** Section 4: two numbers for each block, and a checksum. */
function index(input: Input, from: number): void {
	const records = number(input);
	if (records > MOST_RECORDS) throw new Unreadable('an xz index of too many blocks');
	for (let i = 0; i < records * 2; i++) number(input);
	input.bytes((4 - ((input.taken - from) % 4)) % 4);
	input.bytes(4);
}

/** Seven bits a byte, the lowest first. */
function number(input: Input): number {
	let value = 0;
	for (let i = 0; i < 9; i++) {
		const byte = input.byte();
		value += (byte & 0x7f) * 2 ** (7 * i);
		if ((byte & 0x80) === 0) return value;
	}
	throw new Unreadable('a number in xz without an end');
}

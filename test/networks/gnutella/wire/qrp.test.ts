import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import { packBlock } from '../../../../src/networks/common/zlib.ts';
import { decodeQrp, type EntryBits, encodeQrp } from '../../../../src/networks/gnutella/wire/qrp.ts';
import { RouteTableReader, tableMessages } from '../../../../src/networks/gnutella/wire/qrp-patch.ts';
import { hashWord, queryHashes, RouteTable } from '../../../../src/networks/gnutella/wire/qrp-table.ts';

const slotsOf = (bits: number, word: string) => hashWord(word) >>> (32 - bits);
const reset = (slots: number, infinity = 7) => encodeQrp({ kind: 'reset', slots, infinity });
const patch = (data: Uint8Array, entryBits: EntryBits = 8, sequence = 1, count = 1, compressed = false) =>
	encodeQrp({ kind: 'patch', sequence, count, compressed, entryBits, data });

function tableOf(slots: number, names: readonly string[]): RouteTable {
	const table = new RouteTable(slots);
	for (const name of names) table.addText(name);
	return table;
}

function feed(reader: RouteTableReader, messages: Iterable<Uint8Array>) {
	let last: ReturnType<RouteTableReader['take']>;
	for (const message of messages) last = reader.take(message);
	return last;
}

describe('the hash of a word', () => {
	// Vectors of the Query Routing Protocol specification 0.1, section 2.
	test.each([
		['', 13, 0],
		['eb', 13, 6791],
		['ebc', 13, 7082],
		['ebck', 13, 6698],
		['ebckl', 13, 3179],
		['ebcklm', 13, 3235],
		['ebcklme', 13, 6438],
		['ebcklmen', 13, 1062],
		['ebcklmenq', 13, 3527],
		['', 16, 0],
		['n', 16, 65003],
		['nd', 16, 54193],
		['ndf', 16, 4953],
		['ndfl', 16, 58201],
		['ndfla', 16, 34830],
		['ndflal', 16, 36910],
		['ndflale', 16, 34586],
		['ndflalem', 16, 37658],
		['ndflaleme', 16, 45559],
		['ol2j34lj', 10, 318],
		['asdfas23', 10, 503],
		['9um3o34fd', 10, 758],
		['a234d', 10, 281],
		['a3f', 10, 767],
		['3nja9', 10, 581],
		['2459345938032343', 10, 146],
		['7777a88a8a8a8', 10, 342],
		['asdfjklkj3k', 10, 861],
		['adfk32l', 10, 1011],
		['zzzzzzzzzzz', 10, 944],
	])('%j in %d bits is %d', (word, bits, slot) => {
		expect(bits === 0 ? 0 : slotsOf(bits, word)).toBe(slot);
	});

	test('does not see letter case', () => {
		expect(hashWord('FOXtrot')).toBe(hashWord('foxtrot'));
	});
});

describe('a table', () => {
	const table = tableOf(65536, ['Alpha Foxtrot-song.mp3', 'is it on']);

	test('has words of three letters and more, and their prefixes', () => {
		for (const word of ['alpha', 'foxtrot', 'foxtro', 'foxtr', 'foxt', 'fox', 'song', 'son', 'mp3']) {
			expect(table.has(hashWord(word)), word).toBe(true);
		}
		for (const word of ['fo', 'is', 'it', 'on', 'oxtrot', 'tango'])
			expect(table.has(hashWord(word)), word).toBe(false);
		const long = tableOf(65536, ['abcdefghijkl']);
		expect(long.count()).toBe(6);
		expect(long.has(hashWord('abcdefg'))).toBe(true);
		expect(long.has(hashWord('abcdef'))).toBe(false);
	});

	test.each([
		['foxtrot', true],
		['FOXTROT alpha', true],
		['foxtrot tango', false],
		['foxtrot alpha tango', true],
		['foxtrot tango lima', false],
		['foxtrot alpha song tango', true],
		['foxtrot alpha tango lima', false],
		['foxtrot of is', true],
		['tango of is', false],
		['of is', false],
		['', false],
	])('for %j: %s', (text, may) => {
		expect(table.mayMatch(queryHashes(text))).toBe(may);
	});

	test('a urn that is there is enough, one that is not leaves it to the words', () => {
		const urn = 'urn:sha1:WAMGVFNGRXQ7SZDC2D2OUERJ7SOAM2FN';
		const other = new RouteTable(65536);
		other.addUrn(urn);
		expect(other.mayMatch(queryHashes('', [urn.toLowerCase()]))).toBe(true);
		expect(other.mayMatch(queryHashes('nothing of this', [urn]))).toBe(true);
		expect(table.mayMatch(queryHashes('', [urn]))).toBe(false);
		expect(table.mayMatch(queryHashes('foxtrot', [urn]))).toBe(true);
	});

	test('joined with one of any size still finds every word', () => {
		const sizes = fc.constantFrom(64, 1024, 16384, 65536);
		const wordList = fc.array(fc.stringMatching(/^[a-z]{3,9}$/), { maxLength: 12 });
		fc.assert(
			fc.property(sizes, sizes, wordList, wordList, (one, two, left, right) => {
				const joined = tableOf(one, left);
				joined.merge(tableOf(two, right));
				for (const word of [...left, ...right]) expect(joined.mayMatch(queryHashes(word))).toBe(true);
			}),
		);
		const blank = new RouteTable(1024);
		blank.merge(new RouteTable(64));
		expect(blank.count()).toBe(0);
	});

	test('of 65,536 slots is 8 KiB, and a size that is no power of two is our mistake', () => {
		expect(table.bits.byteLength).toBe(8192);
		for (const slots of [0, 4, 1000]) expect(() => new RouteTable(slots)).toThrow();
	});
});

describe('a table on the wire', () => {
	const names = fc.array(fc.stringMatching(/^[a-z]{3,8}( [a-z]{3,8}){0,3}$/), { maxLength: 30 });

	test('arrives whole and then by its changes, in 4 bits and in 1', () => {
		fc.assert(
			fc.property(names, names, fc.constantFrom(1, 4) as fc.Arbitrary<1 | 4>, (before, after, bits) => {
				const reader = new RouteTableReader();
				const first = tableOf(16384, before);
				expect(feed(reader, tableMessages(first, undefined, bits))).toEqual(first);
				const second = tableOf(16384, after);
				const changes = tableMessages(second, first, bits);
				if (changes.length > 0) expect(changes.every((message) => message[0] === 1)).toBe(true);
				else expect(second.equals(first)).toBe(true);
				feed(reader, changes);
				expect(reader.table).toEqual(second);
			}),
			{ numRuns: 40 },
		);
	});

	test('a full table comes in patches of at most 4 KiB, in order', () => {
		const table = new RouteTable(65536);
		for (let i = 0; i < 20_000; i++) table.addWord(`word${i * 7919}`);
		const messages = tableMessages(table, undefined, 4);
		expect(messages.length).toBeGreaterThan(3);
		for (const message of messages) expect(message.length).toBeLessThanOrEqual(4096);
		const reader = new RouteTableReader();
		for (const message of messages.slice(0, -1)) expect(reader.take(message)).toBeUndefined();
		expect(reader.take(messages.at(-1)!)).toEqual(table);
		expect(tableMessages(table, table.clone(), 4)).toEqual([]);
		expect(tableMessages(table, new RouteTable(1024), 4)[0]).toEqual(reset(65536));
	});

	test('8-bit and 4-bit entries: below zero is there, above is gone, zero stays; 1-bit entries flip', () => {
		const reader = new RouteTableReader();
		const data = (bytes: number, ...first: number[]) => {
			const all = new Uint8Array(bytes);
			all.set(first);
			return all;
		};
		feed(reader, [reset(64, 2), patch(data(64, 0xff, 0, 1, 0xfa), 8)]);
		expect(reader.table?.bits[0]).toBe(0b1001_0000);
		feed(reader, [patch(data(32, 0x1f, 0x06), 4)]);
		expect(reader.table?.bits[0]).toBe(0b0100_0000);
		feed(reader, [patch(data(8, 0b1100_0001), 1)]);
		expect(reader.table?.bits[0]).toBe(0b1000_0001);
	});

	test('a patch under way, or one that is refused, leaves the last good table', () => {
		const reader = new RouteTableReader();
		const good = tableOf(64, ['alpha']);
		feed(reader, tableMessages(good, undefined, 4));
		const full = new Uint8Array(64).fill(0xff);
		expect(feed(reader, [reset(64), patch(full.subarray(0, 32), 8, 1, 2)])).toBeUndefined();
		expect(reader.table).toEqual(good);
		expect(reader.take(patch(full, 8, 2, 2))).toMatchObject({ refused: 'gnutella.qrp.size' });
		expect(reader.table).toEqual(good);
		expect(feed(reader, [reset(64), patch(full)])).toMatchObject({ slots: 64 });
		expect(reader.table?.count()).toBe(64);
	});

	const zeros = new Uint8Array(64);
	test.each([
		['a patch before any table', [patch(zeros)], 'gnutella.qrp.sequence'],
		['a patch that begins in the middle', [reset(64), patch(zeros, 8, 2, 2)], 'gnutella.qrp.sequence'],
		[
			'a patch left out',
			[reset(64), patch(zeros.subarray(9), 8, 1, 3), patch(zeros, 8, 3, 3)],
			'gnutella.qrp.sequence',
		],
		[
			'a patch twice',
			[reset(64), patch(zeros.subarray(9), 8, 1, 3), patch(zeros, 8, 1, 3)],
			'gnutella.qrp.sequence',
		],
		[
			'a count that changes',
			[reset(64), patch(zeros.subarray(9), 8, 1, 3), patch(zeros, 8, 2, 4)],
			'gnutella.qrp.sequence',
		],
		[
			'entries that change size',
			[reset(64), patch(zeros.subarray(9), 8, 1, 3), patch(zeros, 4, 2, 3)],
			'gnutella.qrp.sequence',
		],
		['sequence 0', [reset(64), patch(zeros, 8, 0, 1)], 'gnutella.qrp.sequence'],
		['a sequence above its count', [reset(64), patch(zeros, 8, 2, 1)], 'gnutella.qrp.sequence'],
		['a patch longer than its table', [reset(64), patch(new Uint8Array(65))], 'gnutella.qrp.size'],
		['a patch shorter than its table', [reset(64), patch(zeros.subarray(1))], 'gnutella.qrp.size'],
		[
			'a packed patch longer than its table',
			[reset(64), patch(packBlock(new Uint8Array(65)), 8, 1, 1, true)],
			'gnutella.qrp.size',
		],
		[
			'a packed patch that is a bomb',
			[reset(64), patch(packBlock(new Uint8Array(9e6)), 8, 1, 1, true)],
			'gnutella.qrp.size',
		],
		[
			'a packed patch cut short',
			[reset(64), patch(packBlock(zeros).subarray(0, 4), 8, 1, 1, true)],
			'gnutella.qrp.size',
		],
		[
			'a packed patch that is not packed',
			[reset(64), patch(zeros, 8, 1, 1, true)],
			'gnutella.deflate.broken',
		],
		['entries of 2 bits', [reset(64), patch(zeros, 2 as EntryBits)], 'gnutella.qrp.malformed'],
		['an unknown compressor', [reset(64), Uint8Array.of(1, 1, 1, 2, 8)], 'gnutella.qrp.malformed'],
		['an unknown kind', [Uint8Array.of(2, 0, 0)], 'gnutella.qrp.malformed'],
		['nothing', [new Uint8Array(0)], 'gnutella.qrp.malformed'],
		['a patch without its header', [Uint8Array.of(1, 1, 1, 0)], 'gnutella.qrp.malformed'],
		['a reset without infinity', [reset(64).subarray(0, 5)], 'gnutella.qrp.malformed'],
		['infinity 0', [reset(64, 0)], 'gnutella.qrp.malformed'],
		['a table of 65 slots', [reset(65)], 'gnutella.qrp.size'],
		['a table of 4 slots', [reset(4)], 'gnutella.qrp.size'],
		['a table of 2^21 slots', [reset(2 ** 21)], 'gnutella.qrp.size'],
		['a table of 2^31 slots', [reset(2 ** 31)], 'gnutella.qrp.size'],
		['a table of no slots', [reset(0)], 'gnutella.qrp.size'],
	])('%s is refused', (_, messages, code) => {
		const reader = new RouteTableReader();
		expect(feed(reader, messages)).toMatchObject({ refused: code });
		expect(reader.table).toBeUndefined();
	});

	test('any messages give a table, a refusal or nothing', () => {
		const any = fc.oneof(
			fc.uint8Array({ maxLength: 80 }),
			fc.uint8Array({ maxLength: 80 }).map((data) => patch(data, 1, 1, 1, true)),
			fc
				.tuple(fc.uint8Array({ maxLength: 70 }), fc.nat(3), fc.nat(3))
				.map(([data, i, n]) => patch(data, 8, i, n)),
			fc.constant(reset(64)),
		);
		fc.assert(
			fc.property(fc.array(any, { maxLength: 12 }), (messages) => {
				const reader = new RouteTableReader();
				for (const message of messages) {
					const answer = reader.take(message);
					if (answer && !isRefusal(answer)) expect(answer).toBe(reader.table);
				}
			}),
			{ numRuns: 300 },
		);
	});

	test('messages come back', () => {
		expect(decodeQrp(reset(16384, 2))).toEqual({ kind: 'reset', slots: 16384, infinity: 2 });
		const data = Uint8Array.of(1, 2, 3);
		expect(decodeQrp(patch(data, 4, 2, 3, true))).toEqual({
			kind: 'patch',
			sequence: 2,
			count: 3,
			compressed: true,
			entryBits: 4,
			data,
		});
	});
});

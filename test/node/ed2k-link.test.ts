import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { md4, partSize } from '../../src/library/ed2k-hash.ts';
import { hex, unbase32 } from '../../src/networks/common/hash.ts';
import { readEd2kLink } from '../../src/node/ed2k-link.ts';

const ed2k = 'fc21d9af828f92a8df64beac3357425d';
/** Of a file of one exact part of zeros: its part, and an empty one. */
const parts = 'D7DEF262A127CD79096A108E7A9FC138:31D6CFE0D16AE931B73C59D7E0C089C0';
const file = (rest = '/', size: number | string = partSize, name = 'a film.ogv') =>
	`ed2k://|file|${name}|${size}|${ed2k.toUpperCase()}|${rest}`;

describe('a link of eDonkey', () => {
	test('names a file, its size and its hash', () => {
		const expected = { name: 'a film.ogv', size: partSize, ed2k, sources: [] };
		expect(readEd2kLink(file())).toEqual(expected);
		expect(readEd2kLink(file('/', partSize, 'a%20film.ogv'))).toEqual(expected);
		expect(readEd2kLink(file(''))).toEqual(expected);
		expect(readEd2kLink(file().replaceAll('|', '%7C').replace('ed2k', 'ED2K'))).toEqual(expected);
	});

	test('may name sources, of which only addresses are taken, and 50 at most', () => {
		const link = file('/|sources,203.0.113.7:4662,mule.example:4662,[2001:db8::1]:4662,1.2.3.4:0,x|/');
		expect(readEd2kLink(link)).toMatchObject({
			sources: [
				{ host: '203.0.113.7', port: 4662 },
				{ host: '2001:db8::1', port: 4662 },
			],
		});
		const many = Array.from({ length: 200 }, (_, at) => `203.0.113.7:${at + 1}`).join(',');
		expect(readEd2kLink(file(`/|sources,${many}|/`))).toMatchObject({ sources: { length: 50 } });
	});

	test('may have hashes of the parts, which must be those of the file', () => {
		const link = readEd2kLink(file(`h=LUDGCQVWRX3KTAQSNRFLKAFBODA2WF4R|p=${parts}|/`));
		expect(link).toMatchObject({ ed2k, size: partSize });
		expect(hex((link as { parts: Uint8Array }).parts)).toBe(parts.replace(':', '').toLowerCase());
		expect(link).toMatchObject({ aich: hex(unbase32('LUDGCQVWRX3KTAQSNRFLKAFBODA2WF4R')!) });
		expect(readEd2kLink(file('h=LUDGC|/'))).not.toHaveProperty('aich');
		const wrong = 'The hashes of the parts in this link are not those of its file.';
		expect(readEd2kLink(file(`p=${parts.replace('D7', 'D8')}|/`))).toBe(wrong);
		expect(readEd2kLink(file(`p=${parts}:${'0'.repeat(32)}|/`))).toBe(wrong);
		expect(readEd2kLink(file(`p=${parts.slice(0, 40)}|/`))).toBe(wrong);
		// Of a file of one part they say nothing more.
		expect(readEd2kLink(file(`p=${ed2k}|/`, 1000))).not.toHaveProperty('parts');
	});

	test('with a name that is not properly encoded keeps it as it is', () => {
		expect(readEd2kLink(file('/', 5, '100%'))).toMatchObject({ name: '100%' });
	});

	test.each([
		['ed2k://|server|203.0.113.1|4661|/', 'names no file'],
		['ed2k://|serverlist|http://example.org/server.met|/', 'names no file'],
		['ed2k://', 'names no file'],
		['http://example.org/', 'names no file'],
		[file('/', 0), 'no size'],
		[file('/', -1), 'no size'],
		[file('/', '1e3'), 'no size'],
		[file('/', 2 ** 38 + 1), 'no size'],
		[file('/', 5, ' '), 'no usable name'],
		[file('/', 5, 'x'.repeat(1001)), 'no usable name'],
		['ed2k://|file|a|5|fc21|/', 'not 32 hexadecimal digits'],
		[`ed2k://|file|a|5|${'g'.repeat(32)}|/`, 'not 32 hexadecimal digits'],
		['ed2k://|file|', 'no usable name'],
		[`${file()}${'x'.repeat(1 << 20)}`, 'longer than any link'],
	])('that is "%s" is refused with a sentence', (link, why) => {
		expect(readEd2kLink(link)).toContain(why);
	});

	test('of any file is read as it was written', () => {
		const anyFile = fc.record({
			name: fc.string({ minLength: 1, maxLength: 200 }).filter((name) => name.trim() !== ''),
			size: fc.integer({ min: 1, max: 2 ** 38 }),
			hash: fc.uint8Array({ minLength: 16, maxLength: 16 }),
		});
		fc.assert(
			fc.property(anyFile, ({ name, size, hash }) => {
				const link = `ed2k://|file|${encodeURIComponent(name)}|${size}|${hex(hash)}|/`;
				expect(readEd2kLink(link)).toEqual({ name, size, ed2k: hex(hash), sources: [] });
			}),
		);
	});

	test('of parts belongs to its hash whatever they are', () => {
		const anyParts = fc.array(fc.uint8Array({ minLength: 16, maxLength: 16 }), {
			minLength: 2,
			maxLength: 9,
		});
		fc.assert(
			fc.property(anyParts, fc.nat(partSize - 1), (list, rest) => {
				const size = (list.length - 1) * partSize + rest;
				const all = Uint8Array.from(list.flatMap((part) => [...part]));
				const link = `ed2k://|file|a|${size}|${hex(md4(all))}|p=${list.map(hex).join(':')}|/`;
				expect(readEd2kLink(link)).toMatchObject({ parts: all });
			}),
		);
	});

	test('that is nonsense never throws, and gives nothing that is out of bounds', () => {
		const piece = fc.oneof(
			fc.constantFrom(
				'ed2k://|file|',
				'|',
				'/',
				'sources,',
				'p=',
				'h=',
				ed2k,
				':',
				',',
				'%',
				'%7C',
				'9728000',
			),
			fc.string(),
		);
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
				const link = readEd2kLink(`ed2k://|file|${pieces.join('')}`);
				if (typeof link === 'string') return;
				expect(link.size).toBeGreaterThan(0);
				expect(link.size).toBeLessThanOrEqual(2 ** 38);
				expect(link.name.length).toBeLessThanOrEqual(1000);
				expect(link.ed2k).toMatch(/^[0-9a-f]{32}$/);
				expect(link.sources.length).toBeLessThanOrEqual(50);
			}),
			{ numRuns: 1000 },
		);
	});
});

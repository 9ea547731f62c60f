import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import { encodeGgep } from '../../../../src/networks/gnutella/wire/ggep.ts';
import { decodeHit, encodeHit, type HitFields } from '../../../../src/networks/gnutella/wire/hit.ts';
import { sha1Urn } from '../../../../src/networks/gnutella/wire/urn.ts';
import { bytesOf, join } from './pieces.ts';

const guid = Uint8Array.from({ length: 16 }, (_, i) => 16 - i);
const sha1 = Uint8Array.from({ length: 20 }, (_, i) => i * 3);
const tth = Uint8Array.from({ length: 24 }, (_, i) => i * 5);
const address = { host: '1.2.3.4', port: 6346 };
const head = Uint8Array.of(1, 0xca, 0x18, 1, 2, 3, 4, 0, 1, 0, 0);
const number8 = Uint8Array.of(7, 0, 0, 0, 9, 0, 0, 0);

/** A hit with one record, written by hand. */
const raw = (...parts: (string | Uint8Array)[]) =>
	join([head, number8, ...parts.map((part) => (typeof part === 'string' ? bytesOf(part) : part)), guid]);

const endpoint = fc.record({
	host: fc.ipV4().filter((host) => host !== '127.0.0.0'),
	port: fc.integer({ min: 1, max: 65535 }),
});
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const record = fc.record(
	{
		index: fc.integer({ min: 0, max: 0xffffffff }),
		size: fc.oneof(fc.nat(), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
		name: fc.stringMatching(/^[ -~é東]{1,60}$/),
		sha1: bytes(20),
		tth: bytes(24),
		created: fc.integer({ min: 1, max: 0xffffffff }),
		alternates: fc.array(endpoint, { minLength: 1, maxLength: 16 }),
	},
	{ requiredKeys: ['index', 'size', 'name'] },
);
const fields = fc.record({
	address: endpoint,
	speed: fc.integer({ min: 0, max: 0xffffffff }),
	records: fc.array(record, { maxLength: 12 }),
	vendor: fc.constantFrom('SLLY', 'LIME', 'GTKG'),
	flags: fc.record({
		push: fc.boolean(),
		busy: fc.boolean(),
		uploaded: fc.boolean(),
		measured: fc.boolean(),
	}),
	pushProxies: fc.array(endpoint, { maxLength: 8 }),
	browsable: fc.boolean(),
	guid: bytes(16),
});

describe('a hit', () => {
	test('comes back', () => {
		fc.assert(
			fc.property(fields, (hit) => {
				const { records, ...rest } = hit;
				const decoded = decodeHit(encodeHit(hit as HitFields));
				expect(decoded).toMatchObject(rest);
				if (isRefusal(decoded)) return;
				expect(decoded.records.map(({ ggep, ...one }) => one)).toEqual(records);
			}),
		);
	});

	test('from IPv6 comes back', () => {
		const hit = { address: { host: '2001:db8::2', port: 5 }, speed: 1, records: [], vendor: 'SLLY', guid };
		expect(decodeHit(encodeHit(hit))).toMatchObject({ address: hit.address });
	});

	test('of 0.4 ends after its records', () => {
		expect(decodeHit(raw('name\0\0'))).toMatchObject({
			address,
			speed: 256,
			records: [{ index: 7, size: 9, name: 'name' }],
			vendor: '',
			flags: { push: false, busy: false },
			guid,
		});
	});

	test('what a flag byte says counts only where the other one says that it is valid', () => {
		const flags = (known: number, values: number) => raw('n\0\0LIME\x02', Uint8Array.of(known, values));
		expect(decodeHit(flags(0x01, 0x01))).toMatchObject({ flags: { push: true, busy: false } });
		expect(decodeHit(flags(0x01, 0x00))).toMatchObject({ flags: { push: false } });
		expect(decodeHit(flags(0x04, 0x04))).toMatchObject({ flags: { push: false, busy: true } });
		expect(decodeHit(flags(0x00, 0xff))).toMatchObject({
			flags: { busy: false, uploaded: false, measured: false },
		});
	});

	test('of LimeWire has a byte before GGEP and XML behind it', () => {
		const ggep = encodeGgep([['BH', new Uint8Array(0)]]);
		const open = join([bytesOf('LIME\x04'), Uint8Array.of(0x20, 0x20, 6, 0), bytesOf('\x01')]);
		expect(decodeHit(raw('n\0\0', open, ggep, '<\xc3xml>'))).toMatchObject({
			vendor: 'LIME',
			browsable: true,
		});
	});

	test('hashes are found as text, in GGEP H of both kinds, and in TT', () => {
		const h1 = encodeGgep([['H', join([Uint8Array.of(1), sha1])]], { cobs: true });
		const h2 = encodeGgep([['H', join([Uint8Array.of(2), sha1, tth])]], { cobs: true });
		const tt = encodeGgep([['TT', tth]], { cobs: true });
		const record = (...parts: (string | Uint8Array)[]) => {
			const hit = decodeHit(raw('n\0', ...parts, '\0'));
			return isRefusal(hit) ? hit : { sha1: hit.records[0].sha1, tth: hit.records[0].tth };
		};
		expect(record(sha1Urn(sha1))).toEqual({ sha1, tth: undefined });
		expect(record(sha1Urn(sha1), '\x1c', tt)).toEqual({ sha1, tth });
		expect(record(h1)).toEqual({ sha1, tth: undefined });
		expect(record(h2)).toEqual({ sha1, tth });
		expect(record('remark\x1c', h2, '\x1cmore')).toEqual({ sha1, tth });
	});

	test('bytes of a strange vendor do not reach a screen', () => {
		expect(decodeHit(raw('n\0\0\x1b[2J\x00'))).toMatchObject({ vendor: '?[2J' });
	});

	test('compressed extensions of records are not unpacked, whatever they would give', () => {
		const bomb = encodeGgep(
			[
				['X', new Uint8Array(200_000)],
				['TT', tth],
			],
			{ deflate: ['X'] },
		);
		const hit = decodeHit(raw('n\0', bomb, '\0'));
		expect(hit).toMatchObject({ records: [{ name: 'n', tth, ggep: new Map([['TT', tth]]) }] });
	});

	test('sources beyond our bounds are left out', () => {
		const many = Array.from({ length: 40 }, (_, i) => ({ host: '1.2.3.4', port: i + 1 }));
		const hit = decodeHit(
			encodeHit({
				address,
				speed: 0,
				vendor: 'SLLY',
				guid,
				pushProxies: many,
				records: [{ index: 1, size: 1, name: 'n', alternates: many }],
			}),
		);
		if (isRefusal(hit)) throw new Error(hit.refused);
		expect(hit.records[0].alternates).toHaveLength(16);
		expect(hit.pushProxies).toHaveLength(8);
	});

	const large = (length: number) => encodeGgep([['LF', new Uint8Array(length).fill(255)]]);
	test.each([
		['a payload shorter than the fixed parts', head, 'gnutella.hit.malformed'],
		[
			'a count above the records',
			join([Uint8Array.of(2), raw('n\0\0').subarray(1)]),
			'gnutella.hit.malformed',
		],
		['a name without end', raw('name'), 'gnutella.hit.malformed'],
		['extensions without end', raw('n\0urn'), 'gnutella.hit.malformed'],
		['a size that no file has', raw('n\0', large(8), '\0'), 'gnutella.hit.malformed'],
		['open data over the end', raw('n\0\0LIME\xff'), 'gnutella.hit.malformed'],
		['an escape sequence in a name', raw('\x1b]0;owned\x07\0\0'), 'gnutella.text.control'],
		['a line end in a name', raw('a\r\nb\0\0'), 'gnutella.text.control'],
		['a name longer than any file system has', raw(`${'n'.repeat(766)}\0\0`), 'gnutella.text.long'],
		['a broken extension of a record', raw('n\0\xc3\x01\0'), 'gnutella.ggep.malformed'],
		['a broken extension of the whole', raw('n\0\0LIME\x02\x20\x20\xc3\x01'), 'gnutella.ggep.malformed'],
	])('with %s is refused', (_, payload, code) => {
		expect(decodeHit(payload)).toMatchObject({ refused: code });
	});

	test('cut anywhere it is refused or another hit, never read beyond its end', () => {
		const whole = encodeHit({
			address,
			speed: 1,
			vendor: 'SLLY',
			guid,
			browsable: true,
			records: [{ index: 1, size: 2, name: 'song.mp3', sha1, tth }],
		});
		for (let length = 0; length < whole.length; length++) {
			const hit = decodeHit(whole.slice(0, length));
			if (!isRefusal(hit)) expect(hit.guid).toEqual(whole.slice(length - 16, length));
		}
	});

	test('any bytes give a hit or a refusal', () => {
		const tail = fc.uint8Array({ maxLength: 150 });
		fc.assert(
			fc.property(tail, fc.nat(4), (end, count) => {
				decodeHit(end);
				decodeHit(join([Uint8Array.of(count), head.subarray(1), number8, bytesOf('n\0'), end]));
			}),
			{ numRuns: 500 },
		);
	});

	test('what no reader takes is our mistake', () => {
		const hit = { address, speed: 0, vendor: 'SLLY', guid, records: [] };
		expect(() => encodeHit({ ...hit, vendor: 'TOOLONG' })).toThrow();
		expect(() => encodeHit({ ...hit, guid: guid.subarray(1) })).toThrow();
		expect(() =>
			encodeHit({ ...hit, records: new Array(256).fill({ index: 1, size: 1, name: 'n' }) }),
		).toThrow();
		expect(() => encodeHit({ ...hit, records: [{ index: 1, size: 1, name: 'a\0b' }] })).toThrow();
		expect(() => encodeHit({ ...hit, address: { host: 'name.example', port: 1 } })).toThrow();
	});
});

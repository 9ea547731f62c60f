import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import { encodeGgep } from '../../../../src/networks/gnutella/wire/ggep.ts';
import { decodeQuery, encodeQuery, queryText } from '../../../../src/networks/gnutella/wire/query.ts';
import { bitprintUrn, parseUrn, sha1Urn } from '../../../../src/networks/gnutella/wire/urn.ts';
import { bytesOf, join } from './pieces.ts';

const urn = 'urn:sha1:wamgvfngrxq7szdc2d2ouerj7soam2fn';
const payload = (flags: number, text: string) =>
	join([Uint8Array.of(flags >> 8, flags & 255), bytesOf(text)]);

const flags = fc.record({
	firewalled: fc.boolean(),
	xml: fc.boolean(),
	leafGuided: fc.boolean(),
	ggepH: fc.boolean(),
	outOfBand: fc.boolean(),
	fwTransfer: fc.boolean(),
	maxHits: fc.nat(255),
});
const texts = fc.stringMatching(/^[ -~é東]{0,60}$/);
const ggeps = fc
	.uniqueArray(fc.tuple(fc.stringMatching(/^[A-G][A-Z]$/), fc.uint8Array({ maxLength: 30 })), {
		maxLength: 3,
		selector: ([id]) => id,
	})
	.map((list) => new Map(list));

describe('a query', () => {
	test('comes back', () => {
		fc.assert(
			fc.property(flags, texts, fc.boolean(), ggeps, (bits, text, withUrn, ggep) => {
				const urns = withUrn ? [urn] : [];
				const bytes = encodeQuery({ ...bits, text, urns, ggep });
				expect(decodeQuery(bytes)).toMatchObject({ ...bits, text, urns, ggep });
				expect(queryText(bytes)).toBe(text);
			}),
		);
	});

	test('without the mark has a minimum speed, not flags', () => {
		expect(decodeQuery(payload(0x7fff, 'x\0'))).toMatchObject({ flags: 0, firewalled: false, maxHits: 0 });
	});

	test('names content in any case, several names, or in GGEP H', () => {
		const two = 'urn:sha1:HPOS5VYOJBNKEFK3PTXWJBGKA373YY6U';
		const both = [urn, two.toLowerCase()];
		const sha1 = parseUrn(two)!.sha1!;
		const h = encodeGgep([['H', join([Uint8Array.of(1), sha1])]]);
		expect(decodeQuery(payload(0x8000, `\0${urn.toUpperCase()}\x1c${two}\0`))).toMatchObject({ urns: both });
		expect(decodeQuery(join([payload(0x8000, `\0${urn}\x1c`), h]))).toMatchObject({ urns: both });
		expect(decodeQuery(join([payload(0x8000, `\0${two}\x1c`), h]))).toMatchObject({ urns: [both[1]] });
	});

	test('other blocks are passed over: XML, remarks, a bare urn:, a hash of a foreign kind', () => {
		const text = `song\0<?xml version="1.0"?>\x1curn:\x1cremark\x1curn:md5:abc\x1c${urn}\x1c`;
		expect(decodeQuery(payload(0x8000, text))).toMatchObject({ text: 'song', urns: [urn] });
	});

	test('with many urns is read up to our bound', () => {
		const query = decodeQuery(payload(0x8000, `\0${`${urn}\x1c`.repeat(20)}`));
		expect(query).toMatchObject({ urns: new Array(8).fill(urn) });
	});

	test('that is not UTF-8 is read as code page 1252', () => {
		expect(queryText(payload(0x8000, 'caf\xe9\0'))).toBe('café');
	});

	test.each([
		['too short', payload(0, ''), 'gnutella.query.malformed'],
		['without a NUL', payload(0x8000, 'endless'), 'gnutella.query.malformed'],
		['with an escape sequence', payload(0x8000, '\x1b[2J\0'), 'gnutella.text.control'],
		['with a line end', payload(0x8000, 'a\nb\0'), 'gnutella.text.control'],
		['with a text longer than any search', payload(0x8000, `${'a'.repeat(201)}\0`), 'gnutella.text.long'],
	])('%s is refused at both stages', (_, bytes, code) => {
		expect(queryText(bytes)).toMatchObject({ refused: code });
		expect(decodeQuery(bytes)).toMatchObject({ refused: code });
	});

	test('with a broken extension is refused at the second stage', () => {
		expect(decodeQuery(payload(0x8000, 'x\0\xc3\x01'))).toMatchObject({ refused: 'gnutella.ggep.malformed' });
	});

	test('any bytes give a query or a refusal', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
				const text = queryText(bytes);
				const query = decodeQuery(bytes);
				if (isRefusal(text)) expect(query).toEqual(text);
				else if (!isRefusal(query)) expect(query.text).toBe(text);
			}),
			{ numRuns: 500 },
		);
	});

	test('a control character in our own text is our mistake', () => {
		expect(() => encodeQuery({ text: 'a\0b' })).toThrow();
	});
});

describe('names of content', () => {
	const sha1 = Uint8Array.from({ length: 20 }, (_, i) => i * 11);
	const tth = Uint8Array.from({ length: 24 }, (_, i) => i * 7);

	test('are read in the forms that are used', () => {
		expect(parseUrn(sha1Urn(sha1))).toEqual({ sha1 });
		expect(parseUrn(sha1Urn(sha1).replace('urn', 'URN').toLowerCase())).toEqual({ sha1 });
		const bitprint = bitprintUrn(sha1, tth);
		expect(parseUrn(bitprint)).toEqual({ sha1, tth });
		expect(parseUrn(bitprint.replace(/bitprint:.*\./, 'ttroot:'))).toEqual({ tth });
		expect(parseUrn(bitprint.replace(/bitprint:.*\./, 'tree:tiger/:'))).toEqual({ tth });
	});

	test.each([
		'urn:sha1:',
		'urn:sha1:ABC',
		`${urn}a`,
		urn.replace('w', '1'),
		`urn:bitprint:${urn.slice(9)}`,
		`urn:bitprint:${urn.slice(9)}.ABC`,
		`${urn}.ABC`,
		` ${urn}`,
		'urn:md5:abc',
		'x'.repeat(5000),
	])('%j names nothing', (text) => {
		expect(parseUrn(text)).toBeUndefined();
	});
});

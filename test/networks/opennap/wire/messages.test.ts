import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import { ours } from '../../../../src/networks/opennap/limits.ts';
import { encodeFrame, FrameSplitter, FrameWriter } from '../../../../src/networks/opennap/wire/frames.ts';
import { decodeHost, encodeHost } from '../../../../src/networks/opennap/wire/host.ts';
import { decodeLogin } from '../../../../src/networks/opennap/wire/login.ts';
import { isNick } from '../../../../src/networks/opennap/wire/nick.ts';
import { beginsWithSize, decodeGreeting } from '../../../../src/networks/opennap/wire/peer.ts';
import { raw, rawBytes, rawOf, readable } from '../../../../src/networks/opennap/wire/raw.ts';
import { decodeResult, decodeSearch, lineOfResult } from '../../../../src/networks/opennap/wire/search.ts';
import {
	decodeShare,
	decodeShareMedia,
	encodeShare,
	Share,
} from '../../../../src/networks/opennap/wire/share.ts';
import { decodeMeeting, encodeMeeting } from '../../../../src/networks/opennap/wire/transfer.ts';
import { Type } from '../../../../src/networks/opennap/wire/types.ts';
import { kinds, md5, someMeeting, someResult } from './kinds.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
/** A path in any bytes but the quote that ends it and the sign that ends C strings. */
const paths = fc
	.uint8Array({ minLength: 1, maxLength: 200 })
	.map((some) => raw(some.filter((byte) => byte !== 0x22 && byte !== 0)))
	.filter((path) => path !== '');
const numbers = fc.integer({ min: 0, max: 0xffffffff });

describe.each(kinds)('$name', ({ good, decode }) => {
	it('is read', () => {
		expect(decode(good)).toBeDefined();
		expect(isRefusal(decode(good))).toBe(false);
	});

	it('is a value or a refusal, however it is cut or changed', () => {
		for (let length = 0; length < good.length; length++) decode(good.subarray(0, length));
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }), (changes) => {
				const changed = good.slice();
				for (const [at, to] of changes) changed[at % changed.length] = to;
				decode(changed);
			}),
			{ numRuns: 200 },
		);
	});

	it('is a value or a refusal, in any bytes', () => {
		fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (any) => void decode(any)));
	});
});

describe('what is written is read again', () => {
	it('results and meetings, with paths in any bytes', () => {
		fc.assert(
			fc.property(paths, numbers, numbers, (path, size, seconds) => {
				const result = { ...someResult, path, size, seconds };
				expect(decodeResult(rawBytes(lineOfResult(result)))).toEqual(result);
				const meeting = { ...someMeeting, path };
				expect(decodeMeeting(encodeMeeting(meeting))).toEqual(meeting);
			}),
		);
	});

	it('shares of both kinds', () => {
		const share = new Share();
		for (const kind of ['audio', 'image'] as const) {
			const body = encodeShare({ path: 'caf\u00e9 "live".mp3', md5, size: 2 ** 40, kind });
			expect((kind === 'audio' ? decodeShare : decodeShareMedia)(body, share)).toBe(true);
			expect(raw(share.bytes, share.pathFrom, share.pathTo)).toBe("caf\u00e9 'live'.mp3");
			expect([share.size, share.kind]).toEqual([2 ** 40, kind === 'audio' ? 0 : 2]);
			expect([...share.md5]).toEqual([...md5]);
		}
	});

	it('addresses, as numbers that begin with the last byte', () => {
		expect(encodeHost('127.0.0.1')).toBe(16_777_343);
		expect(decodeHost(16_777_343)).toBe('127.0.0.1');
		expect(encodeHost('2001:db8::1')).toBe(0);
	});

	it('raw strings, and what people see of them', () => {
		expect(readable(rawOf('Dvořák'))).toBe('Dvořák');
		expect(readable('caf\u00e9')).toBe('café');
		expect([...rawBytes(raw(md5))]).toEqual([...md5]);
	});
});

describe('what is refused', () => {
	it('nicks that would break a line: opennap.nick.invalid', () => {
		for (const nick of ['', 'a b', 'a"b', '#channel', 'a:b', 'ümlaut', 'x'.repeat(33)])
			expect(isNick(nick)).toBe(false);
		expect(decodeLogin(bytes('n\u00e4me secret 6699 "program" 8'))).toEqual({
			refused: 'opennap.nick.invalid',
		});
	});

	it('searches that nobody would ask: opennap.search.malformed', () => {
		for (const odd of [
			'WHAT "x"',
			'FILENAME IS "x"',
			'BITRATE "MORE" 1',
			'MAX_RESULTS many',
			'FILENAME CONTAINS "x',
		])
			expect(decodeSearch(bytes(odd))).toEqual({ refused: 'opennap.search.malformed' });
		const many = 'FILENAME CONTAINS "x" '.repeat(ours.conditions + 1);
		expect(decodeSearch(bytes(many))).toEqual({ refused: 'opennap.search.malformed' });
	});

	it('sizes that are not the one asked for, and words in their place', () => {
		expect(beginsWithSize(bytes('123456'), 123)).toBe(3);
		expect(beginsWithSize(bytes('12'), 123)).toBeUndefined();
		expect(beginsWithSize(bytes('129'), 123)).toMatchObject({ refused: 'opennap.fetch.size' });
		expect(beginsWithSize(bytes('FILE NOT SHARED'), 123)).toMatchObject({ refused: 'opennap.fetch.size' });
	});

	it('greetings that never end', () => {
		expect(decodeGreeting(bytes('GET'))).toBeUndefined();
		expect(decodeGreeting(bytes('GETanna "a pa'))).toBeUndefined();
		expect(decodeGreeting(bytes(`GETanna "${'x'.repeat(1500)}`))).toMatchObject({
			refused: 'opennap.peers.greeting',
		});
	});
});

describe('frames', () => {
	it('are cut out of a stream in any pieces', () => {
		fc.assert(
			fc.property(fc.array(fc.uint8Array({ maxLength: 60 })), fc.array(fc.nat(40)), (bodies, cuts) => {
				const writer = new FrameWriter();
				bodies.forEach((body, i) => void writer.add(i, raw(body)));
				const stream = writer.done();
				const splitter = new FrameSplitter();
				const found: number[] = [];
				for (let at = 0, turn = 0; at < stream.length; turn++) {
					const to = at + 1 + (cuts[turn % (cuts.length || 1)] ?? 3);
					splitter.push(stream.subarray(at, to));
					for (let next = splitter.next(); next !== undefined; next = splitter.next())
						if (!isRefusal(next)) found.push(next.body.length);
					at = to;
				}
				expect(found).toEqual(bodies.map(({ length }) => length));
			}),
		);
	});

	it('longer than their kind may be are refused before they are read; a directory may be long', () => {
		const splitter = new FrameSplitter();
		splitter.push(Uint8Array.of(0xff, 0xff, 102, 3));
		expect(splitter.next()).toBeUndefined();
		const other = new FrameSplitter();
		other.push(Uint8Array.of(0x01, 0x10, Type.Login, 0));
		expect(other.next()).toMatchObject({ refused: 'opennap.frame.oversized' });
		expect(() => encodeFrame(1, new Uint8Array(70_000))).toThrow(RangeError);
	});
});

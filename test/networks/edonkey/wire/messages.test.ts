import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import { Cursor, Writer } from '../../../../src/networks/edonkey/wire/cursor.ts';
import { hostOf, idOf, isLowId } from '../../../../src/networks/edonkey/wire/endpoint.ts';
import {
	decodeFileStatus,
	decodeMultiPacket,
	encodeFileStatus,
	encodeMultiPacket,
} from '../../../../src/networks/edonkey/wire/files.ts';
import { featuresOf, misc1Of, misc2Of } from '../../../../src/networks/edonkey/wire/hello.ts';
import { decodeIdChange, decodeLogin, encodeLogin } from '../../../../src/networks/edonkey/wire/login.ts';
import {
	decodeRequestParts,
	decodeSendingPart,
	encodeRequestParts,
	encodeSendingPart,
} from '../../../../src/networks/edonkey/wire/parts.ts';
import { decodeAnswerSources, encodeAnswerSources } from '../../../../src/networks/edonkey/wire/peers.ts';
import {
	decodeResults,
	encodeOffers,
	encodeResults,
	Offer,
} from '../../../../src/networks/edonkey/wire/records.ts';
import {
	decodeAnswers,
	decodeDatagramAsked,
	decodeDescription,
	decodeStatus,
	encodeDatagramAsked,
	encodeDescription,
} from '../../../../src/networks/edonkey/wire/server-datagrams.ts';
import { decodeGetSources, encodeGetSources } from '../../../../src/networks/edonkey/wire/sources.ts';
import { decodeTags, encodeTags } from '../../../../src/networks/edonkey/wire/tags.ts';
import { hash, kinds, someRecord } from './kinds.ts';

const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const u16 = fc.integer({ min: 0, max: 0xffff });

describe.each(kinds)('$name', ({ good, decode }) => {
	it('is read', () => expect(decode(good)).not.toHaveProperty('refused'));

	it('is a value or a refusal, however it is cut', () => {
		for (let length = 0; length < good.length; length++) decode(good.subarray(0, length));
	});

	it('is a value or a refusal, whatever is changed', () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }), (changes) => {
				const changed = good.slice();
				for (const [at, to] of changes) if (changed.length > 0) changed[at % changed.length] = to;
				decode(changed);
			}),
			{ numRuns: 100 },
		);
	});

	it('reads nothing outside of its slice', () => {
		const outside = new Uint8Array(good.length + 64).fill(0x41);
		outside.set(good, 32);
		expect(decode(outside.subarray(32, 32 + good.length))).toEqual(decode(good));
	});
});

describe('tags', () => {
	const value = fc.oneof(
		u32,
		fc.integer({ min: 0x1_0000_0000, max: 2 ** 50 }),
		fc.string({ maxLength: 40 }),
		fc.boolean(),
		fc.uint8Array({ maxLength: 40 }),
	);
	const name = fc.oneof(fc.integer({ min: 1, max: 255 }), fc.string({ minLength: 2, maxLength: 12 }));

	it('come back in both styles', () => {
		fc.assert(
			fc.property(fc.array(fc.record({ name, value }), { maxLength: 20 }), fc.boolean(), (tags, short) => {
				const writer = new Writer();
				encodeTags(writer, tags, short);
				expect(decodeTags(new Cursor(writer.done()))).toEqual(tags);
			}),
		);
	});

	it('of a type that nobody knows end the message: a length is never guessed', () => {
		for (const type of [0x00, 0x0c, 0x10, 0x21, 0x7f, 0xff])
			expect(decodeTags(new Cursor(Uint8Array.of(1, 0, 0, 0, type, 1, 0, 1, 5, 5, 5, 5)))).toMatchObject({
				refused: 'edonkey.tags.malformed',
			});
	});

	it('of a name that nobody knows are read over', () => {
		const bytes = Uint8Array.of(2, 0, 0, 0, 0x89, 0xef, 7, 0x88, 2, 1, 1);
		expect(decodeTags(new Cursor(bytes))).toEqual([
			{ name: 0xef, value: 7 },
			{ name: 2, value: 257 },
		]);
	});

	it('are never many, and never long', () => {
		expect(decodeTags(new Cursor(Uint8Array.of(33, 0, 0, 0)))).toHaveProperty('refused');
		const long = Uint8Array.of(1, 0, 0, 0, 0x87, 1, 255, 255, 255, 255);
		expect(decodeTags(new Cursor(long))).toHaveProperty('refused');
	});

	it('have all the types of aMule', () => {
		const bytes = new Writer()
			.u32(5)
			.put(Uint8Array.of(0x84, 1, 0, 0, 0x80, 0x3f, 0x85, 2, 1, 0x86, 3, 9, 0, 1, 2, 0x8a, 4, 2, 7, 7))
			.put(Uint8Array.of(0x93, 3, 0x44, 0x6f, 0x63))
			.done();
		expect(decodeTags(new Cursor(bytes))).toEqual([
			{ name: 1, value: 1 },
			{ name: 2, value: true },
			{ name: 3, value: Uint8Array.of(1, 2) },
			{ name: 4, value: Uint8Array.of(7, 7) },
			{ name: 3, value: 'Doc' },
		]);
	});
});

describe('ids', () => {
	it('are addresses in network order, or numbers below 2^24', () => {
		expect(idOf('203.0.113.2')).toBe(0x027100cb);
		expect(hostOf(0x027100cb)).toBe('203.0.113.2');
		expect(isLowId(0xffffff)).toBe(true);
		expect(isLowId(idOf('1.0.0.1'))).toBe(false);
		expect(isLowId(idOf('203.0.113.0'))).toBe(true);
	});
});

it('a login comes back', () => {
	fc.assert(
		fc.property(sixteen, u16, fc.string({ maxLength: 50 }), u32, (user, port, name, capabilities) => {
			const login = { hash: user, id: 0, port, name, capabilities, muleVersion: 7 };
			expect(decodeLogin(encodeLogin(login))).toEqual({ ...login, version: 0x3c });
		}),
	);
});

it('an id change of any age is read: 4, 8, 12 or 20 bytes', () => {
	const all = Uint8Array.of(5, 0, 0, 0, 0x59, 1, 0, 0, 0x35, 0x12, 0, 0, 9, 0, 0, 0, 3, 0, 0, 0);
	expect(decodeIdChange(all.subarray(0, 4))).toEqual({ id: 5, flags: 0 });
	expect(decodeIdChange(all.subarray(0, 8))).toEqual({ id: 5, flags: 0x159 });
	expect(decodeIdChange(all.subarray(0, 12))).toEqual({ id: 5, flags: 0x159 });
	expect(decodeIdChange(all)).toEqual({ id: 5, flags: 0x159, seen: 9, obfuscatedPort: 3 });
});

describe('file records', () => {
	it('come back in both styles', () => {
		for (const short of [false, true])
			expect(decodeResults(encodeResults([someRecord], true, short))).toEqual({
				records: [someRecord],
				more: true,
			});
	});

	it('say the same where nothing is made of them', () => {
		for (const short of [false, true]) {
			const body = encodeOffers([someRecord], short);
			const cursor = new Cursor(body, 4);
			const offer = new Offer();
			expect(offer.read(cursor)).toBe(true);
			expect(offer).toMatchObject({ size: someRecord.size, type: 1, length: 300, bitrate: 128 });
			expect(Buffer.from(body.subarray(offer.nameFrom, offer.nameTo)).toString()).toBe(someRecord.name);
			expect(body.subarray(offer.hashAt, offer.hashAt + 16)).toEqual(someRecord.hash);
			expect(cursor.left).toBe(0);
		}
	});

	it('larger than 256 GiB are refused', () => {
		const body = encodeResults([{ ...someRecord, size: 2 ** 38 + 1 }], false);
		expect(decodeResults(body)).toMatchObject({ refused: 'edonkey.message.malformed' });
	});

	it('more than 200 are no offer of ours', () => {
		expect(() => encodeOffers(new Array(201).fill(someRecord), true)).toThrow(/200/);
	});
});

describe('sources', () => {
	it('are asked for with the size: four bytes, or a zero and eight', () => {
		expect(encodeGetSources({ hash: hash(1), size: 1000 })).toHaveLength(20);
		expect(encodeGetSources({ hash: hash(1), size: 5e9 })).toHaveLength(28);
		for (const size of [1000, 5e9, undefined]) {
			const asked = size === undefined ? { hash: hash(1) } : { hash: hash(1), size };
			expect(decodeGetSources(encodeGetSources(asked))).toEqual(asked);
		}
	});

	it('of at most 31 files are read from a datagram', () => {
		const asked = Array.from({ length: 40 }, (_, i) => ({ hash: hash(i), size: i % 2 ? 5e9 : 7 }));
		expect(decodeDatagramAsked(0x94, encodeDatagramAsked(asked))).toEqual(asked.slice(0, 31));
	});

	it('are exchanged in all four versions', () => {
		const whole = {
			id: 0x057100cb,
			port: 1,
			server: { host: '1.2.3.4', port: 5 },
			user: hash(2),
			options: 1,
		};
		for (const version of [1, 2, 3, 4]) {
			const { user, options, ...rest } = whole;
			const one = { ...rest, ...(version >= 2 && { user }), ...(version >= 4 && { options }) };
			const made = { version, hash: hash(1), sources: [one] };
			expect(decodeAnswerSources(encodeAnswerSources(made))).toEqual(made);
		}
	});
});

describe('datagrams of servers', () => {
	it('a status of any age is read', () => {
		const all = Uint8Array.from({ length: 40 }, (_, i) => i);
		const fields = (length: number): number => Object.keys(decodeStatus(all.subarray(0, length))).length;
		expect([12, 16, 24, 28, 32, 40].map(fields)).toEqual([3, 4, 6, 7, 8, 11]);
		expect(decodeStatus(all.subarray(0, 11))).toMatchObject({ refused: 'edonkey.datagram.malformed' });
	});

	it('a description is read in the old form and the new', () => {
		for (const challenge of [undefined, 0x1234f0ff]) {
			const made = { ...(challenge !== undefined && { challenge }), name: 'a name', description: 'words' };
			expect(decodeDescription(encodeDescription(made, '17.15'))).toEqual(made);
		}
	});

	it('chained answers are read to the end, or not at all', () => {
		const good = kinds.find(({ name }) => name === 'datagram answers')!.good;
		const twice = Buffer.concat([good, good]);
		expect(decodeAnswers(twice)).toHaveLength(4);
		expect(decodeAnswers(twice.subarray(0, twice.length - 3))).toHaveProperty('refused');
	});
});

describe('parts', () => {
	it('are asked for and sent with 32 and 64 bits', () => {
		const from = fc.integer({ min: 1, max: 2 ** 31 });
		fc.assert(
			fc.property(
				sixteen,
				from,
				fc.uint8Array({ minLength: 1, maxLength: 50 }),
				fc.boolean(),
				(id, at, data, large) => {
					const sent = { hash: id, from: at, to: at + data.length, data };
					expect(decodeSendingPart(encodeSendingPart(sent, large), large)).toEqual(sent);
					const asked = { hash: id, ranges: [{ from: at, to: at + 184_320 }] };
					expect(decodeRequestParts(encodeRequestParts(asked, large), large)).toEqual(asked);
				},
			),
		);
	});

	it('that end before they begin, or are not as long as they say, are refused', () => {
		const made = encodeSendingPart({ hash: hash(1), from: 9, to: 9, data: new Uint8Array(0) }, false);
		expect(decodeSendingPart(made, false)).toMatchObject({ refused: 'edonkey.message.malformed' });
		const short = encodeSendingPart({ hash: hash(1), from: 9, to: 20, data: new Uint8Array(5) }, false);
		expect(isRefusal(decodeSendingPart(short, false))).toBe(true);
	});
});

describe('about a file', () => {
	it('a part status comes back, and all is a count of 0', () => {
		fc.assert(
			fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 100 }), (parts) => {
				expect(decodeFileStatus(encodeFileStatus({ hash: hash(1), parts }))).toEqual({
					hash: hash(1),
					parts,
				});
			}),
		);
		expect([...encodeFileStatus({ hash: hash(1), parts: 'all' }).subarray(16)]).toEqual([0, 0]);
	});

	it('a question that nobody knows ends the message', () => {
		const body = encodeMultiPacket({
			hash: hash(1),
			wantsName: false,
			wantsStatus: true,
			wantsAichRoot: false,
		});
		expect(decodeMultiPacket(body, false, 2)).toMatchObject({ wantsStatus: true });
		expect(decodeMultiPacket(Buffer.concat([body, Uint8Array.of(0x33)]), false, 2)).toHaveProperty('refused');
	});
});

it('what a client can is read from its two numbers and written back', () => {
	const features = featuresOf(0x34133212, 0x438);
	expect(features).toMatchObject({
		...{ aich: 1, unicode: true, udp: 4, compression: 1, secureIdentity: 3, sourceExchange: 3 },
		...{ extendedRequests: 2, comments: 1, multiPacket: true, kad: 8, largeFiles: true },
		...{ extendedMultiPacket: true, sourceExchange2: true, cryptSupported: false },
	});
	expect(misc1Of(features)).toBe(0x34133212);
	expect(misc2Of(features)).toBe(0x438);
});

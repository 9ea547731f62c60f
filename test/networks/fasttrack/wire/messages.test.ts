/** Bodies: golden bytes by hand from the description, everything that we encode is decoded, nothing throws. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import { ours } from '../../../../src/networks/fasttrack/limits.ts';
import { keyOf } from '../../../../src/networks/fasttrack/wire/cipher.ts';
import { Body, Fields } from '../../../../src/networks/fasttrack/wire/fields.ts';
import {
	encodeAnswer,
	encodeHello,
	openName,
	seedOfAnswer,
	seedOfHello,
} from '../../../../src/networks/fasttrack/wire/handshake.ts';
import {
	decodeExternalAddress,
	decodeNodeInfo,
	decodeNodes,
	encodeExternalAddress,
	encodeNodeInfo,
	encodeNodes,
} from '../../../../src/networks/fasttrack/wire/node.ts';
import {
	decodePush,
	decodePushRequest,
	encodePush,
	encodePushRequest,
} from '../../../../src/networks/fasttrack/wire/push.ts';
import { decodeQuery, encodeQuery } from '../../../../src/networks/fasttrack/wire/query.ts';
import {
	decodeReply,
	decodeReplyEnd,
	encodeReply,
	encodeReplyEnd,
} from '../../../../src/networks/fasttrack/wire/reply.ts';
import {
	decodeShare,
	decodeUnshare,
	encodeShare,
	encodeUnshare,
} from '../../../../src/networks/fasttrack/wire/share.ts';
import { nameIn } from '../../../../src/networks/fasttrack/wire/tags.ts';
import { decodeText } from '../../../../src/networks/fasttrack/wire/text.ts';
import { bytesOf, fromHex } from '../../gnutella/wire/pieces.ts';
import { file, Speaker } from '../session.ts';

const malformed = { refused: 'fasttrack.message.malformed' };

const byte = fc.nat(255);
const two = fc.nat(0xffff);
const four = fc.nat(0xffffffff);
const address = fc.record({
	host: fc.tuple(byte, byte, byte, byte).map((parts) => parts.join('.')),
	port: two,
});
/** Text that ends no field: none of the bytes 0, 1 and 2. */
const name = fc
	.string({ unit: 'binary', maxLength: 40 })
	.map((text) => text.replace(/[\0-\x02\ud800-\udfff]/g, 'x'));
const tags = fc
	.array(fc.tuple(fc.nat(300), fc.uint8Array({ maxLength: 200 })), { maxLength: 12 })
	.map((list) => new Map(list));
const record = fc.record({
	hash: fc.uint8Array({ minLength: 20, maxLength: 20 }),
	id: fc.nat(0x3fff),
	size: fc.maxSafeNat(),
	tags,
});

describe('golden bytes', () => {
	it('the hello is that of giFT and mldonkey but for the type they want', () => {
		expect(encodeHello(0x01)).toEqual(fromHex('fa00b62bfacb12383209d21a'));
		// 29, which they ask for, makes of it what both were seen to send.
		const theirs = encodeHello(0x01);
		theirs[11] ^= 0x01 ^ 0x29;
		expect(theirs).toEqual(fromHex('fa00b62bfacb12383209d232'));
		expect(encodeAnswer(0x09)).toEqual(fromHex('000000010a244084'));
		expect(seedOfHello(theirs)).toBe(0xfacb1238);
		expect(seedOfAnswer(encodeAnswer(0x01, 0xdeadbeef))).toBe(0xdeadbeef);
		expect(() => encodeAnswer(0x01, 5)).toThrow(RangeError);
	});

	it('a share, a query, a reply, a push', () => {
		const tail = `${'01'.repeat(20)}a434 82b19640 01 02 01 78`.replace(/ /g, '');
		const one = {
			hash: new Uint8Array(20).fill(1),
			id: 0x1234,
			size: 5_000_000,
			tags: new Map([[2, bytesOf('x')]]),
		};
		expect(encodeShare({ ...one, medium: 1 })).toEqual(fromHex(`00010000${tail}`));
		expect(encodeUnshare(one)).toEqual(fromHex(tail));
		expect(
			encodeQuery({ most: 100, id: 5, realm: 0x3f, terms: [{ compare: 5, tag: 0, value: bytesOf('ab') }] }),
		).toEqual(fromHex('000100640005013f01050002' + '6162'));
		const reply = encodeReply({
			supernode: { host: '203.0.113.1', port: 1214 },
			id: 5,
			results: [
				{ source: { host: '203.0.113.2', port: 1 }, bandwidth: 0x60, user: 'u', networkName: 'n', ...one },
			],
		});
		expect(reply).toEqual(fromHex(`cb00710104be00050001cb00710200016075016e00${tail}`));
		expect(encodePush({ id: 1, requester: { host: '203.0.113.2', port: 2 } })).toEqual(
			fromHex('00000001cb0071020002'),
		);
	});

	it('a result of a user who was named before has 02 for both names', () => {
		const tail = `${'01'.repeat(20)}00000000`;
		const first = `cb00710200016075016e00${tail.slice(0, -2)}`;
		const again = `cb00710200016002${tail.slice(0, -2)}`;
		const other = `cb00710300016002${tail.slice(0, -2)}`;
		const reply = decodeReply(fromHex(`cb00710104be00050003${first}${again}${other}`));
		if (isRefusal(reply)) throw new Error('refused');
		expect(reply.results.map(({ user, networkName }) => `${user} ${networkName}`)).toEqual([
			'u n',
			'u n',
			' ',
		]);
	});

	it('the realm is read without the bit that some programs set', () => {
		const query = decodeQuery(fromHex('0001006400050' + '1bf00'));
		expect(query).toMatchObject({ realm: 0x3f, terms: [] });
	});
});

describe('what we encode we decode', () => {
	it('files', () => {
		fc.assert(
			fc.property(record, byte, (one, medium) => {
				expect(decodeShare(encodeShare({ ...one, medium }))).toEqual({ ...one, medium });
				expect(decodeUnshare(encodeUnshare(one))).toEqual(one);
			}),
		);
	});

	it('queries', () => {
		const term = fc.record({ compare: byte, tag: fc.nat(300), value: fc.uint8Array({ maxLength: 200 }) });
		const query = fc.record({
			most: two,
			id: two,
			realm: fc.nat(0x3f),
			terms: fc.array(term, { maxLength: ours.terms }),
		});
		fc.assert(fc.property(query, (one) => void expect(decodeQuery(encodeQuery(one))).toEqual(one)));
	});

	it('replies', () => {
		const names = { source: address, bandwidth: byte, user: name, networkName: name };
		const result = fc
			.tuple(fc.record(names), record)
			.map(([whose, what]) => ({ ...whose, ...what, tags: what.tags }));
		const reply = fc.record({ supernode: address, id: two, results: fc.array(result, { maxLength: 6 }) });
		fc.assert(fc.property(reply, (one) => void expect(decodeReply(encodeReply(one))).toEqual(one)));
		expect(decodeReplyEnd(encodeReplyEnd(77))).toBe(77);
	});

	it('nodes and pushes', () => {
		const node = fc.record({ address, minutes: byte, load: byte });
		fc.assert(
			fc.property(fc.array(node, { maxLength: 300 }), (nodes) => {
				expect(decodeNodes(encodeNodes(nodes))).toEqual(nodes.slice(0, ours.nodes));
			}),
			{ numRuns: 20 },
		);
		const info = fc.record({ address, bandwidth: byte, user: name });
		fc.assert(fc.property(info, (one) => void expect(decodeNodeInfo(encodeNodeInfo(one))).toEqual(one)));
		const push = fc.record({ id: four, requester: address });
		fc.assert(fc.property(push, (one) => void expect(decodePush(encodePush(one))).toEqual(one)));
		const request = fc.record({
			id: four,
			requester: address,
			target: address,
			supernode: address,
			user: name,
		});
		fc.assert(
			fc.property(request, (one) => void expect(decodePushRequest(encodePushRequest(one))).toEqual(one)),
		);
		expect(decodeExternalAddress(encodeExternalAddress('203.0.113.9'))).toBe('203.0.113.9');
	});

	it('numbers of seven bits a byte, up to 2^53 - 1', () => {
		fc.assert(
			fc.property(fc.maxSafeNat(), (value) => {
				expect(new Fields(new Body().dynamic(value).done()).dynamic()).toBe(value);
			}),
		);
		expect(new Body().dynamic(128).done()).toEqual(Uint8Array.of(0x81, 0x00));
	});

	it('but nothing that the protocol cannot say', () => {
		expect(() => new Body().host('::1')).toThrow(RangeError);
		expect(() => new Body().dynamic(-1)).toThrow(RangeError);
		expect(() => new Body().two(65_536)).toThrow(RangeError);
		expect(() => encodeUnshare({ ...file('x'), hash: new Uint8Array(19) })).toThrow(RangeError);
	});
});

describe('hostile bodies', () => {
	const decoders = [
		decodeShare,
		decodeUnshare,
		decodeQuery,
		decodeReply,
		decodeReplyEnd,
		decodeNodes,
		decodeNodeInfo,
		decodePush,
		decodePushRequest,
		decodeExternalAddress,
	];

	it('are values or refusals', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
				for (const decode of decoders) expect(() => decode(bytes)).not.toThrow();
			}),
			{ numRuns: 500 },
		);
	});

	it('cut anywhere are refused, never read beyond their end', () => {
		const share = encodeShare({ ...file('some name'), medium: 1 });
		for (let length = 0; length < share.length; length++)
			expect(decodeShare(share.subarray(0, length))).toMatchObject(malformed);
		for (const decode of [decodeQuery, decodeReply, decodeReplyEnd, decodePush, decodePushRequest])
			expect(decode(Uint8Array.of(0))).toMatchObject(malformed);
		expect(decodeNodeInfo(new Uint8Array(7))).toMatchObject(malformed);
		expect(decodeExternalAddress(new Uint8Array(3))).toMatchObject(malformed);
		expect(decodeNodes(new Uint8Array(15))).toHaveLength(1);
	});

	it('that promise more than anybody has are refused', () => {
		const many = new Map(Array.from({ length: ours.tags + 1 }, (_, tag) => [tag, new Uint8Array(0)]));
		expect(decodeUnshare(encodeUnshare({ ...file('x'), tags: many }))).toMatchObject(malformed);
		const term = { compare: 5, tag: 0, value: new Uint8Array(0) };
		const terms = Array.from({ length: ours.terms + 1 }, () => term);
		expect(decodeQuery(encodeQuery({ most: 1, id: 1, realm: 1, terms }))).toMatchObject(malformed);
		const reply = encodeReply({ supernode: { host: '203.0.113.1', port: 1 }, id: 1, results: [] });
		new DataView(reply.buffer).setUint16(8, ours.results + 1);
		expect(decodeReply(reply)).toMatchObject(malformed);
		expect(new Fields(new Uint8Array(9).fill(0xff)).dynamic()).toBe(0);
	});

	it('with endless names are refused, and such a file has no name', () => {
		const long = 'x'.repeat(ours.text + 1);
		const source = { host: '203.0.113.1', port: 1 };
		expect(decodeNodeInfo(encodeNodeInfo({ address: source, bandwidth: 1, user: long }))).toMatchObject(
			malformed,
		);
		const push = { id: 1, requester: source, target: source, supernode: source, user: long };
		expect(decodePushRequest(encodePushRequest(push))).toMatchObject(malformed);
		const results = [{ source, bandwidth: 1, user: long, networkName: 'n', ...file('x') }];
		expect(decodeReply(encodeReply({ supernode: source, id: 1, results }))).toMatchObject(malformed);
		expect(nameIn(file(long).tags)).toBe('');
		expect(nameIn(file('song').tags)).toBe('song');
		expect(nameIn(new Map([[4, bytesOf('title')]]))).toBe('title');
	});
});

describe('the name behind the answer', () => {
	const closed = (name: string, type: 0x01 | 0x09 = 0x09) => new Speaker(1, type).name(name);

	it('tells the type', () => {
		for (const type of [0x01, 0x09] as const)
			expect(openName(keyOf(1), closed('KaZaA', type))).toMatchObject({ type, name: 'KaZaA', length: 6 });
	});

	it('may come in pieces', () => {
		const whole = closed('fileshare');
		for (let length = 0; length < whole.length; length++)
			expect(openName(keyOf(1), whole.subarray(0, length))).toBe('more');
		expect(openName(keyOf(1), whole)).toMatchObject({ name: 'fileshare' });
	});

	it('must be that of a network', () => {
		expect(openName(keyOf(1), closed('nobody'))).toBeUndefined();
		expect(openName(keyOf(2), closed('KaZaA'))).toBeUndefined();
	});
});

it('text is UTF-8 where it can be, else Latin-1', () => {
	expect(decodeText(Uint8Array.of(0xc3, 0xa9))).toBe('é');
	expect(decodeText(Uint8Array.of(0xe9))).toBe('é');
});

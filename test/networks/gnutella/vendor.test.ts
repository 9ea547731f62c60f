/** Vendor messages between neighbours, over a recorder: what we say, and what theirs make us do. */
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../src/evidence/refusal.ts';
import { hex } from '../../../src/networks/common/hash.ts';
import { Gnutella } from '../../../src/networks/gnutella/index.ts';
import { encodeGreeting } from '../../../src/networks/gnutella/wire/handshake.ts';
import {
	encodeMessage,
	guidOf,
	MessageSplitter,
	MessageType,
	payloadOf,
	typeOf,
} from '../../../src/networks/gnutella/wire/message.ts';
import { decodePush, encodePush } from '../../../src/networks/gnutella/wire/push.ts';
import { encodeQuery } from '../../../src/networks/gnutella/wire/query.ts';
import { utf8 } from '../../../src/networks/gnutella/wire/text.ts';
import {
	decodeSupported,
	decodeVendor,
	encodeVendor,
	NOBODY,
} from '../../../src/networks/gnutella/wire/vendor.ts';
import { Recorder } from '../../../src/world/recorder.ts';
import { quietHost } from '../../contract/subjects.ts';

const guid = (n: number): Uint8Array => Uint8Array.from({ length: 16 }, (_, i) => (n * 37 + i * 11) & 255);
const remote = { host: '198.51.99.50', port: 40_000 };

function made() {
	const world = new Recorder();
	const gnutella = world.attach(
		new Gnutella(world, quietHost(), {
			role: 'ultrapeer',
			guid: guid(99),
			announce: { host: '198.51.99.1', port: 6346 },
			agent: 'Sallyport/test',
			usable: () => true,
			seeds: [],
			hostCaches: [],
		}),
	);
	gnutella.start();
	const link = (ultrapeer: boolean, port = 40_000, host = '198.51.99.50'): number => {
		const made = world.accept({ host, port });
		const headers: [string, string][] = [
			['X-Ultrapeer', ultrapeer ? 'True' : 'False'],
			['Vendor-Message', '0.2'],
			['X-Query-Routing', '0.2'],
		];
		world.feed(made, encodeGreeting({ kind: 'connect', version: '0.6' }, headers));
		world.takeSent(made);
		world.feed(made, encodeGreeting({ kind: 'status', code: 200, text: 'OK' }));
		return made;
	};
	/** Frames sent on the link since the last look. */
	const frames = (of: number): Uint8Array[] => {
		const splitter = new MessageSplitter(() => 65_536);
		splitter.push(world.takeSent(of));
		const found: Uint8Array[] = [];
		for (let frame = splitter.next(); frame !== undefined && !isRefusal(frame); frame = splitter.next())
			found.push(frame);
		return found;
	};
	const vendors = (of: number) =>
		frames(of)
			.filter((frame) => typeOf(frame) === MessageType.Vendor)
			.map((frame) => {
				const message = decodeVendor(payloadOf(frame));
				if (isRefusal(message)) throw new Error(message.refused);
				return { id: hex(guidOf(frame)), kind: `${message.vendor}/${message.selector}`, data: message.data };
			});
	const say = (to: number, vendor: string, selector: number, data: number[], id = guid(5)): void =>
		world.feed(
			to,
			encodeMessage(
				MessageType.Vendor,
				id,
				1,
				0,
				encodeVendor({ vendor, selector, version: 1, data: Uint8Array.from(data) }),
			),
		);
	return { world, gnutella, link, frames, vendors, say };
}

describe('a neighbour', () => {
	it('is told what we take', () => {
		const { link, vendors } = made();
		const supported = vendors(link(true)).find((message) => message.kind === `${NOBODY}/0`);
		const kinds = decodeSupported(supported!.data);
		expect(isRefusal(kinds) ? [] : kinds.map(({ vendor, selector }) => `${vendor}/${selector}`)).toEqual(
			expect.arrayContaining([
				'BEAR/4',
				'BEAR/7',
				'BEAR/11',
				'BEAR/12',
				'GTKG/7',
				'LIME/5',
				'LIME/21',
				'LIME/22',
			]),
		);
	});

	it('that asks to be dialled is dialled where its link comes from, nowhere else', () => {
		const { world, link, say } = made();
		say(link(true), 'BEAR', 7, [0x39, 0x30]);
		expect(world.dials.map(({ to }) => to)).toEqual([{ host: remote.host, port: 12_345 }]);
	});

	it('that asks for a datagram gets a PING there', () => {
		for (const [vendor, selector, data] of [
			['GTKG', 7, [0x39, 0x30]],
			['LIME', 5, [0x39, 0x30, ...guid(8)]],
		] as const) {
			const { world, link, say } = made();
			say(link(true), vendor, selector, [...data]);
			expect(world.datagrams.map(({ to }) => to)).toEqual([{ host: remote.host, port: 12_345 }]);
			expect(typeOf(world.datagrams[0]!.bytes)).toBe(MessageType.Ping);
		}
	});

	it('cannot make us dial it without end', () => {
		const { world, link, say } = made();
		const one = link(true);
		for (let i = 0; i < 50; i++) say(one, 'BEAR', 7, [i, 0x30]);
		expect(world.dials.length).toBeLessThanOrEqual(5);
		expect(world.notices.map((record) => record.code)).toContain('defence.push.target');
	});

	it('that asks how many answers a search of ours has is told', () => {
		const { world, gnutella, link, frames, vendors, say } = made();
		const one = link(true);
		gnutella.search(1, 'vyncke slides');
		world.flush();
		const query = frames(one).find((frame) => typeOf(frame) === MessageType.Query);
		expect(query).toBeDefined();
		say(one, 'BEAR', 11, [], guidOf(query!));
		expect(vendors(one)).toEqual([
			{ id: hex(guidOf(query!)), kind: 'BEAR/12', data: Uint8Array.from([0, 0]) },
		]);
		say(one, 'BEAR', 11, [], guid(77));
		expect(vendors(one)).toEqual([]);
	});

	it('that limits hops gets no query from further away', () => {
		const { world, link, frames, say } = made();
		const [from, to] = [link(true), link(true, 40_001)];
		const query = (n: number): number => {
			world.feed(
				from,
				encodeMessage(MessageType.Query, guid(n), 3, 1, encodeQuery({ text: `some words ${n}` })),
			);
			return frames(to).filter((frame) => typeOf(frame) === MessageType.Query).length;
		};
		frames(to);
		expect(query(1)).toBe(1);
		say(to, 'BEAR', 4, [1]);
		expect(query(2)).toBe(0);
	});

	it('that is our leaf may have PUSHes passed on to it', () => {
		const { world, link, frames, vendors, say } = made();
		const [leaf, other] = [link(false), link(true, 40_001)];
		vendors(leaf);
		say(leaf, 'LIME', 21, [], guid(42));
		expect(vendors(leaf).map(({ kind, id }) => [kind, id])).toEqual([['LIME/22', hex(guid(42))]]);
		const push = encodePush({ guid: guid(42), index: 3, address: { host: '198.51.99.9', port: 6346 } });
		world.feed(other, encodeMessage(MessageType.Push, guid(6), 2, 0, push));
		expect(frames(leaf).filter((frame) => typeOf(frame) === MessageType.Push)).toHaveLength(1);
	});

	it('that is our leaf gets no PUSHes of another leaf, nor for two servents', () => {
		const { world, link, frames, vendors, say } = made();
		const [leaf, same, other] = [link(false), link(false, 40_001), link(false, 40_002, '198.51.99.66')];
		for (const one of [leaf, same, other]) vendors(one);
		say(leaf, 'LIME', 21, [], guid(42));
		say(other, 'LIME', 21, [], guid(42));
		say(leaf, 'LIME', 21, [], guid(43));
		expect(vendors(other)).toEqual([]);
		expect(world.notices.map(({ code, subject }) => [code, subject])).toEqual([
			['gnutella.proxy.claim', '198.51.99.66:40002'],
			['gnutella.proxy.claim', '198.51.99.50:40000'],
		]);
		// The same host has come back before its old link ended.
		vendors(leaf);
		say(same, 'LIME', 21, [], guid(42));
		const asker = world.accept({ host: '198.51.99.77', port: 50_000 });
		world.feed(
			asker,
			utf8(`GET /gnet/push-proxy?guid=${hex(guid(42))} HTTP/1.1\r\nX-Node: 198.51.99.77:7000\r\n\r\n`),
		);
		const pushes = [leaf, same, other].map((one) =>
			frames(one).filter((frame) => typeOf(frame) === MessageType.Push),
		);
		expect(pushes.map((some) => some.length)).toEqual([0, 1, 0]);
		expect(decodePush(payloadOf(pushes[1]![0]!))).toMatchObject({
			index: 0,
			address: { host: '198.51.99.77', port: 7000 },
		});
	});

	it('that promises to be our push proxy, unasked, is not told to others', () => {
		const { world, link, say } = made();
		say(link(false), 'LIME', 22, [1, 2, 3, 4, 0xca, 0x18]);
		expect(world.notices.map((record) => record.code)).toEqual(['gnutella.proxy.unasked']);
	});

	it('that sends less than a message needs is counted', () => {
		const { world, link, say } = made();
		const one = link(true);
		say(one, 'BEAR', 7, [1]);
		say(one, 'LIME', 5, []);
		expect(world.notices.map((record) => record.code)).toEqual([
			'gnutella.vendor.malformed',
			'gnutella.vendor.malformed',
		]);
	});

	it('may send what we do not know', () => {
		const { world, link, say } = made();
		say(link(true), 'ABCD', 99, [1, 2, 3]);
		expect(world.notices).toEqual([]);
	});
});

import { describe, expect, it } from 'vitest';
import { PcapReader } from '../../../src/watch/capture/pcap.ts';
import { big, bytesOf, joined, little, type Order, readWhole } from './bytes.ts';

const read = (bytes: Uint8Array) => readWhole((sink) => new PcapReader(sink), bytes);

/** Two packets: 3 of 3 bytes on Ethernet at 1,000,000,000.000007 s, and 2 of 60 a second later. */
const expected = [
	{ data: 'aabbcc', wire: 3, link: 1, seconds: 1_000_000_000, microseconds: 7 },
	{ data: 'dead', wire: 60, link: 1, seconds: 1_000_000_001, microseconds: 999_999 },
];

const files = {
	'little-endian, microseconds': `
		d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000
		00ca9a3b 07000000 03000000 03000000 aabbcc
		01ca9a3b 3f420f00 02000000 3c000000 dead`,
	'big-endian, microseconds': `
		a1b2c3d4 0002 0004 00000000 00000000 0000ffff 00000001
		3b9aca00 00000007 00000003 00000003 aabbcc
		3b9aca01 000f423f 00000002 0000003c dead`,
	'little-endian, nanoseconds': `
		4d3cb2a1 0200 0400 00000000 00000000 ffff0000 01000000
		00ca9a3b 3f1f0000 03000000 03000000 aabbcc
		01ca9a3b ffc99a3b 02000000 3c000000 dead`,
	'big-endian, nanoseconds': `
		a1b23c4d 0002 0004 00000000 00000000 0000ffff 00000001
		3b9aca00 00001f3f 00000003 00000003 aabbcc
		3b9aca01 3b9ac9ff 00000002 0000003c dead`,
	'little-endian, modified': `
		34cdb2a1 0200 0400 00000000 00000000 ffff0000 01000000
		00ca9a3b 07000000 03000000 03000000 02000000 0008 00 00 aabbcc
		01ca9a3b 3f420f00 02000000 3c000000 02000000 0008 00 00 dead`,
	'big-endian, modified': `
		a1b2cd34 0002 0004 00000000 00000000 0000ffff 00000001
		3b9aca00 00000007 00000003 00000003 00000002 0800 00 00 aabbcc
		3b9aca01 000f423f 00000002 0000003c 00000002 0800 00 00 dead`,
};

describe('a pcap file', () => {
	it.each(Object.entries(files))('is read: %s', (_name, text) => {
		const { packets, end } = read(bytesOf(text));
		expect(packets).toEqual(expected);
		expect(end).toEqual({ packets: 2, bytes: 5, dropped: 0 });
	});

	it('may hold no packet at all', () => {
		expect(read(little.pcapHeader(0xa1b2c3d4)).end).toEqual({ packets: 0, bytes: 0, dropped: 0 });
	});

	it('may hold packets of no bytes', () => {
		const { packets } = read(joined(big.pcapHeader(0xa1b2c3d4, 113), big.record(5, 6, new Uint8Array(0), 9)));
		expect(packets).toEqual([{ data: '', wire: 9, link: 113, seconds: 5, microseconds: 6 }]);
	});

	it('says in its link field how long frame check sequences are, which is not part of the type', () => {
		const { packets } = read(
			joined(little.pcapHeader(0xa1b2c3d4, 0x5400_0069), little.record(1, 2, bytesOf('00'))),
		);
		expect(packets[0]).toMatchObject({ link: 105 });
	});

	it('has times beyond 2038', () => {
		const { packets } = read(
			joined(little.pcapHeader(0xa1b2c3d4), little.record(0xfedc_ba98, 1, bytesOf('00'))),
		);
		expect(packets[0]).toMatchObject({ seconds: 0xfedc_ba98, microseconds: 1 });
	});

	it('of version 2.3 or before may hold its two lengths in the other order', () => {
		const swapped = joined(big.word(1, 2, 60, 2), bytesOf('dead'));
		const straight = joined(big.word(1, 2, 2, 60), bytesOf('beef'));
		const { packets } = read(joined(big.pcapHeader(0xa1b2c3d4, 1, 3), swapped, straight));
		expect(packets.map(({ data, wire }) => [data, wire])).toEqual([
			['dead', 60],
			['beef', 60],
		]);
	});

	it('that says less on the wire than was captured, or a fraction beyond a second, is mended', () => {
		const wire = little.record(1, 0xffff_ffff, bytesOf('0102'), 1);
		const negative = little.record(1, 1_000_000, bytesOf('0102'), 0x8000_0000);
		const { packets } = read(joined(little.pcapHeader(0xa1b2c3d4), wire, negative));
		expect(packets.map((packet) => [packet.wire, packet.microseconds])).toEqual([
			[2, 999_999],
			[2, 999_999],
		]);
	});
});

describe('a damaged pcap file', () => {
	const orders: [string, Order][] = [
		['little-endian', little],
		['big-endian', big],
	];
	it.each(orders)('stops at a length that no packet has (%s)', (_name, order) => {
		const sound = order.record(1, 2, bytesOf('aa'));
		for (const length of [262_145, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
			const wrong = order.word(1, 2, length, 60);
			const { packets, end } = read(joined(order.pcapHeader(0xa1b2c3d4), sound, wrong, sound, sound));
			expect(packets).toHaveLength(1);
			expect(end).toEqual({
				packets: 1,
				bytes: 1,
				dropped: 0,
				damage:
					`Packet 2 (byte 41) says that ${length} bytes of it were captured: the capture is damaged there, ` +
					'and reading stopped. Everything before it was read.',
			});
		}
	});

	it('takes nothing any more after damage', () => {
		const reader = new PcapReader({ packet: () => expect.unreachable() });
		const bytes = joined(little.pcapHeader(0xa1b2c3d4), little.word(1, 2, -1, 60));
		expect(reader.feed(bytes, 0, bytes.length)).toBe(bytes.length);
		const more = little.record(1, 2, bytesOf('aa'));
		expect(reader.feed(more, 0, more.length)).toBe(more.length);
		expect(reader.finish(more, 0, 0)).toMatchObject({ packets: 0 });
	});

	it('takes a packet of the greatest length', () => {
		const record = little.record(1, 2, new Uint8Array(262_144));
		expect(read(joined(little.pcapHeader(0xa1b2c3d4), record)).end).toEqual({
			packets: 1,
			bytes: 262_144,
			dropped: 0,
		});
	});

	it('that ends in the middle of a packet gives all before it, and says so', () => {
		const sound = little.record(1, 2, bytesOf('aabb'));
		const whole = joined(little.pcapHeader(0xa1b2c3d4), sound, sound);
		for (let cut = 24 + 18 + 1; cut < whole.length; cut++) {
			const { packets, end } = read(whole.subarray(0, cut));
			expect(packets).toHaveLength(1);
			expect(end.damage).toBe(
				'The capture ends in the middle of packet 2 (byte 42): everything before it was read.',
			);
		}
	});

	it('that ends in its header has no packet', () => {
		expect(read(little.pcapHeader(0xa1b2c3d4).subarray(0, 23)).end).toEqual({
			packets: 0,
			bytes: 0,
			dropped: 0,
			damage: 'The capture ends in the middle of its header: there is no packet in it.',
		});
	});
});

import { describe, expect, it } from 'vitest';
import { PcapngReader } from '../../../src/watch/capture/pcapng.ts';
import { big, bytesOf, joined, little, type Order, readWhole } from './bytes.ts';

const read = (...parts: Uint8Array[]) => readWhole((sink) => new PcapngReader(sink), joined(...parts));

const data = bytesOf('aabbcc');
const orders: [string, Order][] = [
	['little-endian', little],
	['big-endian', big],
];

const golden = {
	'little-endian': `
		0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000
		01000000 14000000 0100 0000 00000400 14000000
		06000000 24000000 00000000 7e8d0300 0780c6a4 03000000 3c000000 aabbcc00 24000000`,
	'big-endian': `
		0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c
		00000001 00000014 0001 0000 00040000 00000014
		00000006 00000024 00000000 00038d7e a4c68007 00000003 0000003c aabbcc00 00000024`,
};

describe('a pcapng file', () => {
	it.each(Object.entries(golden))('is read: %s', (_name, text) => {
		expect(read(bytesOf(text))).toEqual({
			packets: [{ data: 'aabbcc', wire: 60, link: 1, seconds: 1_000_000_000, microseconds: 7 }],
			end: { packets: 1, bytes: 3, dropped: 0 },
		});
	});

	it.each(orders)(
		'may have several sections, each with its own byte order and interfaces (%s first)',
		(_n, one) => {
			const other = one.little ? big : little;
			const { packets, end } = read(
				one.section(),
				one.interface(1),
				one.interface(113),
				one.enhanced(1, 5n, data),
				other.section(),
				other.interface(101),
				other.enhanced(0, 6n, data),
			);
			expect(packets.map(({ link, microseconds }) => [link, microseconds])).toEqual([
				[113, 5],
				[101, 6],
			]);
			expect(end).toEqual({ packets: 2, bytes: 6, dropped: 0 });
		},
	);

	it.each(orders)('passes by blocks of kinds that it does not know, long ones too (%s)', (_name, order) => {
		const { packets, end } = read(
			order.section(),
			order.block(0x0bad, new Uint8Array(3_000_000)),
			order.interface(1),
			order.block(4, bytesOf('00000000')),
			order.enhanced(0, 1n, data),
			order.block(0x8000_0001),
		);
		expect(packets).toHaveLength(1);
		expect(end.damage).toBeUndefined();
	});

	it.each(orders)(
		'has simple packets, of its first interface and at the time of the packet before (%s)',
		(_n, order) => {
			const { packets } = read(
				order.section(),
				order.interface(1, 2),
				order.interface(113),
				order.block(3, order.word(3), bytesOf('0102')),
				order.enhanced(1, 3_000_004n, data),
				order.block(3, order.word(9), bytesOf('0304')),
				order.block(3, order.word(1), bytesOf('05')),
			);
			expect(packets).toEqual([
				{ data: '0102', wire: 3, link: 1, seconds: 0, microseconds: 0 },
				{ data: 'aabbcc', wire: 3, link: 113, seconds: 3, microseconds: 4 },
				{ data: '0304', wire: 9, link: 1, seconds: 3, microseconds: 4 },
				{ data: '05', wire: 1, link: 1, seconds: 3, microseconds: 4 },
			]);
		},
	);

	it.each(orders)('has simple packets that are whole where no snap length is given (%s)', (_name, order) => {
		const packet = order.block(3, order.word(3), data);
		expect(read(order.section(), order.interface(1), packet).packets).toMatchObject([
			{ data: 'aabbcc', wire: 3 },
		]);
	});

	it.each(orders)(
		'has packet blocks of the obsolete kind, with drops beside the interface (%s)',
		(_name, order) => {
			const old = order.block(2, order.half(1, 77), order.word(0, 5_000_006, 3, 60), data);
			expect(read(order.section(), order.interface(1), order.interface(228), old)).toEqual({
				packets: [{ data: 'aabbcc', wire: 60, link: 228, seconds: 5, microseconds: 6 }],
				end: { packets: 1, bytes: 3, dropped: 0 },
			});
		},
	);

	it.each(orders)('sums the last drops of each interface, of all sections (%s)', (_name, order) => {
		const drops = (code: number, count: bigint): Uint8Array => order.option(code, order.long(count));
		const section = [
			order.section(),
			order.interface(1),
			order.interface(1),
			order.statistics(0, drops(4, 9999n), drops(5, 1n), drops(7, 2n)),
			order.statistics(0, drops(5, 10n), drops(7, 20n)),
			order.statistics(1, drops(7, 300n), order.option(0, bytesOf()), drops(5, 9999n)),
			order.statistics(2, drops(5, 9999n)),
		];
		expect(read(...section).end.dropped).toBe(330);
		expect(read(...section, ...section).end.dropped).toBe(660);
		const most = order.statistics(0, drops(5, -1n), drops(7, -1n));
		expect(read(...section, most).end.dropped).toBe(Number.MAX_SAFE_INTEGER);
	});

	it.each(orders)('may end a block at a length that is no multiple of four (%s)', (_name, order) => {
		const odd = joined(order.word(6, 35, 0, 0, 9, 3, 3), bytesOf('aabbcc00'), order.word(35));
		const unknown = joined(order.word(0x0bad, 13), bytesOf('01000000'), order.word(13));
		const { packets, end } = read(order.section(), order.interface(1), odd, unknown, odd);
		expect(packets.map((packet) => packet.data)).toEqual(['aabbcc', 'aabbcc']);
		expect(end.damage).toBeUndefined();
	});

	it('ignores options that reach beyond their block', () => {
		for (const options of [joined(little.half(9, 4000), bytesOf('03000000')), little.half(9, 1)]) {
			const described = little.interface(1, 0, options);
			const { packets, end } = read(little.section(), described, little.enhanced(0, 1_000_002n, data));
			expect(packets).toMatchObject([{ seconds: 1, microseconds: 2 }]);
			expect(end.damage).toBeUndefined();
		}
	});
});

describe('the clock of an interface', () => {
	const time = (order: Order, resolution: number, ticks: bigint, offset?: bigint) => {
		const options = [order.option(9, Uint8Array.of(resolution))];
		if (offset !== undefined) options.push(order.option(14, order.long(offset)));
		const { packets } = read(
			order.section(),
			order.interface(1, 0, ...options),
			order.enhanced(0, ticks, data),
		);
		return [packets[0]!.seconds, packets[0]!.microseconds];
	};

	it.each(orders)('counts in powers of ten or of two (%s)', (_name, order) => {
		expect(time(order, 0, 1_700_000_000n)).toEqual([1_700_000_000, 0]);
		expect(time(order, 3, 1_700_000_000_123n)).toEqual([1_700_000_000, 123_000]);
		expect(time(order, 6, 1_700_000_000_123_456n)).toEqual([1_700_000_000, 123_456]);
		expect(time(order, 9, 1_700_000_000_123_456_789n)).toEqual([1_700_000_000, 123_456]);
		expect(time(order, 9, 1_700_000_000_999_999_999n)).toEqual([1_700_000_000, 999_999]);
		expect(time(order, 12, 1_700_000_123_456_789_012n)).toEqual([1_700_000, 123_456]);
		expect(time(order, 0x80, 1_700_000_000n)).toEqual([1_700_000_000, 0]);
		expect(time(order, 0x80 + 10, 1_700_000_000n * 1024n + 512n)).toEqual([1_700_000_000, 500_000]);
		expect(time(order, 0x80 + 32, (1_700_000_000n << 32n) + (1n << 30n))).toEqual([1_700_000_000, 250_000]);
		expect(time(order, 0x80 + 63, (1n << 63n) + (1n << 61n))).toEqual([1, 250_000]);
		expect(time(order, 127, 0xffff_ffff_ffff_ffffn)).toEqual([0, 0]);
		expect(time(order, 0xff, 0xffff_ffff_ffff_ffffn)).toEqual([0, 0]);
	});

	it.each(orders)('may be offset by seconds, forth and back (%s)', (_name, order) => {
		expect(time(order, 6, 5_000_006n, 1_000_000_000n)).toEqual([1_000_000_005, 6]);
		expect(time(order, 9, 5_000_006_000n, -3n)).toEqual([2, 6]);
	});

	it.each(orders)('stays within 32 bits of seconds whatever a capture says (%s)', (_name, order) => {
		expect(time(order, 6, 5_000_006n, -6n)).toEqual([0, 6]);
		expect(time(order, 6, 0xffff_ffff_ffff_ffffn)).toEqual([0xffff_ffff, 551_615]);
		expect(time(order, 6, 0n, 0x7fff_ffff_ffff_ffffn)).toEqual([0xffff_ffff, 0]);
		expect(time(order, 0, 0xffff_ffff_ffff_ffffn)).toEqual([0xffff_ffff, 0]);
	});

	it('divides as exact arithmetic does', () => {
		let seed = 1n;
		for (let i = 0; i < 2000; i++) {
			seed = BigInt.asUintN(64, seed * 6364136223846793005n + 1442695040888963407n);
			const resolution = i % 20;
			const ticks = 10n ** BigInt(resolution);
			const binary = i % 64;
			for (const [code, second] of [
				[resolution, ticks],
				[0x80 + binary, 1n << BigInt(binary)],
			] as const) {
				const near = i % 3 === 0 ? (seed / second) * second - 1n : seed;
				const stamp = BigInt.asUintN(64, near);
				const seconds = stamp / second;
				const micros = Number(((stamp % second) * 1_000_000n) / second);
				expect(time(little, code, stamp)).toEqual([
					Number(seconds > 0xffff_ffffn ? 0xffff_ffffn : seconds),
					micros,
				]);
			}
		}
	});
});

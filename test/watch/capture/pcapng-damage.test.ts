import { describe, expect, it } from 'vitest';
import { PcapngReader } from '../../../src/watch/capture/pcapng.ts';
import { big, bytesOf, joined, little, type Order, readWhole } from './bytes.ts';

const read = (...parts: Uint8Array[]) => readWhole((sink) => new PcapngReader(sink), joined(...parts));

const data = bytesOf('aabbcc');
const orders: [string, Order][] = [
	['little-endian', little],
	['big-endian', big],
];

const stopped = 'the capture is damaged there, and reading stopped. Everything before it was read.';

describe('a damaged pcapng file', () => {
	const begin = (order: Order) => [order.section(), order.interface(1), order.enhanced(0, 1n, data)];

	/** Byte 84: behind a section, an interface and a packet. */
	const damages: [string, (order: Order) => Uint8Array, string][] = [
		[
			'two lengths of a packet',
			(order) => joined(order.word(6, 36, 0, 0, 0, 3, 3, 0), order.word(40)),
			'A block (byte 84) says at its begin that it is 36 bytes long, and 40 at its end',
		],
		[
			'two lengths of an unknown block',
			(order) => order.word(77, 16, 0, 20),
			'A block (byte 96) says at its begin that it is 16 bytes long, and 20 at its end',
		],
		[
			'a block shorter than any',
			(order) => order.word(77, 8, 8),
			'A block (byte 84) says that it is 8 bytes long, which is too short for its kind',
		],
		[
			'a packet shorter than any',
			(order) => order.block(6, order.word(0, 0, 0)),
			'A block (byte 84) says that it is 24 bytes long, which is too short for its kind',
		],
		[
			'a simple packet shorter than any',
			(order) => order.block(3),
			'A block (byte 84) says that it is 12 bytes long, which is too short for its kind',
		],
		[
			'an interface shorter than any',
			(order) => order.block(1, order.word(1)),
			'A block (byte 84) says that it is 16 bytes long, which is too short for its kind',
		],
		[
			'statistics shorter than any',
			(order) => order.block(5, order.word(0)),
			'A block (byte 84) says that it is 16 bytes long, which is too short for its kind',
		],
		[
			'a section shorter than any',
			(order) => joined(order.word(0x0a0d0d0a, 24, 0x1a2b3c4d), new Uint8Array(16)),
			'A block (byte 84) says that it is 24 bytes long, which is too short for its kind',
		],
		[
			'a packet longer than any',
			(order) => order.word(6, 524_292, 0),
			'A block (byte 84) says that it is 524292 bytes long, which none of its kind is',
		],
		[
			'a packet of negative length',
			(order) => order.word(6, 0xffff_fff0, 0),
			'A block (byte 84) says that it is 4294967280 bytes long, which none of its kind is',
		],
		[
			'more captured than its block holds',
			(order) => order.block(6, order.word(0, 0, 0, 5, 5), bytesOf('01020304')),
			'Packet 2 (byte 84) says that 5 bytes of it were captured',
		],
		[
			'a negative number of bytes captured',
			(order) => order.block(6, order.word(0, 0, 0, -1, 5), bytesOf('01020304')),
			'Packet 2 (byte 84) says that 4294967295 bytes of it were captured',
		],
		[
			'more captured than a packet has',
			(order) => order.block(6, order.word(0, 0, 0, 262_145, 262_145), new Uint8Array(262_148)),
			'Packet 2 (byte 84) says that 262145 bytes of it were captured',
		],
		[
			'a simple packet longer than its block',
			(order) => order.block(3, order.word(5), bytesOf('01020304')),
			'Packet 2 (byte 84) says that 5 bytes of it were captured',
		],
		[
			'a packet of an interface that is not there',
			(order) => order.enhanced(1, 0n, data),
			'Packet 2 (byte 84) is of interface 1, which is not described',
		],
		[
			'a packet of an interface of another section',
			(order) => joined(order.section(), order.enhanced(0, 0n, data)),
			'Packet 2 (byte 112) is of interface 0, which is not described',
		],
		[
			'a simple packet without an interface',
			(order) => joined(order.section(), order.block(3, order.word(0))),
			'Packet 2 (byte 112) is of interface 0, which is not described',
		],
		[
			'a section without a byte order',
			(order) => order.block(0x0a0d0d0a, order.word(0x1a2b3c4e), new Uint8Array(12)),
			'A section (byte 84) says no byte order',
		],
	];
	const cases = damages.flatMap(([name, bytes, sentence]) =>
		orders.map(([say, order]) => [`${name}, ${say}`, order, bytes, sentence] as const),
	);

	it.each(cases)('stops at %s', (_name, order, bytes, sentence) => {
		const after = joined(new Uint8Array(64), order.enhanced(0, 1n, data));
		const { packets, end } = read(...begin(order), bytes(order), after);
		expect(packets).toHaveLength(1);
		expect(end).toEqual({ packets: 1, bytes: 3, dropped: 0, damage: `${sentence}: ${stopped}` });
	});

	it('stops at a section of another version', () => {
		const { end } = read(...begin(little), little.section(2));
		expect(end.damage).toBe(
			'A section (byte 84) is of version 2 of pcapng, which is not known: reading stopped there.',
		);
	});

	it('describes no more interfaces than a section may have', () => {
		const many = Buffer.concat(new Array<Uint8Array>(65_536).fill(little.interface(1)));
		const last = little.enhanced(65_535, 1n, data);
		expect(read(little.section(), many, last).end).toMatchObject({ packets: 1 });
		const { end } = read(little.section(), many, little.interface(1), last);
		expect(end.packets).toBe(0);
		expect(end.damage).toBe(`An interface (byte ${28 + 65_536 * 20}) is one more than 65536: ${stopped}`);
	});

	it.each(orders)(
		'that ends in a packet before all its data is there, gives those before it (%s)',
		(_name, order) => {
			const simple = order.block(3, order.word(8), bytesOf('0102030405060708'));
			const old = order.block(2, order.half(0, 0), order.word(0, 0, 8, 60), bytesOf('0102030405060708'));
			const enhanced = order.enhanced(0, 1n, bytesOf('0102030405060708'));
			for (const [block, enough] of [
				[simple, 20],
				[old, 36],
				[enhanced, 36],
			] as const) {
				const whole = joined(...begin(order), block);
				for (let cut = 84 + 4; cut < whole.length; cut++) {
					const { packets, end } = read(whole.subarray(0, cut));
					const all = cut >= 84 + enough;
					expect(packets).toHaveLength(all ? 2 : 1);
					expect(end.packets).toBe(packets.length);
					if (all) expect(packets[1]).toMatchObject({ data: '0102030405060708' });
					expect(end.damage).toBe(
						all
							? 'The capture ends in packet 2 (byte 84), right after its data: everything was read.'
							: 'The capture ends in the middle of packet 2 (byte 84): everything before it was read.',
					);
				}
			}
		},
	);

	it('that ends in another block says so', () => {
		const whole = joined(...begin(little), little.block(77, new Uint8Array(8)));
		for (let cut = 85; cut < whole.length; cut++) {
			const { packets, end } = read(whole.subarray(0, cut));
			expect(packets).toHaveLength(1);
			expect(end.damage).toMatch(/^The capture ends in the middle of a block after packet 1 \(byte \d+\): /);
		}
	});

	it('that ends in its first section has no packet', () => {
		const damage = 'The capture ends in the middle of its header: there is no packet in it.';
		expect(read(little.section().subarray(0, 27)).end).toEqual({ packets: 0, bytes: 0, dropped: 0, damage });
	});
});

/** The flow table and the streams in it, against simple models. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Addresses } from '../../../src/watch/flows/addresses.ts';
import { Flows } from '../../../src/watch/flows/flows.ts';
import { FlowRecord } from '../../../src/watch/flows/record.ts';
import type { EndReason } from '../../../src/watch/flows/table.ts';
import { ethernet, type FrameOf, give, ip } from '../packets.ts';

interface Ended {
	readonly source: number;
	readonly destination: number;
	readonly packets: number;
	readonly why: EndReason;
	readonly serial: number;
}

class Bench {
	readonly ended: Ended[] = [];
	readonly streams: { direction: number; text: string; hole: boolean }[] = [];
	readonly flows: Flows;

	constructor(most = 1 << 16) {
		const record = new FlowRecord();
		this.flows = new Flows(most, (table) => ({
			stream: (_flow, direction, bytes, from, to, _wireLength, hole) =>
				void this.streams.push({
					direction,
					text: Buffer.from(bytes.subarray(from, to)).toString('latin1'),
					hole,
				}),
			datagram: () => {},
			ended: (flow, why) => {
				record.fill(table, flow);
				const { sourcePort, destinationPort, packetsToServer, packetsToClient, serial } = record;
				this.ended.push({
					source: sourcePort,
					destination: destinationPort,
					packets: packetsToServer + packetsToClient,
					why,
					serial,
				});
			},
		}));
	}

	frame(of: FrameOf, seconds = 1000): void {
		give(this.flows, ethernet(ip(of)), seconds);
	}
}

const turned = (of: FrameOf): FrameOf => ({
	...of,
	source: '192.0.2.1',
	destination: '10.0.0.1',
	sourcePort: of.destinationPort!,
	destinationPort: of.sourcePort!,
});

describe('a flow', () => {
	it('is both directions, opened by whoever sent the SYN, even if the answer is seen first', () => {
		const bench = new Bench();
		const there = { sourcePort: 9000, destinationPort: 80 };
		bench.frame({ ...turned(there), flags: 'SA' });
		bench.frame({ ...there, flags: 'A' });
		bench.frame({ protocol: 'udp', sourcePort: 7, destinationPort: 9 });
		bench.flows.end();
		expect(
			bench.ended.map(({ source, destination, packets }) => [source, destination, packets]).sort(),
		).toEqual([
			[7, 9, 1],
			[9000, 80, 2],
		]);
	});

	it('begins anew with a SYN after its end, but a dial that was reset is the same flow when it is tried again', () => {
		const bench = new Bench();
		const talk = { sourcePort: 1, destinationPort: 2 };
		for (const flags of ['S', 'PA', 'FA'])
			bench.frame({ ...talk, flags, payload: flags === 'PA' ? 'x' : '' });
		bench.frame({ ...turned(talk), flags: 'FA' });
		bench.frame({ ...talk, flags: 'S' });
		const dial = { sourcePort: 3, destinationPort: 4 };
		bench.frame({ ...dial, flags: 'S' });
		bench.frame({ ...turned(dial), flags: 'RA' });
		bench.frame({ ...dial, flags: 'S' });
		bench.flows.end();
		expect(bench.ended.map(({ source, packets }) => [source, packets]).sort()).toEqual([
			[1, 1],
			[1, 4],
			[3, 3],
		]);
	});

	it('ends when it was silent for too long, on a clock that never goes back', () => {
		const bench = new Bench();
		bench.frame({ protocol: 'udp', sourcePort: 1 }, 1000);
		bench.frame({ protocol: 'udp', sourcePort: 1 }, 1500);
		bench.frame({ protocol: 'udp', sourcePort: 2 }, 1599);
		expect(bench.ended).toEqual([]);
		bench.frame({ protocol: 'udp', sourcePort: 2 }, 1000);
		bench.frame({ protocol: 'udp', sourcePort: 3 }, 2101);
		expect(bench.ended).toMatchObject([{ source: 1, packets: 2, why: 'timeout' }]);
		bench.frame({ protocol: 'udp', sourcePort: 4 }, 900_000_000);
		expect(bench.ended).toHaveLength(3);
	});

	it('gets the later fragments of its packets; those without a first one are counted', () => {
		const bench = new Bench();
		const more = { protocol: 'udp' as const, sourcePort: 5, destinationPort: 6, payload: 'x'.repeat(24) };
		bench.frame({ ...more, fragment: { id: 7, offset: 0, more: true } });
		bench.frame({ ...more, fragment: { id: 7, offset: 32, more: false } });
		bench.frame({ ...more, fragment: { id: 8, offset: 32, more: false } });
		bench.flows.end();
		expect(bench.ended).toMatchObject([{ source: 5, destination: 6, packets: 2 }]);
		expect(bench.flows.odd[4]).toBe(1);
	});
});

describe('the table', () => {
	it('counts like a simple model, whatever comes, however small it is', () => {
		const step = fc.record({
			port: fc.integer({ min: 1, max: 12 }),
			back: fc.boolean(),
			wait: fc.integer({ min: 0, max: 3 }),
			six: fc.boolean(),
		});
		fc.assert(
			fc.property(fc.array(step, { maxLength: 120 }), fc.constantFrom(4, 16, 1000), (steps, most) => {
				const bench = new Bench(most);
				let now = 1000;
				for (const { port, back, wait, six } of steps) {
					const ends = six ? { source: '2001:db8::1', destination: `2001:db8::${port}` } : {};
					const of: FrameOf = { protocol: 'udp', sourcePort: port, destinationPort: 7000, ...ends };
					bench.frame(back && !six ? turned(of) : of, (now += wait));
				}
				bench.flows.end();
				const { total, evicted, open } = bench.flows.table;
				const sum = bench.ended.reduce((all, { packets }) => all + packets, 0);
				const forced = bench.ended.filter(({ why }) => why === 'forced').length;
				const once = new Set(bench.ended.map(({ serial }) => serial)).size;
				return (
					sum === steps.length &&
					total === bench.ended.length &&
					once === total &&
					evicted === forced &&
					open === 0
				);
			}),
			{ numRuns: 300 },
		);
	});

	it('stays bounded in a flood of flows of one packet, and ends each once', () => {
		const bench = new Bench(10_000);
		const frame = ethernet(ip({ protocol: 'udp', payload: 'x' }));
		const flood = 300_000;
		for (let number = 0; number < flood; number++) {
			frame.set([number >> 16, (number >> 8) & 255, number & 255], 27);
			bench.flows.packet(frame, 0, frame.length, frame.length, 1, 1000 + (number >> 12), 0);
		}
		expect(bench.flows.table.open).toBe(10_000);
		expect(bench.flows.table.evicted).toBe(flood - 10_000);
		expect(bench.flows.table.ints.byteLength).toBeLessThanOrEqual(16_384 * 96);
		bench.flows.end();
		expect(bench.ended).toHaveLength(flood);
	});

	it('takes less than 300 bytes a flow: a million in less than 400 MB', () => {
		const bench = new Bench(1 << 20);
		const frame = ethernet(ip({ protocol: 'udp', payload: 'x' }));
		for (let number = 0; number < 1_000_000; number++) {
			frame.set([number >> 16, (number >> 8) & 255, number & 255], 27);
			bench.flows.packet(frame, 0, frame.length, frame.length, 1, 1000, 0);
		}
		const { table } = bench.flows;
		expect(table.open).toBe(1_000_000);
		// The records, and a chain's head for each.
		expect(table.ints.byteLength / table.open).toBeLessThan(110);
	});
});

describe('addresses of IPv6', () => {
	it('keep their numbers while they are used, like a model', () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 30 })), { maxLength: 200 }),
				(steps) => {
					const addresses = new Addresses();
					const uses = new Map<number, { number: number; count: number }>();
					for (const [use, address] of steps) {
						const known = uses.get(address);
						if (use) {
							const number = addresses.number(0x20010db8, 0, 0, address);
							if (known !== undefined && known.number !== number) return false;
							addresses.use(number);
							uses.set(address, { number, count: (known?.count ?? 0) + 1 });
						} else if (known !== undefined) {
							addresses.release(known.number);
							if (--known.count === 0) uses.delete(address);
						}
						const numbers = new Set([...uses.values()].map(({ number }) => number));
						if (numbers.size !== uses.size) return false;
					}
					return [...uses].every(([address, { number }]) => addresses.word(number, 3) === address);
				},
			),
		);
	});
});

describe('the stream of a direction', () => {
	it('comes in order, once and whole, however its segments come', () => {
		const text = 'The quick brown fox jumps over the lazy dog, again and again.';
		fc.assert(
			fc.property(
				fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 8, maxLength: 20 }),
				fc.integer(),
				fc.integer({ min: 0, max: 0xffffffff }),
				(sizes, seed, first) => {
					const bench = new Bench(16);
					bench.frame({ flags: 'S', sequence: first });
					let at = 0;
					const segments = sizes.map((size) => {
						const from = at;
						at = Math.min(text.length, at + size);
						// Some overlap what came before.
						const begin = Math.max(0, from - (Math.abs(seed + size) % 3));
						return { flags: 'PA', sequence: (first + 1 + begin) >>> 0, payload: text.slice(begin, at) };
					});
					for (let index = 0; index + 1 < segments.length; index += 2)
						if (((seed >> (index % 30)) & 1) === 1)
							[segments[index], segments[index + 1]] = [segments[index + 1]!, segments[index]!];
					for (const segment of segments) {
						bench.frame(segment);
						if (Math.abs(seed) % 5 === 0) bench.frame(segment);
					}
					return (
						bench.streams.map((one) => one.text).join('') === text.slice(0, at) &&
						bench.streams.every(({ hole }) => !hole)
					);
				},
			),
			{ numRuns: 300 },
		);
	});

	it('goes on behind a hole that nobody fills, and says so', () => {
		const bench = new Bench(16);
		bench.frame({ flags: 'S', sequence: 0 });
		bench.frame({ flags: 'PA', sequence: 1, payload: 'one' });
		for (let index = 0; index < 8; index++)
			bench.frame({ flags: 'PA', sequence: 10 + index, payload: String(index) });
		expect(bench.streams.map(({ text, hole }) => `${text}${hole ? '!' : ''}`)).toEqual([
			'one',
			'0!',
			'1',
			'2',
			'3',
			'4',
			'5',
			'6',
			'7',
		]);
	});
});

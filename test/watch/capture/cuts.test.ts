/**
 * Any bytes, cut anywhere: the same packets and the same end, whether they come as a whole, byte by byte or in
 * pieces, from a stream or from a file, and never an exception.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal, type Refusal } from '../../../src/evidence/refusal.ts';
import { CaptureStream, readerOf } from '../../../src/watch/capture/capture-file.ts';
import type { CaptureEnd } from '../../../src/watch/capture/packet-sink.ts';
import { big, joined, Kept, little, type Order } from './bytes.ts';

const order = fc.constantFrom(little, big);
const word = fc.oneof(
	fc.nat(40),
	fc.constantFrom(60, 262_144, 262_145, 524_288, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff),
	fc.nat(0xffff_ffff),
);
const payload = fc.oneof(
	{ weight: 9, arbitrary: fc.uint8Array({ maxLength: 80 }) },
	{
		weight: 1,
		arbitrary: fc.integer({ min: 60_000, max: 70_000 }).map((length) => new Uint8Array(length).fill(7)),
	},
);

/** Now and then, some bytes of a sound capture are others, or its end is missing. */
const spoiled = (sound: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
	fc
		.tuple(sound, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), fc.option(fc.nat()))
		.map(([bytes, changes, end]) => {
			const made = Uint8Array.from(bytes);
			for (const [at, value] of changes) made[at % made.length] = value;
			return end === null ? made : made.subarray(0, end % (made.length + 1));
		});

const record = (one: Order) =>
	fc.oneof(
		{
			weight: 8,
			arbitrary: fc.tuple(word, word, payload, word).map((r) => one.record(r[0], r[1], r[2], r[3])),
		},
		{ weight: 1, arbitrary: fc.array(word, { maxLength: 6 }).map((words) => one.word(...words)) },
	);

const pcap = order.chain((one) =>
	fc
		.tuple(
			fc.constantFrom(0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34),
			fc.nat(4),
			fc.array(record(one), { maxLength: 12 }),
		)
		.map(([magic, minor, records]) => joined(one.pcapHeader(magic, 1, minor), ...records)),
);

const block = (one: Order): fc.Arbitrary<Uint8Array> =>
	fc.oneof(
		fc
			.tuple(fc.nat(2), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), payload, word)
			.map((p) => one.enhanced(...p)),
		fc.tuple(word, payload).map(([wire, data]) => one.block(3, one.word(wire), data)),
		payload.map((data) => one.block(3, one.word(data.length), data)),
		payload.map((data) => one.block(2, one.half(0, 0), one.word(1, 2, data.length, 9), data)),
		fc
			.tuple(fc.nat(300), fc.nat(70), fc.nat(255))
			.map(([link, snap, resolution]) => one.interface(link, snap, one.option(9, Uint8Array.of(resolution)))),
		fc.tuple(fc.nat(2), word).map(([id, drops]) => one.statistics(id, one.option(5, one.word(drops, drops)))),
		fc.tuple(word, payload).map(([type, body]) => one.block(type, body)),
		fc.tuple(word, word).map((words) => one.word(...words)),
	);

const section = order.chain((one) =>
	fc
		.array(block(one), { maxLength: 10 })
		.map((blocks) => joined(one.section(), one.interface(1), one.interface(113), ...blocks)),
);
const pcapng = fc.array(section, { minLength: 1, maxLength: 3 }).map((sections) => joined(...sections));

const noise = fc.uint8Array({ maxLength: 60 });
const capture = fc.oneof(
	{ weight: 4, arbitrary: spoiled(pcap) },
	{ weight: 4, arbitrary: pcapng },
	{ weight: 4, arbitrary: spoiled(pcapng) },
	{ weight: 1, arbitrary: noise },
	{ weight: 1, arbitrary: noise.map((bytes) => joined(big.word(0x0a0d0d0a), bytes)) },
);

interface Outcome {
	readonly kept: Kept;
	readonly end: CaptureEnd | Refusal;
}

function inPieces(bytes: Uint8Array, lengths: readonly number[]): Outcome {
	const kept = new Kept();
	const stream = new CaptureStream(kept);
	let at = 0;
	for (let i = 0; at < bytes.length; i++) {
		const length = lengths[i % lengths.length]!;
		// A piece of its own: the one before is overwritten, as sources do.
		const piece = Uint8Array.from(bytes.subarray(at, at + length));
		stream.push(piece);
		piece.fill(0xee);
		at += length;
	}
	return { kept, end: stream.end() };
}

/** As files are read: everything there is, with what was left before it. */
function asAWhole(bytes: Uint8Array): Outcome {
	const kept = new Kept();
	const reader = readerOf(bytes, 0, bytes.length, kept);
	if (isRefusal(reader)) return { kept, end: reader };
	const consumed = reader.feed(bytes, 0, bytes.length);
	expect(consumed).toBeLessThanOrEqual(bytes.length);
	return { kept, end: reader.finish(bytes, consumed, bytes.length) };
}

describe('a capture cut anywhere', () => {
	it('gives the same packets and the same end', () => {
		let packets = 0;
		let damaged = 0;
		let sound = 0;
		const lengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 70_000 })), {
			minLength: 1,
			maxLength: 8,
		});
		fc.assert(
			fc.property(capture, lengths, (bytes, pieces) => {
				const whole = asAWhole(bytes);
				const cut = inPieces(bytes, pieces);
				expect(cut.end).toEqual(whole.end);
				expect(cut.kept.packets).toEqual(whole.kept.packets);
				if (bytes.length < 3000) {
					const single = inPieces(bytes, [1]);
					expect(single.end).toEqual(whole.end);
					expect(single.kept.packets).toEqual(whole.kept.packets);
				}
				if (isRefusal(whole.end)) return;
				expect(whole.end.packets).toBe(whole.kept.packets.length);
				packets += whole.end.packets;
				if (whole.end.damage === undefined) sound++;
				else damaged++;
			}),
			{ numRuns: 1500 },
		);
		// The captures made here are of use only if they hold packets, and both kinds of ends.
		expect(packets).toBeGreaterThan(500);
		expect(damaged).toBeGreaterThan(100);
		expect(sound).toBeGreaterThan(50);
	});

	it('hands on sane numbers only', () => {
		fc.assert(
			fc.property(capture, (bytes) => {
				for (const packet of asAWhole(bytes).kept.packets) {
					expect(packet.data.length / 2).toBeLessThanOrEqual(packet.wire);
					expect(packet.wire).toBe(packet.wire | 0);
					expect(packet.link).toBe(packet.link & 0xffff);
					expect(packet.seconds).toBe(packet.seconds >>> 0);
					expect(packet.microseconds).toBe(packet.microseconds >>> 0);
					expect(packet.microseconds).toBeLessThan(1_000_000);
				}
			}),
			{ numRuns: 500 },
		);
	});
});

/** The promises that every network keeps, whatever a peer says. */
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Recorder } from '../../src/world/recorder.ts';
import { quietHost, type Subject, subjects } from './subjects.ts';

const folder = resolve(import.meta.dirname, '../../src/networks');
/** A network's own door, and the door of a server that it has. */
const doors = readdirSync(folder).flatMap((name) => [
	...(existsSync(`${folder}/${name}/index.ts`) ? [name] : []),
	...(existsSync(`${folder}/${name}/server.ts`) ? [`${name} server`] : []),
]);

/** Feeds pieces to one accepted link and tells what the network did, in words that can be compared. */
function conversation(
	subject: Subject,
	pieces: readonly Uint8Array[],
): { sent: string; ended: boolean; codes: string[]; world: Recorder } {
	const world = new Recorder();
	const network = subject.make(world, quietHost());
	world.attach(network);
	const link = world.accept({ host: '198.51.99.50', port: 40_000 });
	for (const piece of pieces) world.feed(link, piece);
	world.flush();
	return {
		world,
		sent: Buffer.from(world.sentOn(link)).toString('hex'),
		ended: world.hangups.some((one) => one.link === link),
		codes: world.notices.map((record) => record.code),
	};
}

function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
	const pieces: Uint8Array[] = [];
	let from = 0;
	for (const to of [...at].sort((a, b) => a - b)) {
		if (to <= from || to >= bytes.length) continue;
		pieces.push(bytes.subarray(from, to));
		from = to;
	}
	pieces.push(bytes.subarray(from));
	return pieces;
}

it('every network with a door is under contract', () => {
	expect(doors.length).toBeGreaterThan(0);
	expect(subjects.map((subject) => subject.name).sort()).toEqual(doors.sort());
});

for (const subject of subjects) {
	describe(subject.name, () => {
		it('answers the same whole, byte by byte and in any cuts', () => {
			for (const stream of subject.streams) {
				const whole = conversation(subject, [stream]);
				const single = conversation(subject, cut(stream, Array.from(stream.keys())));
				expect(lengths(single.sent)).toEqual(lengths(whole.sent));
				expect({ ended: single.ended, codes: single.codes }).toEqual({
					ended: whole.ended,
					codes: whole.codes,
				});
			}
			fc.assert(
				fc.property(
					fc.constantFrom(...subject.streams),
					fc.array(fc.nat(3000), { maxLength: 8 }),
					(stream, at) => {
						const whole = conversation(subject, [stream]);
						const pieces = conversation(subject, cut(stream, at));
						expect({ ended: pieces.ended, codes: pieces.codes }).toEqual({
							ended: whole.ended,
							codes: whole.codes,
						});
						expect(lengths(pieces.sent)).toEqual(lengths(whole.sent));
					},
				),
				{ numRuns: 60 },
			);
		});

		it('throws on no bytes', () => {
			fc.assert(
				fc.property(
					fc.uint8Array({ maxLength: 2000 }),
					fc.constantFrom(...subject.streams),
					fc.nat(),
					(noise, stream, where) => {
						const at = stream.length === 0 ? 0 : where % stream.length;
						conversation(subject, [stream.subarray(0, at), noise, stream.subarray(at)]);
					},
				),
				{ numRuns: 300 },
			);
		});

		it('throws on no stream with bytes changed', () => {
			fc.assert(
				fc.property(
					fc.constantFrom(...subject.streams),
					fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 20 }),
					(stream, changes) => {
						const changed = stream.slice();
						for (const [at, to] of changes) if (changed.length > 0) changed[at % changed.length] = to;
						conversation(subject, [changed]);
					},
				),
				{ numRuns: 300 },
			);
		});

		it('throws on no datagram', () => {
			fc.assert(
				fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
					const world = new Recorder();
					world.attach(subject.make(world, quietHost()));
					world.land({ host: '198.51.99.51', port: 6346 }, bytes);
				}),
				{ numRuns: 300 },
			);
		});

		it('keeps its memory of a link within its limit, whatever comes', () => {
			for (const stream of subject.streams.slice(0, 4)) {
				const { world } = conversation(subject, [stream]);
				const link = world.hangups[0]?.link ?? 1;
				const before = process.memoryUsage().arrayBuffers;
				const chunk = new Uint8Array(65_536).fill(0x41);
				for (let i = 0; i < 64; i++) world.feed(link, chunk);
				const grown = process.memoryUsage().arrayBuffers - before;
				// Four megabytes were sent; the chunks themselves may not be collected yet, what is kept must not be.
				expect(world.hangups.length).toBeGreaterThan(0);
				expect(grown).toBeLessThan(8 * 1024 * 1024 + subject.memoryOfLink);
			}
		});

		it('takes time in proportion to what comes', () => {
			const stream = subject.streams[0]!;
			const work = (copies: number): number => {
				const world = new Recorder();
				world.attach(subject.make(world, quietHost()));
				for (let i = 0; i < copies; i++) {
					const link = world.accept({ host: `198.51.${i >> 8}.${i & 255}`, port: 40_000 });
					world.feed(link, stream);
					world.close(link, 'enough');
				}
				return world.sent.length / copies;
			};
			// Not seconds, which a busy machine stretches: what one more conversation causes stays the same.
			expect(work(80)).toBeLessThanOrEqual(work(10) * 1.5 + 1);
		});
	});
}

/** How much was said: message ids are random draws whose order depends on the cuts, lengths do not. */
function lengths(sent: string): number {
	return sent.length;
}

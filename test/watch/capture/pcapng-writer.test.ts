import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCapture } from '../../../src/watch/capture/capture-file.ts';
import { CaptureWriter } from '../../../src/watch/capture/pcapng-writer.ts';
import { bytesOf, Kept, type Read } from './bytes.ts';

const program = 'tshark';
const tshark = spawnSync(program, ['--version']).status === 0;
if (!tshark) console.log('skipped: tshark is not installed (Debian: apt install tshark)');

let folder: string;
let path: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'sallyport-writer-'));
	path = join(folder, 'written.pcapng');
});
afterAll(() => rmSync(folder, { recursive: true }));

function written(limit: number, write: (writer: CaptureWriter) => void): CaptureWriter {
	const descriptor = openSync(path, 'w');
	const writer = new CaptureWriter(descriptor, limit);
	write(writer);
	writer.finish();
	closeSync(descriptor);
	return writer;
}

function put(writer: CaptureWriter, packet: Read, comment?: string): boolean {
	const data = Buffer.from(`ee${packet.data}ee`, 'hex');
	const { wire, link, seconds, microseconds } = packet;
	return writer.packet(data, 1, data.length - 1, wire, link, seconds, microseconds, comment);
}

function readBack(): Kept {
	const kept = new Kept();
	const bytes = expect.any(Number);
	expect(readCapture(path, kept)).toEqual({ packets: kept.packets.length, bytes, dropped: 0 });
	return kept;
}

const packet: Read = { data: 'aabbcc', wire: 60, link: 1, seconds: 1_000_000_000, microseconds: 7 };

/** The section, the interface, and the packet above with and without a comment. */
const SECTION =
	'0a0d0d0a 30000000 4d3c2b1a 0100 0000 ffffffffffffffff 0400 0900 73616c6c79706f7274 000000 00000000 30000000';
const INTERFACE = '01000000 20000000 0100 0000 00000400 0900 0100 06000000 00000000 20000000';
const PLAIN = '06000000 24000000 00000000 7e8d0300 0780c6a4 03000000 3c000000 aabbcc00 24000000';
const NOTED =
	'06000000 34000000 00000000 7e8d0300 0780c6a4 03000000 3c000000 aabbcc00 0100 0500 68656c6c6f 000000 00000000 34000000';

describe('a capture that is written', () => {
	it('has exactly these bytes', () => {
		const writer = written(10_000, (to) => {
			expect(put(to, packet)).toBe(true);
			expect(put(to, packet, 'hello')).toBe(true);
		});
		const expected = bytesOf(SECTION, INTERFACE, PLAIN, NOTED);
		expect(readFileSync(path).toString('hex')).toBe(Buffer.from(expected).toString('hex'));
		expect([writer.packets, writer.bytes, writer.ended]).toEqual([2, expected.length, undefined]);
	});

	it('gives back what was written', () => {
		const one: fc.Arbitrary<Read> = fc
			.record({
				data: fc.uint8Array({ maxLength: 60 }).map((data) => Buffer.from(data).toString('hex')),
				more: fc.nat(3000),
				link: fc.constantFrom(0, 1, 101, 113, 276, 65_535),
				seconds: fc.nat(0xffff_ffff),
				microseconds: fc.nat(999_999),
			})
			.map(({ more, ...rest }) => ({ ...rest, wire: rest.data.length / 2 + more }));
		const commented = fc.tuple(
			one,
			fc.option(fc.string({ unit: 'binary', maxLength: 2000 }), { nil: undefined }),
		);
		fc.assert(
			fc.property(fc.array(commented, { maxLength: 20 }), (packets) => {
				written(1e6, (to) => {
					for (const [each, comment] of packets) expect(put(to, each, comment)).toBe(true);
				});
				expect(readBack().packets).toEqual(packets.map(([each]) => each));
			}),
			{ numRuns: 150 },
		);
	});

	it('may be much longer than what is written at once', () => {
		const big = { ...packet, data: '5a'.repeat(262_144), wire: 300_000 };
		const writer = written(1e9, (to) => {
			for (let i = 0; i < 30; i++) put(to, i % 3 === 0 ? packet : { ...big, microseconds: i });
		});
		const { packets } = readBack();
		expect(packets.map((each) => each.microseconds)).toEqual(
			Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? 7 : i)),
		);
		expect(packets[1]!.data === big.data).toBe(true);
		expect(statSync(path).size).toBe(writer.bytes);
	});

	it('has nothing of earlier packets between later ones', () => {
		written(1e9, (to) => {
			for (let i = 0; i < 5; i++) put(to, { ...packet, data: '5a'.repeat(262_144), wire: 262_144 });
			put(to, packet);
			put(to, packet, 'hello');
		});
		const expected = Buffer.from(bytesOf(PLAIN, NOTED)).toString('hex');
		expect(readFileSync(path).toString('hex').slice(-expected.length)).toBe(expected);
	});

	it('holds of a packet that is too long what a capture may hold', () => {
		written(1e6, (to) => put(to, { ...packet, data: '11'.repeat(262_145), wire: 262_145 }));
		const [only] = readBack().packets;
		expect([only?.wire, only?.data.length]).toEqual([262_145, 2 * 262_144]);
	});

	it('never grows beyond its limit, and takes nothing any more once a packet did not fit', () => {
		const sections = bytesOf(SECTION).length;
		const first = sections + bytesOf(INTERFACE, PLAIN).length;
		const each = bytesOf(PLAIN).length;
		for (let limit = 0; limit < first + 3 * each; limit++) {
			const writer = written(limit, (to) => {
				put(to, packet);
				put(to, packet);
				put(to, { ...packet, data: 'aa'.repeat(500), wire: 500 });
				const refused = put(to, { ...packet, data: '' });
				expect(refused).toBe(false);
			});
			const fit = limit < first ? 0 : Math.min(2, 1 + Math.floor((limit - first) / each));
			expect(writer.packets).toBe(fit);
			expect(writer.ended).toBe(`The capture is full: it may have ${limit} bytes.`);
			expect(statSync(path).size).toBe(writer.bytes);
			expect(writer.bytes).toBeLessThanOrEqual(limit);
			if (limit >= sections) expect(readBack().packets).toHaveLength(fit);
		}
	});

	it('says so where the disk refuses', () => {
		const descriptor = openSync(path, 'r');
		const writer = new CaptureWriter(descriptor, 1e6);
		expect(put(writer, packet)).toBe(true);
		writer.finish();
		closeSync(descriptor);
		expect(writer.ended).toBe('The capture cannot be written any further (EBADF).');
		expect(put(writer, packet)).toBe(false);
	});

	it.skipIf(!tshark)('is read by tshark as it was meant', () => {
		const long = '\u00e9'.repeat(2000);
		const packets: [Read, string | undefined][] = [
			[packet, undefined],
			[{ ...packet, link: 113, data: '00'.repeat(70), wire: 1500, microseconds: 999_999 }, 'hello'],
			[{ ...packet, link: 101, data: '4500', wire: 2, seconds: 2_100_000_000 }, 'gr\u00fc\u00df dich'],
			[{ ...packet, data: '' }, long],
		];
		written(1e6, (to) => {
			for (const [each, comment] of packets) put(to, each, comment);
		});
		const fields = ['number', 'time_epoch', 'cap_len', 'len', 'interface_id', 'comment'];
		const { stdout, stderr } = spawnSync(
			program,
			['-n', '-r', path, '-T', 'fields', ...fields.flatMap((field) => ['-e', `frame.${field}`])],
			{ encoding: 'utf8' },
		);
		const links = [...new Set(packets.map(([each]) => each.link))];
		const rows = packets.map(([each, comment], i) => {
			const time = `${each.seconds}.${String(each.microseconds).padStart(6, '0')}000`;
			const noted = comment === long ? long.slice(0, 512) : (comment ?? '');
			return [i + 1, time, each.data.length / 2, each.wire, links.indexOf(each.link), noted].join('\t');
		});
		expect(stdout.trimEnd().split('\n')).toEqual(rows);
		expect(stderr).not.toMatch(/damaged|corrupt|cut short/);
	});
});

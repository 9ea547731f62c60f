import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMerged } from '../../../src/watch/capture/merged.ts';
import { big, bytesOf, joined, Kept, little } from './bytes.ts';

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'sallyport-merged-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, ...parts: Uint8Array[]): string {
	const path = join(folder, name);
	writeFileSync(path, Buffer.concat(parts));
	return path;
}

/** A file with a packet at each time, whose data is the number of the file and that of the packet. */
function pcapOf(file: number, times: readonly (readonly [number, number])[], length = 2): string {
	const records = times.map(([seconds, microseconds], i) => {
		const data = new Uint8Array(length);
		data.set([file, i & 0xff]);
		return big.record(seconds, microseconds, data);
	});
	return fileOf(`${file}.pcap`, big.pcapHeader(0xa1b2c3d4, 100 + file), ...records);
}

describe('several captures', () => {
	it('are read in the order of time, whatever their formats', () => {
		const first = pcapOf(1, [
			[10, 5],
			[10, 7],
			[4_000_000_000, 0],
		]);
		const second = fileOf(
			'2.pcapng',
			little.section(),
			little.interface(113),
			little.enhanced(0, 9_999_999n, bytesOf('bb01'), 70),
			little.enhanced(0, 10_000_006n, bytesOf('bb02')),
			little.enhanced(0, 3_000_000_000_000_000n, bytesOf('bb03')),
			little.statistics(0, little.option(5, little.long(3n))),
		);
		const kept = new Kept();
		expect(readMerged([first, second], kept)).toEqual({ packets: 6, bytes: 12, dropped: 3 });
		expect(kept.packets).toEqual([
			{ data: 'bb01', wire: 70, link: 113, seconds: 9, microseconds: 999_999 },
			{ data: '0100', wire: 2, link: 101, seconds: 10, microseconds: 5 },
			{ data: 'bb02', wire: 2, link: 113, seconds: 10, microseconds: 6 },
			{ data: '0101', wire: 2, link: 101, seconds: 10, microseconds: 7 },
			{ data: 'bb03', wire: 2, link: 113, seconds: 3_000_000_000, microseconds: 0 },
			{ data: '0102', wire: 2, link: 101, seconds: 4_000_000_000, microseconds: 0 },
		]);
	});

	it('are merged as a stable sort would merge them', () => {
		const time = fc.tuple(fc.nat(3), fc.nat(3));
		const byTime = (a: readonly number[], b: readonly number[]) => a[0]! - b[0]! || a[1]! - b[1]!;
		const file = fc.array(time, { maxLength: 12 }).map((times) => times.sort(byTime));
		fc.assert(
			fc.property(fc.array(file, { maxLength: 7 }), (files) => {
				const kept = new Kept();
				const paths = files.map((times, i) => pcapOf(i, times));
				const all = files.flatMap((times, i) =>
					times.map((at, k) => ({ at, data: Buffer.of(i, k).toString('hex') })),
				);
				const sorted = all.sort((a, b) => byTime(a.at, b.at));
				expect(readMerged(paths, kept)).toEqual({
					packets: all.length,
					bytes: 2 * all.length,
					dropped: 0,
				});
				expect(kept.packets.map((packet) => packet.data)).toEqual(sorted.map((packet) => packet.data));
			}),
			{ numRuns: 150 },
		);
	});

	it('keep the order of packets within a file, even where that is not the order of time', () => {
		const kept = new Kept();
		readMerged(
			[
				pcapOf(1, [
					[5, 0],
					[2, 0],
				]),
				pcapOf(2, [[3, 0]]),
			],
			kept,
		);
		expect(kept.packets.map((packet) => packet.data)).toEqual(['0200', '0100', '0101']);
	});

	it('larger than their buffers, and with packets larger than these, are read to their ends', () => {
		const times = Array.from({ length: 300 }, (_, i) => [i, 0] as const);
		const small = pcapOf(1, times, 1499);
		const large = pcapOf(2, times.slice(0, 9), 262_144);
		const many = pcapOf(
			3,
			Array.from({ length: 9000 }, (_, i) => [i >> 5, i & 31] as const),
		);
		const kept = new Kept();
		const end = readMerged([small, large, many], kept);
		expect(end).toEqual({ packets: 9309, bytes: 300 * 1499 + 9 * 262_144 + 18_000, dropped: 0 });
		for (const [name, count] of [
			['01', 300],
			['02', 9],
			['03', 9000],
		] as const) {
			const own = kept.packets.filter((packet) => packet.data.startsWith(name));
			const numbers = own.map((packet) => Number.parseInt(packet.data.slice(2, 4), 16));
			expect(numbers).toEqual(Array.from({ length: count }, (_, i) => i & 0xff));
		}
		const seconds = kept.packets.map((packet) => packet.seconds);
		expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
	});

	it('that are damaged are read as far as they are sound, and named', () => {
		const header = little.pcapHeader(0xa1b2c3d4);
		const cut = fileOf('cut', header, little.record(1, 0, bytesOf('aa')), bytesOf('00'));
		const wrong = fileOf('wrong', header, little.record(0, 0, bytesOf('bb')), little.word(0, 0, -1, 0));
		const half = joined(little.section(), little.interface(1), little.enhanced(0, 2_000_000n, bytesOf('cc')));
		const late = fileOf('late', half.subarray(0, -4));
		const kept = new Kept();
		const end = readMerged([cut, wrong, late], kept);
		expect(kept.packets.map((packet) => packet.data)).toEqual(['bb', 'aa', 'cc']);
		expect(end).toEqual({
			packets: 3,
			bytes: 3,
			dropped: 0,
			damage:
				`${cut}: The capture ends in the middle of packet 2 (byte 41): everything before it was read. ` +
				`${wrong}: Packet 2 (byte 41) says that 4294967295 bytes of it were captured: the capture is damaged ` +
				'there, and reading stopped. Everything before it was read. ' +
				`${late}: The capture ends in packet 1 (byte 48), right after its data: everything was read.`,
		});
	});

	it('of which one is no capture are refused before any packet', () => {
		const sink = { packet: () => expect.unreachable('nothing is handed on') };
		const sound = pcapOf(1, [[1, 1]]);
		const text = fileOf('text', bytesOf('68656c6c6f'));
		expect(readMerged([sound, text], sink)).toEqual({
			refused: 'watch.capture.unknown',
			detail: `${text}: it begins with the bytes 68656c6c`,
		});
		const absent = join(folder, 'absent');
		expect(readMerged([sound, absent], sink)).toEqual({
			refused: 'watch.capture.unreadable',
			detail: `${absent}: ENOENT`,
		});
		expect(readMerged([sound, folder], sink)).toEqual({
			refused: 'watch.capture.unreadable',
			detail: `${folder}: EISDIR`,
		});
	});

	it('may be one only, or none', () => {
		const kept = new Kept();
		expect(readMerged([pcapOf(1, [[1, 1]])], kept)).toEqual({ packets: 1, bytes: 2, dropped: 0 });
		expect(kept.packets).toHaveLength(1);
		expect(readMerged([], kept)).toEqual({ packets: 0, bytes: 0, dropped: 0 });
	});
});

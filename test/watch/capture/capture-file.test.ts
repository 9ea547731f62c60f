import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reasonOf } from '../../../src/evidence/reasons.ts';
import type { Refusal } from '../../../src/evidence/refusal.ts';
import { CaptureStream, readCapture } from '../../../src/watch/capture/capture-file.ts';
import { big, bytesOf, joined, Kept, little } from './bytes.ts';

const nothing = { packet: () => expect.unreachable('there is no packet') };
const pcap = joined(big.pcapHeader(0xa1b2c3d4), big.record(1, 2, bytesOf('aabb')));
const pcapng = joined(little.section(), little.interface(1), little.enhanced(0, 1_000_002n, bytesOf('aabb')));
const packet = { data: 'aabb', wire: 2, link: 1, seconds: 1, microseconds: 2 };

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'sallyport-capture-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(...parts: Uint8Array[]): string {
	const path = join(folder, 'capture');
	writeFileSync(path, Buffer.concat(parts));
	return path;
}

function streamed(...chunks: Uint8Array[]): { kept: Kept; stream: CaptureStream } {
	const kept = new Kept();
	const stream = new CaptureStream(kept);
	for (const chunk of chunks) stream.push(chunk);
	return { kept, stream };
}

describe('a capture file', () => {
	it.each([
		['pcap', pcap],
		['pcapng', pcapng],
	])('is known by its first bytes, not by its name: %s', (_name, bytes) => {
		const kept = new Kept();
		expect(readCapture(fileOf(bytes), kept)).toEqual({ packets: 1, bytes: 2, dropped: 0 });
		expect(kept.packets).toEqual([packet]);
	});

	it('much longer than what is read at once is read to its end', () => {
		// Lengths that share no factor with any buffer, so that packets lie across its ends everywhere.
		const lengths = [0, 1, 61, 1513, 65_535, 262_144, 7919];
		const records = Array.from({ length: 140 }, (_, i) => {
			const data = new Uint8Array(lengths[i % lengths.length]!).fill(i);
			return little.record(i, i, data);
		});
		const kept = new Kept();
		const end = readCapture(fileOf(little.pcapHeader(0xa1b2c3d4), ...records), kept);
		const bytes = 20 * lengths.reduce((sum, length) => sum + length);
		expect(end).toEqual({ packets: 140, bytes, dropped: 0 });
		kept.packets.forEach((one, i) => {
			const fill = i.toString(16).padStart(2, '0');
			expect([one.seconds, one.data === fill.repeat(lengths[i % lengths.length]!)]).toEqual([i, true]);
		});
	});

	it('with a block of the greatest length, at any place, is read to its end', () => {
		const comment = little.block(6, little.word(0, 0, 0, 4, 4, 1), new Uint8Array(524_288 - 36));
		const filler = little.enhanced(0, 1n, new Uint8Array(7919));
		const blocks = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? comment : filler));
		const end = readCapture(fileOf(little.section(), little.interface(1), ...blocks), new Kept());
		expect(end).toEqual({ packets: 20, bytes: 10 * 7923, dropped: 0 });
	});

	it('stops at damage far from its end', () => {
		const wrong = little.word(1, 2, -1, 1);
		const kept = new Kept();
		const end = readCapture(fileOf(pcap, big.word(1, 2, -1, 1), wrong, new Uint8Array(3_000_000)), kept);
		expect(end).toMatchObject({ packets: 1, damage: expect.stringMatching(/^Packet 2 \(byte 42\) says/) });
		expect(kept.packets).toHaveLength(1);
	});

	it('may be open already, as standard input is', () => {
		const descriptor = openSync(fileOf(pcapng), 'r');
		expect(readCapture(descriptor, new Kept())).toMatchObject({ packets: 1 });
		closeSync(descriptor);
	});

	it('may come through a pipe that is not always full, and does not wait', () => {
		const source = resolve(import.meta.dirname, '../../../src/watch/capture/capture-file.ts');
		const read = join(folder, 'read.mjs');
		writeFileSync(
			read,
			`import { readCapture } from ${JSON.stringify(source)};
			// Node sets a pipe not to wait as soon as it looks at it.
			process.stdin.pause();
			console.log(JSON.stringify(readCapture(0, { packet() {} })));`,
		);
		const header = 'd4c3b2a1020004000000000000000000ffff000001000000';
		const record = '01000000020000000200000002000000aabb';
		const write = join(folder, 'write.mjs');
		writeFileSync(
			write,
			`import { setTimeout as wait } from 'node:timers/promises';
			process.stdout.write(Buffer.from('${header}', 'hex'));
			for (let i = 0; i < 20; i++) {
				process.stdout.write(Buffer.from('${record}'.repeat(1000), 'hex'));
				await wait(5);
			}`,
		);
		const node = process.execPath;
		const { stdout, stderr } = spawnSync('sh', ['-c', '"$0" "$1" | "$0" "$2"', node, write, read], {
			encoding: 'utf8',
		});
		expect([stdout.trim(), stderr]).toEqual(['{"packets":20000,"bytes":40000,"dropped":0}', '']);
	});
});

describe('what is no capture', () => {
	const cases: [string, Uint8Array, Refusal][] = [
		['an empty file', bytesOf(), { refused: 'watch.capture.unknown', detail: 'it is empty' }],
		[
			'a file of three bytes',
			bytesOf('a1b2c3'),
			{ refused: 'watch.capture.unknown', detail: 'it ends after 3 bytes' },
		],
		[
			'a text',
			new TextEncoder().encode('GNUTELLA CONNECT/0.6\r\n'),
			{ refused: 'watch.capture.unknown', detail: 'it begins with the bytes 474e5554' },
		],
		['what gzip made', gzipSync(pcap), { refused: 'watch.capture.compressed', detail: 'gzip' }],
		['what zstd made', zstdCompressSync(pcap), { refused: 'watch.capture.compressed', detail: 'zstd' }],
	];

	it.each(cases)('is refused: %s', (_name, bytes, refusal) => {
		expect(readCapture(fileOf(bytes), nothing)).toEqual(refusal);
		expect(streamed(bytes).stream.end()).toEqual(refusal);
		const single = streamed(...Array.from(bytes, (byte) => Uint8Array.of(byte)));
		expect(single.stream.stopped).toBe(bytes.length >= 4);
		expect(single.stream.end()).toEqual(refusal);
		expect(reasonOf(refusal.refused)?.fault).toBe('user');
	});

	it('is refused: a file that is not there, and a folder', () => {
		const absent = join(folder, 'absent');
		const refused = 'watch.capture.unreadable';
		expect(readCapture(absent, nothing)).toEqual({ refused, detail: `${absent}: ENOENT` });
		expect(readCapture(folder, nothing)).toEqual({ refused, detail: 'EISDIR' });
		expect(reasonOf(refused)?.sentence).toContain('permissions');
	});
});

describe('a capture that comes in pieces', () => {
	it('hands on each packet as soon as it is whole', () => {
		const { kept, stream } = streamed(pcap.subarray(0, 41));
		expect(kept.packets).toEqual([]);
		stream.push(pcap.subarray(41));
		expect(kept.packets).toEqual([packet]);
		stream.push(joined(big.record(1, 2, bytesOf('aabb')), big.record(1, 2, bytesOf('aabb'))));
		expect(kept.packets).toEqual([packet, packet, packet]);
		expect(stream.end()).toEqual({ packets: 3, bytes: 6, dropped: 0 });
	});

	it('that is damaged stops, and takes nothing any more', () => {
		const { kept, stream } = streamed(pcap, big.word(1, 2, -1, 1));
		expect(stream.stopped).toBe(true);
		stream.push(big.record(1, 2, bytesOf('aabb')));
		expect(kept.packets).toHaveLength(1);
		expect(stream.end()).toMatchObject({ packets: 1, damage: expect.stringMatching(/^Packet 2/) });
	});

	it('that ends within a packet says so', () => {
		const { stream } = streamed(pcap, big.record(1, 2, bytesOf('aabb')).subarray(0, 17));
		expect(stream.stopped).toBe(false);
		expect(stream.end()).toMatchObject({
			packets: 1,
			damage: 'The capture ends in the middle of packet 2 (byte 42): everything before it was read.',
		});
	});
});

/** The defences of content against content that was made against them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Content } from '../../src/defence/content.ts';
import { Disguised, inspectName } from '../../src/defence/disguised.ts';
import { Executable } from '../../src/defence/executable.ts';
import { HostileMedia } from '../../src/defence/hostile-media.ts';
import { inspected, typeOf, withType } from './corpus/content-of.ts';
import { hostileMediaFiles } from './corpus/hostile-media-files.ts';
import { programShapes } from './corpus/hostile-programs.ts';
import { ordinaryFiles } from './corpus/ordinary.ts';
import { Chance } from './corpus/random.ts';

const BEGINNINGS = [
	'',
	'MZ',
	'\x7fELF',
	'\xca\xfe\xba\xbe',
	'PK\x03\x04',
	'PK\x05\x06',
	'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1',
	'%PDF-1.4\n1 0 obj << ',
	'%PDF-1.5\n1 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\nx\x9c',
	'\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c',
	'\0\0\0\x20moov\0\0\0\x18cmov\0\0\0\x10cmvd',
	'\0\0\0\x10ftypqt  ',
	'.RMF\0\0\0\x0a\0\0MDPR',
	'<svg ',
	'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY ',
	'#EXTM3U\n',
	'[playlist]\n',
	'<asx',
	'#!/',
	'\xff\xfe<\0',
	'\x1f\x8b\x08',
	'GIF89a',
	'\xff\xd8\xff\xe0',
	'FWS',
	'\x4c\0\0\0\x01\x14\x02\0',
];
const NAMES = [
	'a.mp3',
	'a.pdf',
	'a.svg',
	'a.svgz',
	'a.m3u',
	'a.asx',
	'a.mov',
	'a.wmv',
	'a.rm',
	'a.doc',
	'a.zip',
	'a.exe',
	'a',
	'a.txt',
	'a.jpg',
];

describe('any bytes', () => {
	it('under any name never throw', () => {
		const content = fc.tuple(
			fc.constantFrom(...BEGINNINGS),
			fc.uint8Array({ maxLength: 600 }),
			fc.constantFrom(...NAMES),
		);
		fc.assert(
			fc.property(
				content,
				fc.option(fc.constantFrom('image/jpeg', 'audio/mpeg', 'application/pdf', 'application/zip')),
				([start, rest, name], type) => {
					const bytes = Buffer.concat([Buffer.from(start, 'latin1'), rest]);
					for (const { code } of inspected(withType(name, bytes, type ?? undefined)))
						expect(code).toMatch(/^defence\./);
				},
			),
			{ numRuns: 2000 },
		);
	});

	it('in any name never throw', () => {
		const part = fc.constantFrom(
			'.',
			' ',
			':',
			'mp3',
			'exe',
			'\u202e',
			'\u00a0',
			'\ud800',
			'\u0435',
			'\uff0e',
			'$DATA',
			'(1)',
			'_',
		);
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string({ unit: 'binary' }),
					fc.array(part).map((parts) => parts.join('')),
				),
				(name) => {
					expect(inspectName(name).every(({ verdict }) => verdict === 'refused')).toBe(true);
				},
			),
			{ numRuns: 2000 },
		);
	});

	it('changed anywhere in a sample never throw', async () => {
		const samples = [...programShapes(new Chance(1)), ...hostileMediaFiles(new Chance(1))];
		const typed = await Promise.all(
			samples.map(async ({ extension, bytes }) => ({ extension, bytes, type: await typeOf(bytes) })),
		);
		const change = fc.tuple(fc.nat(), fc.nat(255));
		fc.assert(
			fc.property(
				fc.constantFrom(...typed),
				fc.array(change, { minLength: 1, maxLength: 6 }),
				({ extension, bytes, type }, changes) => {
					const copy = Uint8Array.from(bytes);
					for (const [at, value] of changes) copy[at % copy.length] = value;
					inspected(withType(`a.${extension}`, copy, type));
				},
			),
			{ numRuns: 3000 },
		);
	});
});

describe('a sample that is cut off', () => {
	const shapes = [...programShapes(new Chance(3)), ...hostileMediaFiles(new Chance(3))];

	it('never throws, at any length, and an empty one is nothing', async () => {
		let cuts = 0;
		for (const { extension, bytes } of shapes) {
			const type = await typeOf(bytes);
			for (let length = 0; length < bytes.length; length += length < 600 ? 1 : 13) {
				inspected(withType(`a.${extension}`, bytes.subarray(0, length), type));
				cuts++;
			}
			expect(inspected(withType(`a.${extension}`, new Uint8Array(0), undefined))).toEqual([]);
		}
		expect(cuts).toBeGreaterThan(10_000);
	});

	it('is no worse than whole, when it was ordinary', async () => {
		const worse: string[] = [];
		for (const { kind, bytes } of ordinaryFiles(5).slice(0, 116)) {
			const half = bytes.subarray(0, Math.floor(bytes.length / 2));
			if (kind === 'no extension') continue;
			const found = inspected(withType(`a.${kind}`, half, await typeOf(half)));
			if (found.some(({ verdict }) => verdict === 'refused')) worse.push(kind);
		}
		expect(worse).toEqual([]);
	});
});

/** Says that it is huge; counts what is read. */
function huge(
	name: string,
	start: Uint8Array,
	type: string | undefined,
): { content: Content; read: () => number; times: () => number } {
	const size = 10 * 2 ** 30;
	let total = 0;
	let times = 0;
	const content: Content = {
		name,
		size,
		type,
		read: (from, to) => {
			const end = Math.min(to, size);
			const bytes = new Uint8Array(Math.max(0, end - from));
			if (from < start.length) bytes.set(start.subarray(from, Math.min(end, start.length)));
			total += bytes.length;
			times++;
			return bytes;
		},
	};
	return { content, read: () => total, times: () => times };
}

describe('a file of ten gigabytes', () => {
	it.each(['a.mp3', 'a.exe', 'a.zip', 'a.mkv', 'a.doc', 'a.mov', 'a.wmv', 'a.rm', 'a.m3u', 'a'])(
		'%s is read in few small windows',
		(name) => {
			const starts = BEGINNINGS.map((start) =>
				Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(200, 1)]),
			);
			for (const start of starts) {
				for (const defence of [new Executable(true), new Disguised(true), new HostileMedia(true)]) {
					const { content, read, times } = huge(name, start, undefined);
					defence.inspect(content);
					expect(read(), `${name} ${start.subarray(0, 8)}`).toBeLessThan(20 * 2 ** 20);
					expect(times()).toBeLessThan(3000);
				}
			}
		},
	);

	it.each(['a.pdf', 'a.svg'])('%s is read up to 8 MiB and some windows', (name) => {
		const { content, read } = huge(name, Buffer.from(name === 'a.pdf' ? '%PDF-1.4\n' : '<svg '), undefined);
		new HostileMedia(true).inspect(content);
		expect(read()).toBeLessThan(9 * 2 ** 20);
	});
});

describe('input that makes careless readers slow', () => {
	const MOST = 1 << 20;
	const filled = (start: string, piece: string): Buffer =>
		Buffer.from(start + piece.repeat(MOST / piece.length), 'latin1');
	it.each([
		['a.pdf', filled('%PDF-1.4\n', '(')],
		['a.pdf', filled('%PDF-1.4\n', '< ')],
		['a.pdf', filled('%PDF-1.4\n', '<<')],
		['a.pdf', filled('%PDF-1.4\n', '(1 0 obj')],
		['a.pdf', filled('%PDF-1.4\n', 'stream 1 0 obj ')],
		[
			'a.pdf',
			filled('%PDF-1.4\n', '1 0 obj<</S/URI/OpenAction 1 0 R/Next[1 0 R 1 0 R]/AA 1 0 R/O 1 0 R>>endobj '),
		],
		['a.svg', filled('<svg ', "a='")],
		['a.svg', filled('<svg ', '<!--')],
		['a.svg', filled('<!DOCTYPE svg [', '<!ENTITY ')],
		['a.m3u', filled('#EXTM3U\n', '#URI="')],
		['a.bat', filled('', 'rem \n')],
		['a', filled('', '#\n')],
		['a.mp3', filled('', '<')],
		['a.jpg', filled('\xff\xd8\xff\xe0', 'PK\x05\x06')],
		['a.zip', filled('', 'PK\x03\x04')],
	])('%s ends', (name, bytes) => {
		expect(Array.isArray(inspected(withType(name, bytes, undefined)))).toBe(true);
	});

	it('is also a name of a million characters', () => {
		for (const piece of [' ', '.', 'a.', ' .', '\u00a0', '\u0435', '.mp3_', '(1)', ':'])
			expect(inspectName(`${piece.repeat(1_000_000)}.mp3.exe`).map(({ code }) => code)).toContain(
				'defence.disguised.double',
			);
	});
});

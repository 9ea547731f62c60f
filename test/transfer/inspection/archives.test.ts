import { brotliCompressSync, gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as made from './fixtures.ts';
import { factsOf, judged, namesIn } from './inside.ts';
import { pax, program, rar4, rar5, tar, zip } from './pack.ts';
import { quine } from './quine.ts';

const text = Buffer.from('hello\n'.repeat(50));
const song = { name: 'd/song.mp3', bytes: program };
const harmless = { name: 'd/a.txt', bytes: text };
const disguised = ['suspicious defence.archive.program', 'refused defence.archive.disguised'];

describe('a program called song.mp3 is found', () => {
	const taped = tar([harmless, song]);
	it.each<[string, Buffer]>([
		['in zip', zip([harmless, song])],
		['in zip, stored', zip([harmless, { ...song, stored: true }])],
		['in zip behind a picture', zip([harmless, song], Buffer.from('GIF89a'.padEnd(5000, '.')))],
		['in tar', taped],
		['in tar.gz', gzipSync(taped)],
		[
			'in tar.gz of several parts',
			Buffer.concat([gzipSync(taped.subarray(0, 700)), gzipSync(taped.subarray(700))]),
		],
		['in tar.zst', zstdCompressSync(taped)],
		['in tar.bz2', made.tarBzip2],
		['in tar.xz', made.tarXz],
		['in 7z', made.sevenZip],
		['in RAR 4, stored', rar4([harmless, song])],
		['in RAR 5, stored', rar5([harmless, song])],
		['in zip in tar.gz', gzipSync(tar([{ name: 'x.zip', bytes: zip([song]) }]))],
		['in zip in zip in zip', zip([{ name: 'a.zip', bytes: zip([{ name: 'b.zip', bytes: zip([song]) }]) }])],
		['in 7z in a stored member of zip', zip([{ name: 'a.7z', bytes: made.sevenZip, stored: true }])],
	])('%s', async (_, bytes) => {
		expect(await judged(bytes)).toEqual(disguised);
	});

	it('in gzip alone, whose name ends where the archive says', async () => {
		expect(await judged(gzipSync(program), 'song.mp3.gz')).toEqual(disguised);
	});

	it('and one that is called what it is makes suspicious, also where only its name can be seen', async () => {
		const honest = { name: 'setup.exe', bytes: program };
		for (const bytes of [
			zip([honest]),
			rar4([{ ...honest, compressed: true }]),
			rar5([{ ...honest, compressed: true }]),
		])
			expect(await judged(bytes)).toEqual(['suspicious defence.archive.program']);
	});
});

it('an ordinary archive has no findings, whatever packs it', async () => {
	const readme = { name: 'docs/readme.txt', bytes: text };
	for (const bytes of [
		zip([readme, { name: 'docs/' }]),
		tar([{ name: 'docs/', type: '5' }, readme, { name: 'docs/link', type: '2', target: 'readme.txt' }]),
		gzipSync(text),
		gzipSync(tar([pax('path', 'docs/ünïcode.txt'), readme])),
		rar4([readme]),
		rar5([readme, { name: 'docs/link', target: '../docs/readme.txt' }]),
		zip([{ name: 'a.tar.gz', bytes: gzipSync(tar([{ name: 'a.txt.gz', bytes: gzipSync(text) }])) }]),
	])
		expect(await judged(bytes)).toEqual([]);
	expect(await judged(text)).toEqual(['no archive']);
	expect(await judged(brotliCompressSync(text))).toEqual(['no archive']);
});

it('a name in an old code page is no name of control characters', async () => {
	const bytes = zip([{ name: 'XXXX.txt', bytes: text }]);
	// "Ünïç" in code page 437, and the flag for UTF-8 taken away.
	const old = Buffer.from(
		bytes.toString('latin1').replaceAll('XXXX', '\x9an\x8b\x87').replaceAll('\x14\0\0\x08', '\x14\0\0\0'),
		'latin1',
	);
	expect(await judged(old)).toEqual([]);
	expect(await namesIn(old)).toEqual(['\ufffdn\ufffd\ufffd.txt']);
});

describe('names that climb are refused', () => {
	it.each([
		'../x',
		'a/../../x',
		'/etc/passwd',
		'C:\\x',
		'c:x',
		'..\\x',
		'a/..\\../x',
		'~/x',
		'a\0/../x',
		'.. /x',
	])('%j', async (name) => {
		const codes = [
			...(await judged(zip([{ name, bytes: text }]))),
			...(await judged(zip([{ name: 'x', localName: name, bytes: text }]))),
			...(await judged(rar5([{ name, bytes: text }]))),
			...(await judged(tar([pax('path', name), { name: 'x', bytes: text }]))),
		];
		expect(codes.filter((code) => code === 'refused defence.archive.traversal')).toHaveLength(4);
	});

	it('also those of hard links', async () => {
		const bytes = tar([{ name: 'x', type: '1', target: '../../etc/passwd' }]);
		expect(await judged(bytes)).toContain('refused defence.archive.traversal');
	});
});

describe('links that lead out are refused', () => {
	const ways: [string, (name: string, target: string) => Buffer][] = [
		['tar', (name, target) => tar([{ name, type: '2', target }])],
		['zip', (name, target) => zip([{ name, mode: 0o120777, bytes: Buffer.from(target) }])],
		['RAR 4', (name, target) => rar4([{ name, target }])],
		['RAR 5', (name, target) => rar5([{ name, target }])],
	];
	it.each(ways)('in %s', async (_, pack) => {
		for (const [name, target] of [
			['a', '/etc'],
			['a', '..'],
			['a/b', '../../c'],
			['a', 'b/../../c'],
			['a', 'C:\\windows'],
		] as const)
			expect(await judged(pack(name, target))).toEqual(['refused defence.archive.link']);
		expect(await judged(pack('a/b', '../c'))).toEqual([]);
	});

	it('and so is what would be unpacked through a link', async () => {
		const bytes = tar([
			{ name: 'a', type: '2', target: 'b' },
			{ name: './a/x', bytes: text },
		]);
		expect(await judged(bytes)).toEqual(['refused defence.archive.link']);
	});
});

describe('bombs are refused', () => {
	const zeros = Buffer.alloc(20 * 1024 * 1024);

	it('of one member, in any packing', async () => {
		for (const bytes of [zip([{ name: 'a', bytes: zeros }]), gzipSync(zeros), zstdCompressSync(zeros)])
			expect(await judged(bytes)).toContain('refused defence.archive.bomb');
	});

	it('whose list lies about the size', async () => {
		expect(await judged(zip([{ name: 'a', bytes: zeros, says: 100 }]))).toContain(
			'refused defence.archive.bomb',
		);
	});

	it('in layers', async () => {
		const inner = zip([{ name: 'a', bytes: Buffer.alloc(3_000_000) }]);
		const bytes = zip(Array.from({ length: 8 }, (_, i) => ({ name: `${i}.zip`, bytes: inner })));
		expect(await judged(bytes)).toContain('refused defence.archive.bomb');
	});

	it('that are stopped in the middle count as what came out for what went in', async () => {
		const part = gzipSync(Buffer.alloc(64 * 1024 * 1024));
		const bytes = Buffer.concat([...Array(10).fill(part), Buffer.alloc(2 * 1024 * 1024, part)]);
		expect(await judged(bytes)).toEqual(['refused defence.archive.bomb']);
		const taped = Buffer.concat([
			gzipSync(tar([{ name: 'a', bytes: Buffer.alloc(64 * 1024 * 1024) }])),
			...Array(4).fill(part),
		]);
		expect(await judged(taped)).toContain('refused defence.archive.bomb');
	});

	it('whose members share their bytes', async () => {
		const members = [
			{ name: '0', bytes: text },
			...[1, 2, 3].map((i) => ({ name: `${i}`, bytes: text, shares: 0 })),
		];
		expect(await judged(zip(members))).toEqual(['refused defence.archive.overlap']);
	});

	it('in RAR, by what its list says', async () => {
		const member = { name: 'a', bytes: text, compressed: true, says: 1e9 };
		for (const bytes of [rar4([member]), rar5([member])])
			expect(await judged(bytes)).toEqual(['refused defence.archive.bomb']);
		expect(await judged(rar5([{ ...member, split: true }]))).toEqual([]);
	});

	it('that contain themselves', async () => {
		expect(gunzipSync(quine())).toEqual(quine());
		expect(await judged(quine())).toEqual(['refused defence.archive.itself']);
	});
});

describe('what nobody can look at makes suspicious', () => {
	it.each<[string, string, Buffer]>([
		['an encrypted member of zip', 'encrypted', zip([{ ...harmless, encrypted: true }])],
		['an encrypted member of RAR 4', 'encrypted', rar4([{ ...harmless, encrypted: true }])],
		['an encrypted member of RAR 5', 'encrypted', rar5([{ ...harmless, encrypted: true }])],
		['encrypted members of 7z', 'encrypted', made.sevenZipLocked],
		['the encrypted list of 7z', 'encrypted', made.sevenZipSealed],
		['encrypted headers of RAR 4', 'encrypted', rar4([harmless], true)],
		['encrypted headers of RAR 5', 'encrypted', rar5([harmless], true)],
		['a zip that is cut off', 'unread', zip([harmless, song]).subarray(0, -10)],
		['a tar that is cut off', 'unread', tar([{ ...harmless, bytes: Buffer.alloc(2000) }]).subarray(0, 1500)],
		['a gzip that is cut off', 'unread', gzipSync(text).subarray(0, 15)],
		[
			'a gzip that is broken',
			'unread',
			Buffer.concat([gzipSync(text).subarray(0, 10), Buffer.alloc(20, 0xff)]),
		],
		['a bzip2 that is cut off', 'unread', made.tarBzip2.subarray(0, 150)],
		['an xz that is cut off', 'unread', made.tarXz.subarray(0, 150)],
		['a 7z that is cut off', 'unread', made.sevenZip.subarray(0, 150)],
		['a RAR that is cut off', 'unread', rar5([harmless]).subarray(0, 60)],
		['a cabinet', 'unread', Buffer.from('MSCF\0\0\0\0'.padEnd(100, '\0'))],
		['an archive in compressed RAR', 'unread', rar5([{ name: 'a.zip', bytes: text, compressed: true }])],
		['a zip with more members than it counts', 'unread', uncounted()],
	])('%s', async (_, what, bytes) => {
		const codes = await judged(bytes);
		expect(codes).toContain(`suspicious defence.archive.${what}`);
		expect(codes.filter((code) => code.startsWith('refused'))).toEqual([]);
	});

	it('more layers than are looked into', async () => {
		let bytes = zip([harmless]);
		for (let i = 0; i < 3; i++) bytes = zip([{ name: `${i}.zip`, bytes }]);
		expect(await judged(bytes)).toEqual(['suspicious defence.archive.deep']);
	});

	it('more members than are looked at', async () => {
		const members = Array.from({ length: 10_001 }, (_, i) => ({ name: `${i}` }));
		expect(await judged(tar(members))).toEqual(['suspicious defence.archive.many']);
		expect(await judged(tar(members.slice(0, 10_000)))).toEqual([]);
	});

	it('but packed members with harmless names are only counted', async () => {
		const facts = await factsOf(made.sevenZipPpmd);
		expect(facts).toMatchObject({ unseen: 3, members: [{}, { names: ['d/a.txt'] }, {}, {}] });
		expect(await judged(made.sevenZipPpmd)).toEqual([]);
	});
});

it('no bytes whatever make it throw', async () => {
	const seeds = [
		zip([harmless, song, { name: 'l', mode: 0o120777, bytes: text }]),
		tar([pax('path', 'x'), harmless, song]),
		gzipSync(tar([harmless])),
		rar4([harmless, { name: 'l', target: 'x' }]),
		rar5([harmless, { name: 'l', target: 'x' }]),
		...Object.values(made),
	];
	await fc.assert(
		fc.asyncProperty(
			fc.constantFrom(...seeds),
			fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
			fc.nat(),
			async (seed, changes, cut) => {
				const bytes = Buffer.from(seed);
				for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
				await judged(cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes);
			},
		),
		{ numRuns: 400 },
	);
	const magics = [
		'PK\x03\x04',
		'\x1f\x8b\x08',
		'BZh91AY&SY',
		'\xfd7zXZ\0',
		'7z\xbc\xaf\x27\x1c',
		'Rar!\x1a\x07\0',
	];
	await fc.assert(
		fc.asyncProperty(
			fc.constantFrom(...magics, 'Rar!\x1a\x07\x01\0'),
			fc.uint8Array(),
			async (magic, rest) => {
				await judged(Buffer.concat([Buffer.from(magic, 'latin1'), rest]));
			},
		),
	);
});

/** Its count of members is too low, as some unpackers do not care. */
function uncounted(): Buffer {
	const bytes = zip([harmless, { name: 'b.txt', bytes: text }]);
	bytes.writeUInt16LE(1, bytes.length - 14);
	bytes.writeUInt16LE(1, bytes.length - 12);
	return bytes;
}

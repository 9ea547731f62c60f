import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pax, program, tar, zip } from '../transfer/inspection/pack.ts';
import { quine } from '../transfer/inspection/quine.ts';
import { inspected } from './inspected.ts';

const text = Buffer.from('hello\n'.repeat(50));
const zeros = Buffer.alloc(20 * 1024 * 1024);
const shared = [
	{ name: '0', bytes: text },
	...[1, 2, 3].map((i) => ({ name: `${i}`, bytes: text, shares: 0 })),
];
/** Four MiB of a file. */
const noise = gzipSync(Buffer.alloc(4 * 1024 * 1024, 'Nothing is in here but words, '), { level: 1 });
const deep = [1, 2, 3].reduce(
	(bytes) => zip([{ name: 'x.zip', bytes }]),
	zip([{ name: 'x.txt', bytes: text }]),
);

describe.each<[string, Buffer, string, 'refused' | 'suspicious']>([
	['a bomb', zip([{ name: 'x', bytes: zeros }]), 'defence.archive.bomb', 'refused'],
	['a bomb of one block that is shared', zip(shared), 'defence.archive.overlap', 'refused'],
	['an archive that contains itself', quine(), 'defence.archive.itself', 'refused'],
	['a name that climbs', zip([{ name: '../x', bytes: text }]), 'defence.archive.traversal', 'refused'],
	[
		'a link that leads out',
		tar([{ name: 'x', type: '2', target: '/etc' }]),
		'defence.archive.link',
		'refused',
	],
	[
		'a worm in an archive',
		zip([{ name: 'game.exe', bytes: program }]),
		'defence.archive.program',
		'suspicious',
	],
	[
		'a worm that is called a song',
		zip([{ name: 'x.mp3', bytes: program }]),
		'defence.archive.disguised',
		'refused',
	],
	[
		'an encrypted worm',
		zip([{ name: 'x.txt', bytes: program, encrypted: true }]),
		'defence.archive.encrypted',
		'suspicious',
	],
	['layers upon layers', deep, 'defence.archive.deep', 'suspicious'],
	['a broken archive', gzipSync(text).subarray(0, 15), 'defence.archive.unread', 'suspicious'],
	['backslashes', zip([{ name: 'a\\b', bytes: text }]), 'defence.archive.backslash', 'suspicious'],
	[
		'more members than anybody looks at',
		tar(Array.from({ length: 10_001 }, (_, i) => ({ name: `${i}` }))),
		'defence.archive.many',
		'suspicious',
	],
	[
		'more bytes than anybody looks at',
		Buffer.concat([
			gzipSync(tar([pax('size', `${320 * 2 ** 20}`), { name: 'x' }])),
			...Array<Buffer>(80).fill(noise),
		]),
		'defence.archive.large',
		'suspicious',
	],
])('%s', (_, bytes, code, verdict) => {
	it('passes without the defence', async () => {
		const { findings } = await inspected(bytes, 'fetched.bin', ['archive']);
		expect(findings).toEqual([]);
	});

	it('is seen with it', async () => {
		const { findings } = await inspected(bytes, 'fetched.bin', []);
		expect(findings.find((one) => one.code === code)).toMatchObject({ verdict });
	});
});

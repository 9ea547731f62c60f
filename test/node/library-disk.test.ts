import { execFileSync } from 'node:child_process';
import {
	chmodSync,
	linkSync,
	mkdirSync,
	mkdtempSync,
	realpathSync,
	renameSync,
	rmSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { open, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isRefusal } from '../../src/evidence/refusal.ts';
import { openBeneath, openByRealPath, openUnchanged } from '../../src/library/open.ts';
import { plainRule, scan } from '../../src/library/scan.ts';

let base: string;
let share: string;
const secret = 'the secret outside';

beforeEach(() => {
	base = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-share-')));
	share = join(base, 'share');
	mkdirSync(join(share, 'sub'), { recursive: true });
	mkdirSync(join(base, 'outside'));
	writeFileSync(join(base, 'outside', 'secret.txt'), secret);
	writeFileSync(join(share, 'sub', 'plain.txt'), 'plain');
});

afterEach(() => {
	rmSync(base, { recursive: true });
});

async function leftOut(): Promise<Record<string, string>> {
	const found = await scan(share, { rule: plainRule, never: [] });
	expect(found.leftOutCount).toBe(found.leftOut.length);
	return Object.fromEntries(found.leftOut.map(({ path, reason }) => [path, reason]));
}

async function found(): Promise<string[]> {
	return (await scan(share, { rule: plainRule, never: [] })).files.map((file) => file.path).sort();
}

describe('a scan', () => {
	test('finds plain files in folders of folders', async () => {
		mkdirSync(join(share, 'a', 'b'), { recursive: true });
		writeFileSync(join(share, 'a', 'b', 'deep é.txt'), 'x');
		writeFileSync(join(share, 'top.txt'), 'x');
		expect(await found()).toEqual(['a/b/deep é.txt', 'sub/plain.txt', 'top.txt']);
	});

	test('leaves out links, wherever they lead', async () => {
		symlinkSync(join(base, 'outside', 'secret.txt'), join(share, 'innocent.txt'));
		symlinkSync(join(base, 'outside'), join(share, 'folder'));
		symlinkSync('../sub/plain.txt', join(share, 'sub', 'inside'));
		symlinkSync('.', join(share, 'loop'));
		symlinkSync('nowhere', join(share, 'broken'));
		const link = 'library.entry.link';
		expect(await leftOut()).toEqual({
			'innocent.txt': link,
			folder: link,
			'sub/inside': link,
			loop: link,
			broken: link,
		});
		expect(await found()).toEqual(['sub/plain.txt']);
	});

	test('leaves out what is hidden, empty, or no file', async () => {
		mkdirSync(join(share, '.git'));
		writeFileSync(join(share, '.git', 'config'), 'x');
		writeFileSync(join(share, '.profile'), 'x');
		writeFileSync(join(share, 'empty'), '');
		execFileSync('mkfifo', [join(share, 'pipe')]);
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(join(share, 'socket'), resolve));
		expect(await leftOut()).toEqual({
			'.git': 'library.entry.hidden',
			'.profile': 'library.entry.hidden',
			empty: 'library.entry.empty',
			pipe: 'library.entry.special',
			socket: 'library.entry.special',
		});
		await new Promise((resolve) => server.close(resolve));
	});

	test('leaves out names that nobody could ask for', async () => {
		writeFileSync(join(share, 'two\nlines'), 'x');
		writeFileSync(join(share, 'escape\x1b[31m'), 'x');
		writeFileSync(Buffer.concat([Buffer.from(`${share}/`), Buffer.from([0xff, 0xfe, 0x41])]), 'x');
		expect(new Set(Object.values(await leftOut()))).toEqual(new Set(['library.entry.name']));
		expect(await found()).toEqual(['sub/plain.txt']);
	});

	test('takes a second name of our own file, but not of a file of another user', async () => {
		linkSync(join(base, 'outside', 'secret.txt'), join(share, 'ours'));
		expect(await found()).toEqual(['ours', 'sub/plain.txt']);
		const facts = {
			name: 'theirs',
			path: 'theirs',
			kind: 'file',
			size: 5,
			links: 2,
			ours: false,
			mode: 0o644,
			elsewhere: false,
		} as const;
		expect(plainRule(facts)).toBe('library.entry.foreign');
		expect(plainRule({ ...facts, links: 1 })).toBeUndefined();
		expect(plainRule({ ...facts, links: 1, elsewhere: true })).toBe('library.entry.mount');
	});

	test('does not enter a folder that it must never share', async () => {
		const { files, leftOut: out } = await scan(share, { rule: plainRule, never: [join(share, 'sub')] });
		expect(files).toEqual([]);
		expect(out).toEqual([{ path: 'sub', reason: 'library.entry.private' }]);
	});

	test('of an endless tree is ended by its depth, and stops when it is told to', async () => {
		mkdirSync(join(share, ...Array.from({ length: 40 }, () => 'd')), { recursive: true });
		expect(Object.values(await leftOut())).toEqual(['library.entry.deep']);
		const stopped = await scan(share, { rule: plainRule, never: [], stopped: () => true });
		expect(stopped.whole).toBe(false);
	});

	test('of a folder that is not there is not whole: nothing is known of its files', async () => {
		rmSync(share, { recursive: true });
		const result = await scan(share, { rule: plainRule, never: [] });
		expect([result.whole, result.leftOut[0]?.reason]).toEqual([false, 'library.entry.unreadable']);
	});
});

describe('opening a shared file', () => {
	async function read(path: string): Promise<string> {
		const opened = await openBeneath(share, path);
		if (isRefusal(opened)) return opened.refused;
		const text = await opened.handle.readFile('utf8');
		await opened.handle.close();
		return text;
	}

	test('gives a plain file beneath the folder', async () => {
		expect(await read('sub/plain.txt')).toBe('plain');
	});

	test('refuses a file that was exchanged for a link to a secret', async () => {
		rmSync(join(share, 'sub', 'plain.txt'));
		symlinkSync(join(base, 'outside', 'secret.txt'), join(share, 'sub', 'plain.txt'));
		expect(await read('sub/plain.txt')).toBe('library.entry.link');
	});

	test('refuses a folder that was exchanged for a link', async () => {
		renameSync(join(base, 'outside', 'secret.txt'), join(base, 'outside', 'plain.txt'));
		rmSync(join(share, 'sub'), { recursive: true });
		symlinkSync(join(base, 'outside'), join(share, 'sub'));
		expect(await read('sub/plain.txt')).toBe('library.entry.link');
	});

	test('refuses a share folder that was itself exchanged for a link', async () => {
		renameSync(share, join(base, 'elsewhere'));
		symlinkSync(join(base, 'elsewhere'), share);
		expect(await read('sub/plain.txt')).toBe('library.entry.link');
	});

	test('never gives the secret while folder and link change places', async () => {
		renameSync(join(base, 'outside', 'secret.txt'), join(base, 'outside', 'plain.txt'));
		symlinkSync(join(base, 'outside'), join(base, 'link'));
		const seen = new Set<string>();
		for (let round = 0; round < 150; round++) {
			const reading = read('sub/plain.txt');
			renameSync(join(share, 'sub'), join(base, 'away'));
			renameSync(join(base, 'link'), join(share, 'sub'));
			const second = read('sub/plain.txt');
			seen.add(await reading).add(await second);
			renameSync(join(share, 'sub'), join(base, 'link'));
			renameSync(join(base, 'away'), join(share, 'sub'));
		}
		expect(seen).not.toContain(secret);
		expect(seen).toContain('library.entry.link');
	});

	test('refuses a pipe without waiting for its other end, a folder, and what is gone', async () => {
		execFileSync('mkfifo', [join(share, 'pipe')]);
		expect(await read('pipe')).toBe('library.entry.special');
		expect(await read('sub')).toBe('library.entry.special');
		expect(await read('sub/other.txt')).toBe('library.file.gone');
	});

	test.each([
		'../outside/secret.txt',
		'sub/../sub/plain.txt',
		'/etc/passwd',
		'sub//plain.txt',
		'./sub',
		'',
		'a\0b',
	])('%j is no path that a scan makes: our own fault', async (path) => {
		await expect(openBeneath(share, path)).rejects.toThrow(/no scan makes/);
	});

	test('of another size, time or inode than hashed is refused', async () => {
		const opened = await openBeneath(share, 'sub/plain.txt');
		if (isRefusal(opened)) throw new Error(opened.refused);
		await opened.handle.close();
		const { stamp } = opened;
		const same = await openUnchanged(share, 'sub/plain.txt', stamp);
		if (isRefusal(same)) throw new Error(same.refused);
		await same.handle.close();
		for (const other of [{ size: 6 }, { mtime: stamp.mtime + 1 }, { ino: stamp.ino + 1 }]) {
			expect(await openUnchanged(share, 'sub/plain.txt', { ...stamp, ...other })).toMatchObject({
				refused: 'library.file.changed',
			});
		}
	});

	test('leaves no descriptor open, whether it was given or refused', async () => {
		const probe = async () => {
			const handle = await open(join(share, 'sub', 'plain.txt'));
			const { fd } = handle;
			expect(await readlink(`/proc/self/fd/${fd}`)).toContain('plain.txt');
			await handle.close();
			return fd;
		};
		const before = await probe();
		for (let round = 0; round < 20; round++) {
			await read('sub/plain.txt');
			await read('sub');
			await read('sub/none/none');
			await openUnchanged(share, 'sub/plain.txt', { size: 1, mtime: 1, ino: 1 });
		}
		expect(await probe()).toBe(before);
	});

	test('without /proc, a link on the way is seen by comparing real paths', async () => {
		const handle = await openByRealPath(share, ['sub', 'plain.txt']);
		expect(await handle.readFile('utf8')).toBe('plain');
		await handle.close();
		symlinkSync(join(base, 'outside'), join(share, 'out'));
		await expect(openByRealPath(share, ['out', 'secret.txt'])).rejects.toThrow(/link/);
	});
});

test('a time that is put back by hand with another content is seen by its inode or size', async () => {
	const path = join(share, 'sub', 'plain.txt');
	const before = await openBeneath(share, 'sub/plain.txt');
	if (isRefusal(before)) throw new Error(before.refused);
	await before.handle.close();
	renameSync(path, join(share, 'kept'));
	writeFileSync(path, 'PLAIN');
	utimesSync(path, before.stamp.mtime / 1000, before.stamp.mtime / 1000);
	chmodSync(path, 0o644);
	expect(await openUnchanged(share, 'sub/plain.txt', before.stamp)).toMatchObject({
		refused: 'library.file.changed',
	});
});

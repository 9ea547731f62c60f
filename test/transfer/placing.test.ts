import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { diskRefusal, mustHaveRoom } from '../../src/transfer/disk.ts';
import { freePath, place } from '../../src/transfer/placing.ts';

let base: string;
let out: string;
let partial: string;

beforeEach(() => {
	base = mkdtempSync(join(tmpdir(), 'sallyport-place-'));
	out = join(base, 'out');
	partial = join(base, '7.part');
	mkdirSync(out);
	writeFileSync(partial, 'fetched');
});

afterEach(() => {
	rmSync(base, { recursive: true, force: true });
});

test('a taken name gets a number before its extension', async () => {
	writeFileSync(join(out, 'a.tar.gz'), '1');
	expect(await freePath(out, 'a.tar.gz')).toBe(join(out, 'a.tar (2).gz'));
	symlinkSync('nowhere', join(out, 'a.tar (2).gz'));
	expect(await freePath(out, 'a.tar.gz')).toBe(join(out, 'a.tar (3).gz'));
	expect(await freePath(join(base, 'new', 'folder'), 'plain')).toBe(join(base, 'new', 'folder', 'plain'));
	expect(statSync(join(base, 'new', 'folder')).isDirectory()).toBe(true);
});

test('the file gets its name, and the partial one loses its own', async () => {
	expect(await place(partial, join(out, 'a'), out, 7)).toBe(true);
	expect(readFileSync(join(out, 'a'), 'utf8')).toBe('fetched');
	expect(existsSync(partial)).toBe(false);
});

test('a name that was taken in the last moment is left to its owner', async () => {
	writeFileSync(join(out, 'a'), 'theirs');
	symlinkSync(join(base, 'victim'), join(out, 'link'));
	expect(await place(partial, join(out, 'a'), out, 7)).toBe(false);
	expect(await place(partial, join(out, 'link'), out, 7)).toBe(false);
	expect(readFileSync(join(out, 'a'), 'utf8')).toBe('theirs');
	expect(existsSync(join(base, 'victim'))).toBe(false);
	expect(readFileSync(partial, 'utf8')).toBe('fetched');
});

const memory = '/dev/shm';
const other = existsSync(memory) && statSync(memory).dev !== statSync(tmpdir()).dev;
if (!other) console.info(`skipped "another file system": ${memory} is not one`);

test.skipIf(!other)('on another file system it is copied whole, and never over another file', async () => {
	const there = mkdtempSync(join(memory, 'sallyport-place-'));
	try {
		writeFileSync(join(there, 'taken'), 'theirs');
		writeFileSync(join(there, '.sallyport-7.part'), 'of a killed try');
		expect(await place(partial, join(there, 'taken'), there, 7)).toBe(false);
		expect(readFileSync(join(there, 'taken'), 'utf8')).toBe('theirs');
		expect(await place(partial, join(there, 'a'), there, 7)).toBe(true);
		expect(readFileSync(join(there, 'a'), 'utf8')).toBe('fetched');
		expect(readdirSync(there).sort()).toEqual(['a', 'taken']);
		expect(existsSync(partial)).toBe(false);
	} finally {
		rmSync(there, { recursive: true });
	}
});

test('what the disk says becomes a sentence, our own mistakes do not', () => {
	const error = (code: string) => Object.assign(new Error(code), { code });
	expect(diskRefusal(error('ENOSPC'), '/d')).toMatchObject({ code: 'transfer.disk.full' });
	expect(diskRefusal(error('EDQUOT'), '/d').message).toBe('The disk is full at /d. Make room, then retry.');
	for (const code of ['EACCES', 'EROFS', 'ENOTDIR', 'EIO']) {
		expect(diskRefusal(error(code), '/d')).toMatchObject({ code: 'transfer.disk.unwritable' });
	}
	expect(() => diskRefusal(new TypeError('a bug'), '/d')).toThrow('a bug');
});

test('a file larger than the free space is refused with both numbers', () => {
	expect(() => mustHaveRoom(base, 2 ** 52)).toThrow(/4503599627370496 bytes are needed, \d+ are free/);
	expect(() => mustHaveRoom(base, 1)).not.toThrow();
});

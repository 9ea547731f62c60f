import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from '../../src/world/folder.ts';

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'sallyport-folder-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

test('a folder is made with those that lead to it, each with the mode', () => {
	const path = join(folder, 'a', 'b');
	makeFolder(path, 0o700);
	for (const made of [path, join(folder, 'a')]) expect(statSync(made).mode & 0o777).toBe(0o700);
});

test('a folder that is there stays as it is', () => {
	makeFolder(folder, 0o755);
	expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('a file is no folder, nothing lies below one, and a link to nothing is none', () => {
	const file = join(folder, 'file');
	writeFileSync(file, '');
	expect(() => makeFolder(file)).toThrow('EEXIST');
	expect(() => makeFolder(join(file, 'below'))).toThrow('ENOTDIR');
	symlinkSync(join(folder, 'nothing'), join(folder, 'link'));
	expect(() => makeFolder(join(folder, 'link'))).toThrow('EEXIST');
});

const proc = existsSync('/proc/self');
if (!proc) console.log('A folder in /proc is not tried: there is no /proc here.');

test.skipIf(!proc)('where nothing can be made, that is said: /proc', () => {
	expect(() => makeFolder('/proc/sallyport/below')).toThrow('ENOENT');
});

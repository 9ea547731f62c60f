import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bring } from '../../src/cli/bring.ts';

let folder: string;
let home: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'sallyport-bring-'));
	home = join(folder, 'home');
	mkdirSync(join(home, 'downloads'), { recursive: true });
	mkdirSync(join(folder, 'keys'));
	writeFileSync(join(folder, 'keys', 'id'), 'a key');
	writeFileSync(join(home, 'downloads', 'a talk.ogg'), 'words');
});

afterEach(() => rmSync(folder, { recursive: true }));

it('a file of the node is copied to the folder that the user named', async () => {
	const place = await bring(join(home, 'downloads', 'a talk.ogg'), home, join(folder, 'new', 'out'));
	expect(place).toBe(join(folder, 'new', 'out', 'a talk.ogg'));
	expect(readFileSync(place, 'utf8')).toBe('words');
});

it('what lies there already is not written over', async () => {
	writeFileSync(join(folder, 'a talk.ogg'), 'mine');
	await expect(bring(join(home, 'downloads', 'a talk.ogg'), home, folder)).rejects.toThrow(/cannot be made/);
	expect(readFileSync(join(folder, 'a talk.ogg'), 'utf8')).toBe('mine');
});

it('a node that names the keys of its user as the file gets nothing copied', async () => {
	const out = join(folder, 'out');
	await expect(bring(join(folder, 'keys', 'id'), home, out)).rejects.toThrow(/none of its own/);
	symlinkSync(join(folder, 'keys', 'id'), join(home, 'downloads', 'link'));
	await expect(bring(join(home, 'downloads', 'link'), home, out)).rejects.toThrow(/ELOOP/);
	symlinkSync(join(folder, 'keys'), join(home, 'downloads', 'way'));
	await expect(bring(join(home, 'downloads', 'way', 'id'), home, out)).rejects.toThrow(/none of its own/);
	await expect(bring(join(home, 'downloads'), home, out)).rejects.toThrow(/none of its own/);
});

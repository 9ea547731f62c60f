import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Library } from '../../src/library/library.ts';
import { mostSurprising } from '../../src/library/surprise.ts';
import { systemClock } from '../../src/node/clock.ts';
import { Store } from '../../src/node/store.ts';

let base: string;
let store: Store;
let library: Library;
const put = (path: string, text = 'x') => {
	mkdirSync(join(base, path, '..'), { recursive: true });
	writeFileSync(join(base, path), text);
};

beforeEach(() => {
	base = mkdtempSync(join(tmpdir(), 'sallyport-preview-'));
	store = new Store(':memory:');
	library = new Library(store.library, {
		clock: systemClock,
		never: [join(base, 'home')],
		notice: () => {},
		rescanMinutes: 0,
		watch: false,
	});
	for (let i = 0; i < 20; i++) put(`share/music/song ${i}.ogg`, 'la la');
	put('share/music/Passport scan.jpg');
	put('share/id_rsa');
	put('share/.hidden');
	put('share/deep/er/talk.txt', 'a talk');
	symlinkSync('/etc/passwd', join(base, 'share/outside.txt'));
});

afterEach(async () => {
	await library.close();
	store.close();
	rmSync(base, { recursive: true });
});

describe('a preview', () => {
	it('says how much would be shared, what not, and what is surprising, and shares nothing', async () => {
		const preview = await library.preview(join(base, 'share'));
		expect(preview).toMatchObject({ files: 22, bytes: 20 * 5 + 1 + 6, leftOutCount: 3, whole: true });
		expect(preview.byReason).toEqual({
			'library.entry.hidden': 1,
			'library.entry.link': 1,
			'defence.oversharing.key': 1,
		});
		expect(preview.surprising[0]).toMatchObject({
			path: 'music/Passport scan.jpg',
			why: 'its name speaks of an identity paper',
		});
		expect(preview.surprising.map(({ path }) => path)).toContain('deep/er/talk.txt');
		expect(library.folders()).toEqual([]);
		expect(library.shares.files).toBe(0);
	});

	it('of a folder that must not be shared is refused with the reason', async () => {
		await expect(library.preview('/')).rejects.toMatchObject({ code: 'library.root.system' });
	});

	it('ends when it is not wanted any more', async () => {
		const { whole } = await library.preview(join(base, 'share'), AbortSignal.abort());
		expect(whole).toBe(false);
	});
});

describe('an explanation', () => {
	const explain = (path: string) => library.explain(join(base, path));

	it('is there for every path', async () => {
		expect(await explain('elsewhere.txt')).toMatchObject({
			shared: false,
			reason: 'It is in none of the shared folders.',
			advice: 'Put it into a shared folder, if others are to have it.',
		});
		await library.addFolder(join(base, 'share'));
		await library.rescan();
		await library.idle();
		expect(await explain('share')).toMatchObject({ shared: true });
		expect(await explain('share/deep')).toMatchObject({ shared: true });
		expect(await explain('share/deep/er/talk.txt')).toMatchObject({
			shared: true,
			reason: expect.stringMatching(/^It is shared as "talk.txt", urn:sha1:[A-Z2-7]{32}\.$/),
		});
		expect((await explain('share/deep/er/talk.txt')).advice).toBeUndefined();
		expect(await explain('share/.hidden')).toMatchObject({
			shared: false,
			code: 'library.entry.hidden',
			advice: 'Take the dot from the beginning of the name.',
		});
		expect(await explain('share/id_rsa')).toMatchObject({
			code: 'defence.oversharing.key',
			advice: expect.stringMatching(/^Nothing needs to be done/),
		});
		expect(await explain('share/outside.txt')).toMatchObject({ shared: false, code: 'library.entry.link' });
		expect(await explain('share/nothing.txt')).toMatchObject({
			shared: false,
			reason: 'There is no such file.',
		});
		put('share/.git/config');
		expect(await explain('share/.git/config')).toMatchObject({
			code: 'library.entry.hidden',
			reason: expect.stringMatching(/^Of ".git", in which it lies: /),
		});
		put('share/deep/er/talk.txt', 'another talk');
		expect(await explain('share/deep/er/talk.txt')).toMatchObject({
			shared: false,
			code: 'library.file.changed',
		});
		put('share/new.txt');
		expect(await explain('share/new.txt')).toMatchObject({
			shared: false,
			reason: expect.stringMatching(/new/),
		});
	});
});

describe('a surprise', () => {
	const now = Date.UTC(2026, 10, 21);
	const file = (path: string, more = {}) => ({
		path,
		size: 4_000_000,
		mtime: now - 400 * 86_400_000,
		...more,
	});

	it.each([
		['Gehaltsabrechnung Mai.pdf', 'money'],
		['fiche de paie 2025.pdf', 'money'],
		['Steuererkl\u00e4rung.pdf', 'taxes'],
		['mis contrase\u00f1as.txt', 'passwords'],
		['wallet seed phrase.txt', 'passwords'],
		['Arztbrief.pdf', 'health'],
		['DCIM/100CANON/IMG_4711.JPG', 'camera'],
		['setup.exe', 'program'],
	])('is %s', (path, why) => {
		expect(mostSurprising([file(path)], 10, now)[0]!.why).toContain(why);
	});

	it('is a document among songs, a giant among small ones, a new file among old ones; songs are none', () => {
		const songs = Array.from({ length: 30 }, (_, i) => file(`album/${i} song.mp3`));
		expect(mostSurprising(songs, 10, now)).toEqual([]);
		const odd = [
			file('album/list.docx'),
			file('album/giant.bin', { size: 9e9 }),
			file('album/31 song.mp3', { mtime: now - 1000 }),
		];
		expect(mostSurprising([...songs, ...odd], 10, now).map(({ path }) => path)).toEqual(
			odd.map(({ path }) => path),
		);
	});

	it('is one of ten at most, the worst first', () => {
		const many = Array.from({ length: 40 }, (_, i) => file(`setup${i}.exe`));
		const worst = file('passwords.xlsx');
		const found = mostSurprising([...many, worst], 10, now);
		expect(found).toHaveLength(10);
		expect(found[0]!.path).toBe('passwords.xlsx');
	});
});

import { describe, expect, it } from 'vitest';
import { Disguised, inspectName } from '../../src/defence/disguised.ts';
import { contentOf, withType } from '../defence/corpus/content-of.ts';
import { hostileNames } from '../defence/corpus/hostile-names.ts';
import { programShapes } from '../defence/corpus/hostile-programs.ts';
import { Chance } from '../defence/corpus/random.ts';

describe('a name that is made to be misread', () => {
	const names = hostileNames(new Chance(1));
	const nothing = new Uint8Array([0x81, 0x82]);

	it('reaches the download folder without the defence', () => {
		const off = new Disguised(false);
		for (const { name } of names) expect(off.inspect(withType(name, nothing, undefined))).toEqual([]);
	});

	it('is refused with it, whichever trick it is', () => {
		const on = new Disguised(true);
		for (const { name, code } of names) {
			const found = on.inspect(withType(name, nothing, undefined));
			expect(
				found.map((one) => one.code),
				JSON.stringify(name),
			).toContain(code);
			expect(found.every(({ verdict }) => verdict === 'refused')).toBe(true);
		}
		for (const code of [
			'defence.disguised.double',
			'defence.disguised.spaces',
			'defence.disguised.direction',
			'defence.disguised.lookalike',
			'defence.disguised.trailing',
			'defence.disguised.stream',
			'defence.disguised.path',
		])
			expect(on.counts.get(code), code).toBeGreaterThan(1);
	});

	it('is known before anything is fetched', () => {
		for (const { name, code } of names)
			expect(
				inspectName(name).map((one) => one.code),
				JSON.stringify(name),
			).toContain(code);
	});
});

describe('content that is not what its name says', () => {
	const shapes = programShapes(new Chance(2)).filter(
		({ kind, code }) =>
			code !== 'defence.executable.macros' && !/^(?:com|pif|powershell|web location)$/.test(kind),
	);

	it('is a song like any other without the defence', async () => {
		const off = new Disguised(false);
		for (const { bytes } of shapes) expect(off.inspect(await contentOf('song.mp3', bytes))).toEqual([]);
	});

	it('is refused with it: programs, scripts, shortcuts and installers as songs, films and documents', async () => {
		const on = new Disguised(true);
		for (const { kind, bytes } of shapes) {
			for (const name of ['song.mp3', 'film.avi', 'holiday.jpg', 'paper.pdf', 'book.epub', 'files.rar'])
				expect(on.inspect(await contentOf(name, bytes)), `${kind} as ${name}`).toMatchObject([
					{ code: 'defence.disguised.program', verdict: 'refused' },
				]);
		}
	});

	it('is refused when it is a page, and suspicious when it is only of another kind', async () => {
		const on = new Disguised(true);
		const page = Buffer.from('<html><body>one</body></html>');
		expect(on.inspect(await contentOf('gimp.mp3', page))).toMatchObject([
			{ code: 'defence.disguised.page', verdict: 'refused' },
		]);
		expect(
			on.inspect(await contentOf('film.avi', Buffer.from('Rar!\x1a\x07\0 and more', 'latin1'))),
		).toMatchObject([{ code: 'defence.disguised.type', verdict: 'suspicious' }]);
		expect(on.inspect(await contentOf('song.mp3', Buffer.from('only a text\n')))).toMatchObject([
			{ code: 'defence.disguised.type', verdict: 'suspicious' },
		]);
	});
});

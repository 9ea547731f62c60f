import { expect, it } from 'vitest';
import { Executable } from '../../src/defence/executable.ts';
import { contentOf, typeOf, withType } from '../defence/corpus/content-of.ts';
import { programShapes, windowsProgram } from '../defence/corpus/hostile-programs.ts';
import { Chance } from '../defence/corpus/random.ts';

/** The talk's threat: whatever is called a game may be anybody's program. */
const shapes = programShapes(new Chance(1));

it('a program is fetched under its own name: without the defence it is a file like any other', async () => {
	const off = new Executable(false);
	for (const { extension, bytes } of shapes)
		expect(off.inspect(await contentOf(`free game.${extension}`, bytes))).toEqual([]);
	expect(off.counts.size).toBe(0);
});

it('with the defence each is told, and by its kind', async () => {
	const on = new Executable(true);
	for (const { kind, extension, code, bytes } of shapes) {
		const found = on.inspect(await contentOf(`free game.${extension}`, bytes));
		expect(found, kind).toMatchObject([{ code, verdict: 'suspicious' }]);
	}
	expect([...on.counts.keys()].sort()).toEqual([
		'defence.executable.macros',
		'defence.executable.package',
		'defence.executable.program',
		'defence.executable.script',
		'defence.executable.shortcut',
	]);
});

it('and under any other name too: the content says it, not the name', async () => {
	const on = new Executable(true);
	const byContent = shapes.filter(({ kind }) => !/^(?:com|pif|powershell|web location)$/.test(kind));
	expect(byContent.length).toBeGreaterThan(50);
	for (const { kind, bytes } of byContent) {
		for (const name of ['song.mp3', 'holiday.jpg', 'no extension', 'data.bin'])
			expect(on.inspect(await contentOf(name, bytes)).length, `${kind} as ${name}`).toBe(1);
	}
});

it('the worm that answers every search is a program of 8 kB, and so it is told', async () => {
	const worm = windowsProgram('PE\0\0', new Uint8Array(8192 - 376));
	expect(new Executable(false).inspect(withType('holiday song.exe', worm, await typeOf(worm)))).toEqual([]);
	expect(new Executable(true).inspect(withType('holiday song.exe', worm, await typeOf(worm)))).toEqual([
		{ code: 'defence.executable.program', verdict: 'suspicious', detail: 'a Windows program' },
	]);
});

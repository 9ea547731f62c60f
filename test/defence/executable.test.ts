import { expect, it } from 'vitest';
import { Executable } from '../../src/defence/executable.ts';
import { contentOf, withType } from './corpus/content-of.ts';
import { windowsProgram } from './corpus/hostile-programs.ts';
import { compound, oldOffice } from './corpus/office.ts';
import { Chance } from './corpus/random.ts';

const on = new Executable(true);
const text = (name: string, words: string) => contentOf(name, Buffer.from(words));

it('the source of a program is a text', async () => {
	expect(on.inspect(await text('a.c', '#include <stdio.h>\n'))).toEqual([]);
	expect(on.inspect(await text('a.py', '#!/usr/bin/env python3\nprint(1)\n'))).toEqual([]);
	expect(on.inspect(await text('a.ts', '#!/usr/bin/env node\nexport {};\n'))).toEqual([]);
	expect(on.inspect(await text('notes.txt', '#!/bin/sh\nexit\n'))).toEqual([]);
	expect(on.inspect(await text('notes.md', '@echo off\n'))).toEqual([]);
});

it('a shell script without an interpreter is a text, with one it is a script', async () => {
	expect(on.inspect(await text('a.sh', 'echo one\n'))).toEqual([]);
	expect(on.inspect(await text('a.sh', '#!/bin/sh\necho one\n'))).toMatchObject([
		{ code: 'defence.executable.script' },
	]);
});

it('what Windows runs by a double click counts by its extension', async () => {
	for (const extension of ['js', 'vbs', 'bat', 'cmd', 'ps1', 'wsf', 'hta'])
		expect(on.inspect(await text(`a.${extension}`, 'one two three\n')), extension).toMatchObject([
			{ code: 'defence.executable.script', verdict: 'suspicious' },
		]);
	expect(on.inspect(await text('a.exe. .', 'one two three\n'))).toMatchObject([
		{ code: 'defence.executable.program' },
	]);
});

it('a page saved as www.example.com is no DOS program', async () => {
	expect(on.inspect(await text('www.example.com', '<html><body>one</body></html>'))).toEqual([]);
	expect(on.inspect(withType('edit.com', new Uint8Array([0xe9, 1, 2, 0x80]), undefined))).toHaveLength(1);
});

it('a text about Mark Zbikowski is no program, though it begins with his initials', async () => {
	expect(on.inspect(await text('a', 'MZ was the mark of Mark Zbikowski, who wrote much of it.\n'))).toEqual(
		[],
	);
	expect(on.inspect(await text('a.txt', `MZ${'x'.repeat(300)}`))).toEqual([]);
});

it('a Windows program whose new header lies outside of the first window is still one', () => {
	const bytes = Buffer.alloc(300_000);
	bytes.write('MZ');
	bytes.writeUInt32LE(200_000, 60);
	bytes.write('PE\0\0', 200_000, 'latin1');
	expect(on.inspect(withType('a.bin', bytes, undefined))).toMatchObject([
		{ code: 'defence.executable.program' },
	]);
	bytes.write('XX', 200_000);
	expect(on.inspect(withType('a.bin', bytes, undefined))).toEqual([]);
});

it('a program behind 4 KiB of other bytes is found, behind more it is not', () => {
	const junk = (length: number): Buffer => Buffer.concat([Buffer.alloc(length, 0x90), windowsProgram()]);
	expect(on.inspect(withType('a.bin', junk(4000), undefined))).toHaveLength(1);
	expect(on.inspect(withType('a.bin', junk(5000), undefined))).toEqual([]);
	// A picture is a picture: what hangs on it is the business of hostile-media.
	expect(on.inspect(withType('a.jpg', junk(400), 'image/jpeg'))).toEqual([]);
});

it('says what a program is made of', async () => {
	const detail = async (bytes: Uint8Array) => on.inspect(await contentOf('a', bytes))[0]?.detail;
	expect(await detail(windowsProgram())).toBe('a Windows program');
	expect(await detail(windowsProgram('PE\0\0', Buffer.from('Nullsoft.NSIS.exehead')))).toBe(
		'a Windows program that unpacks itself',
	);
	expect(await detail(windowsProgram('NE'))).toBe('a 16-bit Windows program');
});

it('WebAssembly and old documents without macros are no programs', async () => {
	expect(on.inspect(await contentOf('a.wasm', Buffer.from('\0asm\x01\0\0\0', 'latin1')))).toEqual([]);
	expect(on.inspect(await contentOf('a.doc', oldOffice(new Chance(1), 'doc')))).toEqual([]);
});

it('a compound file whose directory runs in a circle is read once around', () => {
	const bytes = compound(
		[
			['Root Entry', 5],
			['VBA', 1],
		],
		new Uint8Array(600),
	);
	bytes.writeUInt32LE(1, 512 + 4);
	expect(on.inspect(withType('a.doc', bytes, undefined))).toMatchObject([
		{ code: 'defence.executable.macros' },
	]);
});

it('an empty file is nothing', () => {
	expect(on.inspect(withType('a.exe', new Uint8Array(0), undefined))).toEqual([]);
});

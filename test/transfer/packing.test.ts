import { randomBytes } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Packing } from '../../src/transfer/packing.ts';
import { HandClock } from './bench.ts';

const text = Buffer.from('the same words again and again, '.repeat(5760));
const noise = randomBytes(184_320);

test('a block of text becomes shorter, and is the same again', async () => {
	const packing = new Packing(new HandClock());
	expect(packing.tries(1, 'talk.txt')).toBe(true);
	const packed = await packing.pack(1, text);
	expect(packed!.length).toBeLessThan(text.length / 50);
	expect(inflateSync(packed!).equals(text)).toBe(true);
});

test('names of packed types are not tried', () => {
	const packing = new Packing(new HandClock());
	for (const name of ['a.zip', 'a.tar.GZ', 'song.mp3', 'film.mkv', 'picture.jpeg', 'sheet.xlsx'])
		expect(packing.tries(1, name)).toBe(false);
	for (const name of ['a.txt', 'a', 'a.tar', 'program.exe', 'disk.iso'])
		expect(packing.tries(1, name), name).toBe(true);
});

test('a file whose block was not worth it is left alone for the next blocks, others are not', async () => {
	const packing = new Packing(new HandClock());
	expect(packing.tries(1, 'a.bin')).toBe(true);
	expect(await packing.pack(1, noise)).toBeUndefined();
	let asked = 0;
	while (!packing.tries(1, 'a.bin') && asked < 100) asked++;
	expect(asked).toBe(32);
	expect(packing.tries(2, 'b.bin')).toBe(true);
});

test('only so many blocks a second are packed, whoever asks', () => {
	const clock = new HandClock();
	const packing = new Packing(clock);
	const tried = () => Array.from({ length: 100 }, (_, i) => packing.tries(i, 'a.txt')).filter(Boolean).length;
	expect([tried(), tried()]).toEqual([32, 0]);
	clock.time += 1000;
	expect(tried()).toBe(32);
});

import { expect, test } from 'vitest';
import { le16, le32, leNumber, putLe16, putLe32, shortLe } from '../../../src/networks/common/integers.ts';
import { words } from '../../../src/networks/common/words.ts';

test.each([
	['alpha Foxtrot-song.mp3', ['alpha', 'foxtrot', 'song', 'mp3']],
	['a a b a', ['a', 'b']],
	['w1 w2 w3 w4 w5 w6 w7 w8 w9 w1', ['w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7', 'w8', 'w9']],
	['Crème Brûlée', ['creme', 'brulee']],
	['ﬁle Ⅻ', ['file', 'xii']],
	['Москва 東京', ['москва', '東京']],
	['...', []],
	['', []],
])('the words of %j', (text, expected) => {
	expect(words(text)).toEqual(expected);
});

test('a text beyond any name is read only at its beginning', () => {
	expect(words(`${'x '.repeat(2048)}late`)).toEqual(['x']);
});

test('integers come back, little end first', () => {
	const bytes = new Uint8Array(8);
	putLe16(bytes, 1, 0xfedc);
	putLe32(bytes, 3, 0xfedcba98);
	expect([...bytes]).toEqual([0, 0xdc, 0xfe, 0x98, 0xba, 0xdc, 0xfe, 0]);
	expect(le16(bytes, 1)).toBe(0xfedc);
	expect(le32(bytes, 3)).toBe(0xfedcba98);
});

test.each([0, 1, 255, 256, 2 ** 32, Number.MAX_SAFE_INTEGER])(
	'%d in its shortest form comes back',
	(value) => {
		expect(leNumber(shortLe(value))).toBe(value);
	},
);

test('a number that does not fit is undefined', () => {
	expect(leNumber(new Uint8Array(8).fill(0xff))).toBeUndefined();
	expect(leNumber(new Uint8Array(9))).toBeUndefined();
	expect(leNumber(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0))).toBe(1);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eachWord, words as wordsOf } from '../../../src/networks/common/words.ts';

test.each([
	['Some_Song (Live) - 1999.OGG', ['some', 'song', 'live', '1999', 'ogg']],
	['Café Crème.mp3', ['cafe', 'creme', 'mp3']],
	['Ångström ÉTÉ', ['angstrom', 'ete']],
	['Привет, Мир', ['привет', 'мир']],
	['ｆｕｌｌ ﬁle ℡', ['full', 'file', 'tel']],
	['to be or not to be', ['to', 'be', 'or', 'not']],
	['...', []],
	['', []],
])('%j becomes %j', (text, words) => {
	expect(wordsOf(text)).toEqual(words);
});

test('a name and a query that differ in case, accents and separators give the same words', () => {
	expect(wordsOf('naïve-CAFÉ')).toEqual(wordsOf('NAIVE café'));
});

test('whatever the text, words are folded once and for all, without separators, and from its first 4096 characters', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
			const words = wordsOf(text);
			for (const word of words) {
				expect(word).toMatch(/^[\p{L}\p{N}]+$/u);
				expect(wordsOf(word)).toEqual([word]);
			}
			expect(wordsOf(words.join('-'))).toEqual(words);
		}),
		{ numRuns: 300 },
	);
	expect(wordsOf(`${'a '.repeat(2048)}behind`)).toEqual(['a']);
});

test('the walk ends where its taker says so', () => {
	const seen: string[] = [];
	const take = (word: string) => seen.push(word) < 2;
	expect(eachWord('one two three', take)).toBe(false);
	expect(eachWord('Zwölf Äpfel mehr', take)).toBe(false);
	expect(seen).toEqual(['one', 'two', 'zwolf']);
});

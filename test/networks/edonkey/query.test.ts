import { describe, expect, it } from 'vitest';
import { searchOf } from '../../../src/networks/edonkey/query.ts';

const words = (text: string) => ({ kind: 'words', text });

describe('what a person types', () => {
	it('is words that must all be there', () => {
		expect(searchOf('quiet  song')).toEqual(words('quiet song'));
		expect(searchOf('quiet AND song')).toEqual(words('quiet song'));
	});

	it('may have operators: OR binds least, NOT takes away', () => {
		expect(searchOf('readme OR ubuntu NOT xyz')).toEqual({
			kind: 'or',
			left: words('readme'),
			right: { kind: 'not', left: words('ubuntu'), right: words('xyz') },
		});
	});

	it('may have conditions', () => {
		expect(searchOf('song type:audio size>=5M')).toEqual({
			kind: 'and',
			left: { kind: 'and', left: words('song'), right: { kind: 'text', tag: 3, text: 'Audio' } },
			right: { kind: 'number', tag: 2, comparison: '>=', value: 5_000_000 },
		});
		expect(searchOf('song ext:mp3')).toMatchObject({ right: { tag: 4, text: 'mp3' } });
		expect(searchOf('song bitrate:128')).toMatchObject({ right: { tag: 0xd4, comparison: '=', value: 128 } });
		for (const [key, tag] of [
			['sources', 0x15],
			['complete', 0x30],
			['length', 0xd3],
		] as const)
			expect(searchOf(`song ${key}!=3`)).toMatchObject({ right: { tag, comparison: '!=', value: 3 } });
	});

	it('is a word where it only looks like a condition', () => {
		expect(searchOf('re:zero size>big')).toEqual(words('re:zero size>big'));
		expect(searchOf('a constructor:5')).toEqual(words('a constructor:5'));
	});

	it('is no search without a word that must be there, or with more than servers take', () => {
		for (const text of [
			'',
			'size>5',
			'NOT x',
			'a OR',
			'a OR size>5',
			'a NOT',
			`a ${'NOT b '.repeat(11)}`,
			'x'.repeat(400),
		])
			expect(searchOf(text)).toBeUndefined();
	});
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, rangeOf, singleOf } from '../../src/policy/ranges.ts';

describe('a range of addresses', () => {
	it('is in its short form, and has no host bits', () => {
		const all = [
			'10.1.2.3/8',
			'10.1.2.3',
			'0.0.0.0/0',
			'2001:DB8:0::7',
			'2001:db8::7/32',
			'::ffff:10.0.0.1',
			'10.0.0.5/32',
		];
		expect(all.map((text) => rangeOf(text)?.text)).toEqual([
			'10.0.0.0/8',
			'10.1.2.3',
			'0.0.0.0/0',
			'2001:db8::7',
			'2001:db8::/32',
			'10.0.0.1',
			'10.0.0.5',
		]);
	});

	it('is refused where it is none', () => {
		const wrong = [
			'10.0.0',
			'10.0.0.1/33',
			'10.0.0.1/',
			'10.0.0.1/8/8',
			'0x0a000001',
			'167772161',
			'fe80::1%eth0',
			'::ffff:10.0.0.1/104',
			'a.example',
			'',
			'1.2.3.4; drop',
		];
		expect(wrong.filter((text) => rangeOf(text) !== undefined)).toEqual([]);
	});

	it('contains what has its first bits', () => {
		fc.assert(
			fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (one, other, bits) => {
				const word = (text: string): string =>
					text
						.split('.')
						.map((part) => Number(part).toString(2).padStart(8, '0'))
						.join('');
				const same = word(one).slice(0, bits) === word(other).slice(0, bits);
				expect(contains(rangeOf(`${one}/${bits}`)!, singleOf(other)!)).toBe(same);
			}),
		);
		expect(contains(rangeOf('::/0')!, singleOf('10.0.0.1')!)).toBe(false);
	});
});

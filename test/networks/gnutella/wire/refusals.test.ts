import { expect, test } from 'vitest';
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import { refusal, refusals } from '../../../../src/networks/gnutella/refusals.ts';

test('no code stands twice, and each says its part in words', () => {
	const codes = refusals.map(({ code }) => code);
	expect(new Set(codes).size).toBe(codes.length);
	for (const { code, short, sentence } of refusals) {
		expect(code).toMatch(/^gnutella(\.[a-z0-9-]+){2}$/);
		expect(short.length, code).toBeLessThanOrEqual(32);
		expect(sentence, code).toMatch(/^[A-Z].{20,160}\.$/);
	}
});

test('a refusal is a constant value', () => {
	const one = refusal('gnutella.header.oversized', 'type 80');
	expect(isRefusal(one)).toBe(true);
	expect(one).toEqual({ refused: 'gnutella.header.oversized', detail: 'type 80' });
	expect(() => Object.assign(one, { detail: 'x' })).toThrow();
	for (const other of [undefined, null, 1, 'refused', {}, new Uint8Array(3)])
		expect(isRefusal(other)).toBe(false);
});

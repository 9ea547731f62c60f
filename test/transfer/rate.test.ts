import { expect, test } from 'vitest';
import { Rate } from '../../src/transfer/rate.ts';

test('a steady stream has its rate from the first second on', () => {
	const rate = new Rate();
	for (let second = 100; second < 110; second++) {
		for (let part = 0; part < 10; part++) rate.add(50, second * 1000 + part * 100);
		expect(rate.get(second * 1000 + 950)).toBe(500);
	}
});

test('a stream that ended fades to nothing in five seconds', () => {
	const rate = new Rate();
	for (let second = 100; second < 105; second++) rate.add(500, second * 1000);
	const fading = [0, 1, 2, 3, 4, 5, 60].map((later) => rate.get(104_000 + later * 1000));
	expect(fading).toEqual([500, 400, 300, 200, 100, 0, 0]);
	rate.add(70, 200_000);
	expect(rate.get(200_000)).toBe(70);
});

test('without a byte there is no rate', () => {
	expect(new Rate().get(1_700_000_000_000)).toBe(0);
});

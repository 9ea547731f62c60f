import { expect, test } from 'vitest';
import { DownloadRefused } from '../../src/transfer/refused.ts';
import type { Sources } from '../../src/transfer/sources.ts';
import { Waiting } from '../../src/transfer/waiting.ts';
import { Bench, contentOf } from './bench.ts';

/** The code of the refusal that the order meets. */
async function refusal(order: () => unknown): Promise<string> {
	try {
		await order();
	} catch (error) {
		if (error instanceof DownloadRefused) return error.code;
		throw error;
	}
	return 'taken';
}

test('orders to a download that does not exist, or that has another state, are refused with a reason', async () => {
	const bench = new Bench();
	try {
		const id = await bench.want(contentOf(1000));
		expect(await refusal(() => bench.downloads.pause(id + 1))).toBe('transfer.order.unknown');
		expect(await refusal(() => bench.downloads.resume(id))).toBe('transfer.order.impossible');
		expect(await refusal(() => bench.downloads.pause(id))).toBe('taken');
		expect(await refusal(() => bench.downloads.pause(id))).toBe('transfer.order.impossible');
	} finally {
		await bench.end();
	}
});

test('content that every source has turned out not to have is given up after three empty rounds', () => {
	const sources = { usable: [], count: 2, readyAt: () => Number.POSITIVE_INFINITY } as unknown as Sources;
	const waiting = new Waiting();
	const rounds = [1, 2, 3, 4].map(() => waiting.until(sources, true, 0));
	expect(rounds).toEqual([5000, 10_000, 20_000, 'transfer.content.nobody']);
});

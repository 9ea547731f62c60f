import { describe, expect, it } from 'vitest';
import { AlertLimit, alertSeconds } from '../../../src/watch/export/alert-limit.ts';
import { FlowRecord } from '../../../src/watch/flows/record.ts';
import type { Verdict } from '../../../src/watch/recognise/verdict.ts';

const verdict = (network: string): Verdict => ({ network, by: 'payload', evidence: '', packets: 1 });

function flowOf(host: number, seconds: number): FlowRecord {
	const record = new FlowRecord();
	record.source.set([10, host >> 16, (host >> 8) & 255, host & 255]);
	record.endSeconds = seconds;
	return record;
}

describe('the limit of alerts', () => {
	it('lets one of a host and network through in 60 s', () => {
		const limit = new AlertLimit();
		expect(limit.isDue(flowOf(1, 1000), verdict('gnutella'))).toBe(true);
		expect(limit.isDue(flowOf(1, 1000 + alertSeconds - 1), verdict('gnutella'))).toBe(false);
		expect(limit.isDue(flowOf(1, 1001), verdict('edonkey'))).toBe(true);
		expect(limit.isDue(flowOf(2, 1001), verdict('gnutella'))).toBe(true);
		expect(limit.isDue(flowOf(1, 1000 + alertSeconds), verdict('gnutella'))).toBe(true);
	});

	it('says too much rather than too little where there are more hosts than it remembers', () => {
		const limit = new AlertLimit();
		let first = 0;
		for (let host = 0; host < 400_000; host++)
			if (limit.isDue(flowOf(host, 1000), verdict('gnutella'))) first++;
		// Two addresses may share a key.
		expect(first).toBeGreaterThan(399_000);
		let again = 0;
		for (let host = 399_000; host < 400_000; host++)
			if (limit.isDue(flowOf(host, 1001), verdict('gnutella'))) again++;
		expect(again).toBeLessThan(500);
		expect(limit.size).toBeLessThanOrEqual(1 << 17);
	});
});

/** What flows come to: over time, by network, by host, and under a policy. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../src/evidence/refusal.ts';
import { Matches } from '../../../src/watch/analysis/matches.ts';
import { hostsOf, overviewOf, stepFor } from '../../../src/watch/analysis/sums.ts';
import { Trial } from '../../../src/watch/analysis/trial.ts';
import { readPolicy } from '../../../src/watch/policy-file.ts';
import { type FlowOf, rowsOf } from './rows-of.ts';

function overview(flows: readonly FlowOf[], from: number, to: number) {
	const rows = rowsOf(flows);
	return overviewOf(rows, new Matches(rows, []), { from, to });
}

describe('networks over time', () => {
	it('spread what a flow moved evenly over the time that it lasted', () => {
		const { series, step, from } = overview(
			[{ start: 1000, seconds: 10, up: 600, down: 400 }],
			1_000_000,
			1_010_000,
		);
		expect([from, step]).toEqual([1_000_000, 100]);
		expect(series[0]).toEqual(new Array(100).fill(10));
	});

	it('put a flow of a moment into one step', () => {
		const { series } = overview([{ start: 1005, seconds: 0 }], 1_000_000, 1_010_000);
		expect(series[0]!.filter((bytes) => bytes > 0)).toEqual([300]);
		expect(series[0]![50]).toBe(300);
	});

	it('show of a flow that goes on beyond the chart only what falls into it', () => {
		const { series, networks } = overview([{ start: 0, seconds: 1000, up: 1000, down: 0 }], 100_000, 200_000);
		expect(networks[0]!.bytes).toBe(1000);
		expect(series[0]!.reduce((sum, bytes) => sum + bytes, 0)).toBe(100);
	});

	it('lose and invent nothing, however flows lie', () => {
		const flow = fc.record({
			start: fc.integer({ min: 0, max: 999_000 }).map((at) => at / 1000),
			seconds: fc.integer({ min: 0, max: 1_000_000 }).map((at) => at / 1000),
			up: fc.integer({ min: 0, max: 1e9 }),
			down: fc.integer({ min: 0, max: 1e9 }),
		});
		fc.assert(
			fc.property(fc.array(flow, { minLength: 1, maxLength: 30 }), (flows) => {
				const { series, bytes } = overview(flows, 0, 2_000_000);
				const summed = series[0]!.reduce((sum, step) => sum + step, 0);
				// Steps are rounded.
				expect(Math.abs(summed - bytes)).toBeLessThanOrEqual(series[0]!.length);
			}),
		);
	});

	it('have at most 120 steps, of a length that people read', () => {
		for (const length of [1, 999, 60_000, 3_600_000, 86_400_000, 40 * 86_400_000, 20 * 365 * 86_400_000])
			expect(Math.ceil(length / stepFor(length)) + 1).toBeLessThanOrEqual(121);
		expect(stepFor(3_600_000)).toBe(60_000);
	});

	it('say by what flows are known, and which programs named themselves', () => {
		const { networks } = overview(
			[
				{ label: 'a' },
				{ label: 'b' },
				{ label: 'b', by: 'learned' },
				{ network: '' },
				{ network: 'edonkey', up: 1e6 },
			],
			0,
			2_000_000,
		);
		expect(networks).toMatchObject([
			{ network: 'edonkey', flows: 1 },
			{
				network: 'gnutella',
				flows: 3,
				by: { payload: 2, learned: 1 },
				labels: [
					{ label: 'b', flows: 2 },
					{ label: 'a', flows: 1 },
				],
			},
			{ network: '', flows: 1, by: {} },
		]);
	});
});

describe('hosts', () => {
	it('stand in order of what their recognised flows moved', () => {
		const rows = rowsOf([
			{ source: '10.0.0.1', destination: '192.0.2.1', up: 1000, down: 5 },
			{ source: '10.0.0.2', destination: '192.0.2.2', up: 10, down: 20, network: 'edonkey' },
			{ source: '10.0.0.2', destination: '192.0.2.2', up: 1, down: 1, by: 'learned' },
			{ source: '10.0.0.3', destination: '192.0.2.3', up: 1e9, down: 1e9, network: '' },
			{ source: '2001:db8::1', destination: '2001:db8::2', up: 50_000, down: 0 },
		]);
		const { hosts, whole } = hostsOf(rows, new Matches(rows, []), 5);
		expect(whole).toBe(true);
		expect(hosts.map(({ host }) => host)).toEqual([
			'2001:db8::1',
			'2001:db8::2',
			'10.0.0.1',
			'192.0.2.1',
			'10.0.0.2',
		]);
		expect(hosts[4]).toEqual({
			host: '10.0.0.2',
			flows: 2,
			sent: 11,
			received: 21,
			networks: { edonkey: 1, gnutella: 1 },
			by: { payload: 1, learned: 1 },
		});
	});
});

describe('a policy that is tried', () => {
	const text = `
rules:
  - name: the server may
    match: { host: 10.0.0.1 }
    action: log
  - name: slow uploads
    match: { network: gnutella, direction: out, over: 1kB }
    action: throttle
    rate: 1mbit
  - name: at night
    match: { network: any, hours: "22:00-07:00" }
    action: block
`;

	it('says of each rule which flows it would have met, the first rule first', () => {
		const policy = readPolicy(text, ['gnutella', 'edonkey']);
		if (isRefusal(policy)) throw new Error(policy.detail);
		const rows = rowsOf([
			{ source: '10.0.0.1', up: 1e6 },
			{ source: '10.0.0.2', up: 1e6 },
			{ source: '10.0.0.2', up: 1 },
			{ source: '10.0.0.2', network: 'edonkey', start: 2000 },
			{ source: '10.0.0.2', network: '' },
			{ source: '10.0.0.2', protocol: 1 },
		]);
		const trial = new Trial(policy, rows, (milliseconds) => (milliseconds === 2_000_000 ? 23 * 60 : 12 * 60));
		expect(trial.step()).toBe(false);
		expect(trial.rules()).toEqual([
			{ rule: 'the server may', action: 'log', flows: 1, bytes: 1_000_200 },
			{ rule: 'slow uploads', action: 'throttle', rateBits: 1_000_000, flows: 1, bytes: 1_000_200 },
			{ rule: 'at night', action: 'block', flows: 1, bytes: 300 },
		]);
		expect([...rows.blocks[0]!.rule.subarray(0, 6)]).toEqual([1, 2, 0, 3, 0, 0]);
	});
});

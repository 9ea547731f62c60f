/** What is remembered on disk, and who is kept from being locked out. */
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { rangeOf } from '../../../src/policy/ranges.ts';
import { managementOf, ruleLocksOut, targetLocksOut } from '../../../src/watch/block/management.ts';
import { nftRefusal } from '../../../src/watch/block/programs.ts';
import { readState, runs, StateFile, startOf } from '../../../src/watch/block/state.ts';
import type { Match, Rule } from '../../../src/watch/policy.ts';
import { removeFolders, temporaryFolder } from '../../cli/sallyport.ts';

afterAll(removeFolders);

const path = (): string => join(temporaryFolder(), 'orders');
const order = (host: string) => ({ target: { host }, rule: 'stop', until: 5000 });
const temporary = { target: { host: '10.0.0.3' }, action: 'throttle', rateBits: 8000, until: 9000 } as const;

describe('the file of orders', () => {
	it('gives back what was written, for its owner alone', () => {
		const file = new StateFile(path());
		const name = path();
		const mine = new StateFile(name);
		const owner = { pid: process.pid, started: startOf(process.pid)! };
		mine.rewrite({ owner, orders: [order('10.0.0.1')], temporary: [temporary] });
		mine.add([{ order: order('10.0.0.2') }]);
		expect(readState(name)).toEqual({
			owner,
			orders: [order('10.0.0.1'), order('10.0.0.2')],
			temporary: [temporary],
		});
		expect(statSync(name).mode & 0o777).toBe(0o600);
		file.add([{ order: order('10.0.0.9') }]);
		mine.close();
	});

	it('passes over a line that was cut, and over what is none of its lines', () => {
		const name = path();
		new StateFile(name).rewrite({ orders: [order('10.0.0.1')], temporary: [] });
		const text = readFileSync(name, 'utf8');
		appendFileSync(name, `null\n[]\n{"order":{"target":{},"rule":"a","until":1}}\n${text.slice(0, 30)}`);
		expect(readState(name)).toEqual({ orders: [order('10.0.0.1')], temporary: [] });
		expect(readState(path())).toEqual({ orders: [], temporary: [] });
	});

	it('throws at no content', () => {
		const name = path();
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
				writeFileSync(name, text);
				expect(readState(name).orders).toEqual([]);
			}),
		);
	});

	it('wants to be written anew when most of it is out of date', () => {
		const file = new StateFile(path());
		file.rewrite({ orders: [], temporary: [] });
		file.add(Array.from({ length: 1001 }, () => ({ order: order('10.0.0.1') })));
		expect([file.isStale(1), file.isStale(0)]).toEqual([false, true]);
		file.close();
	});

	it('knows whether its owner still runs, and not another process of that number', () => {
		const started = startOf(process.pid)!;
		expect(runs({ pid: process.pid, started })).toBe(true);
		expect(runs({ pid: process.pid, started: `${started}0` })).toBe(false);
		expect(startOf(2 ** 22 + 1)).toBeUndefined();
	});
});

describe('who manages this machine', () => {
	const management = managementOf(
		['10.9.9.9 50000 10.0.0.1 22', 'nonsense', ''],
		['10.0.0.254', 'fe80::1%eth0'],
	);
	const rule = (match: Match, action: Rule['action'] = 'block'): Rule => ({
		name: 'him',
		match,
		action,
		seconds: 600,
		ports: [],
	});

	it('is known by the ends of sessions and by gateways', () => {
		expect(management.addresses.map(({ text }) => text)).toEqual(['10.9.9.9', '10.0.0.1', '10.0.0.254']);
	});

	it('is not blocked by a rule that names a host or a range', () => {
		expect(ruleLocksOut(rule({ host: rangeOf('10.9.0.0/16')! }), management)).toEqual({
			refused: 'watch.act.lockout',
			detail: 'the rule "him" would block 10.9.9.9',
		});
		expect(ruleLocksOut(rule({ host: rangeOf('10.9.9.9')! }, 'log'), management)).toBeUndefined();
		expect(ruleLocksOut(rule({ host: rangeOf('10.8.0.0/16')! }), management)).toBeUndefined();
		// Single flows that were recognised are no session.
		expect(
			ruleLocksOut(rule({ host: rangeOf('10.9.9.9')!, network: ['gnutella'] }), management),
		).toBeUndefined();
	});

	it('is not blocked by an order about a host, or about the session itself from either end', () => {
		const session = { source: '10.9.9.9', sourcePort: 50_000, destination: '10.0.0.1', destinationPort: 22 };
		const back = { source: '10.0.0.1', sourcePort: 22, destination: '10.9.9.9', destinationPort: 50_000 };
		for (const target of [
			{ host: '10.9.9.9' },
			{ host: '::ffff:10.0.0.254' },
			{ flow: { ...session, protocol: 'tcp' } },
			{ flow: { ...back, protocol: 'tcp' } },
		] as const)
			expect(targetLocksOut(target, management)?.refused).toBe('watch.act.lockout');
		const other = { flow: { ...session, destinationPort: 6346, protocol: 'tcp' } } as const;
		expect(targetLocksOut(other, management)).toBeUndefined();
		expect(targetLocksOut({ host: '10.0.0.2' }, management)).toBeUndefined();
	});
});

describe('why nftables did not do it', () => {
	it('is told apart: no program, no right, or the text', () => {
		const outcome = { status: 1, stdout: '', stderr: 'Error: syntax error\nat line 3' };
		expect(nftRefusal({ ...outcome, missing: true })).toEqual({ refused: 'watch.act.nft' });
		expect(nftRefusal({ ...outcome, stderr: 'Operation not permitted (you must be root)' }).refused).toBe(
			'watch.act.permission',
		);
		expect(nftRefusal(outcome)).toEqual({ refused: 'watch.act.failed', detail: 'Error: syntax error' });
	});
});

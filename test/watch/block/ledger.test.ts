/** What orders ask of the kernel, and when. */
import { describe, expect, it } from 'vitest';
import { Ledger, type Wanted } from '../../../src/watch/block/ledger.ts';
import { type FiveTuple, keysOf, type Target, targetText } from '../../../src/watch/block/orders.ts';
import { mostHosts, type Numbered } from '../../../src/watch/block/table.ts';

const flow: FiveTuple = {
	source: '10.0.0.1',
	sourcePort: 40_000,
	destination: '192.0.2.9',
	destinationPort: 6346,
	protocol: 'tcp',
};
const turned: FiveTuple = {
	source: '192.0.2.9',
	sourcePort: 6346,
	destination: '10.0.0.1',
	destinationPort: 40_000,
	protocol: 'tcp',
};
const base = { match: {}, seconds: 600, ports: [] };
const block: Numbered = { number: 1, rule: { ...base, name: 'stop', action: 'block' } };
const slow: Numbered = {
	number: 2,
	minor: 0x20,
	rule: { ...base, name: 'slow', action: 'throttle', rateBits: 1e6 },
};
const wanted = (rule: Numbered, target: Target = { flow }, until = 600_000): Wanted => ({
	target,
	rule,
	until,
});
const here = '10.0.0.1 . 40000 . 192.0.2.9 . 6346 . tcp';
const there = '192.0.2.9 . 6346 . 10.0.0.1 . 40000 . tcp';

describe('an order', () => {
	it('puts both directions into the map', () => {
		const { lines, stale } = new Ledger().take([wanted(block)], 0);
		expect(lines).toEqual([
			`add element inet sallyport flow4 { ${here} timeout 600s : 5351:1, ${there} timeout 600s : 5351:1 }`,
		]);
		expect([...stale]).toEqual([]);
	});

	it('to slow down goes to the packets that arrive too, where they are shaped', () => {
		const ledger = new Ledger();
		ledger.ingress = true;
		const { lines } = ledger.take([wanted(slow), wanted(block, { host: '2001:db8::1' })], 0);
		expect(lines.map((line) => line.split(' {')[0])).toEqual([
			'add element inet sallyport flow4',
			'add element netdev sallyport flow4',
			'add element inet sallyport host6',
		]);
	});

	it('about what is slowed down already takes its place in one step, and names the class whose queue is stale', () => {
		const ledger = new Ledger();
		ledger.take([wanted(slow)], 0);
		const { lines, stale } = ledger.take([wanted(block, { flow: turned }, 601_000)], 1000);
		expect(lines).toEqual([
			`add element inet sallyport flow4 { ${here} timeout 599s : 5351:2, ${there} timeout 599s : 5351:2 }`,
			`delete element inet sallyport flow4 { ${here}, ${there} }`,
			`add element inet sallyport flow4 { ${there} timeout 600s : 5351:1, ${here} timeout 600s : 5351:1 }`,
		]);
		expect([...stale]).toEqual([0x20]);
		expect(ledger.size).toBe(1);
	});

	it('is lifted once, and only where there is one', () => {
		const ledger = new Ledger();
		ledger.take([wanted(block)], 0);
		expect(ledger.of({ flow: turned }, 0)?.rule).toBe(block);
		expect(ledger.lift([{ flow: turned }, { host: '10.0.0.1' }], 0)).toHaveLength(2);
		expect(ledger.of({ flow }, 0)).toBeUndefined();
		expect(ledger.lift([{ flow }], 0)).toEqual([]);
	});

	it('ends at its time, and is remembered a little longer than the kernel does', () => {
		const ledger = new Ledger();
		ledger.take([wanted(block)], 0);
		expect([...ledger.live(599_999)]).toHaveLength(1);
		expect([...ledger.live(600_000)]).toEqual([]);
		ledger.take([], 604_000);
		expect(ledger.size).toBe(1);
		expect(ledger.elements(604_000)).toEqual([]);
		expect(ledger.size).toBe(0);
	});

	it('finds no room beyond the most, and room again when others have ended', () => {
		const ledger = new Ledger();
		const host = (number: number): Target => ({
			host: `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`,
		});
		const many = Array.from({ length: mostHosts + 5 }, (_, number) => wanted(block, host(number)));
		ledger.take(many, 0);
		expect(ledger.size).toBe(mostHosts);
		expect(ledger.nameOf(host(mostHosts + 9))).toBeUndefined();
		expect(ledger.nameOf(host(3))).toBe('host4 10.0.0.3');
		ledger.take([], 700_000);
		expect(ledger.nameOf(host(mostHosts + 9))).toBeDefined();
	});
});

describe('a target', () => {
	it('is none where an address or a port is none, or versions differ', () => {
		for (const wrong of [
			{ source: 'x' },
			{ source: '::1' },
			{ source: '10.0.0.0/8' },
			{ sourcePort: 65_536 },
		])
			expect(keysOf({ flow: { ...flow, ...wrong } })).toBeUndefined();
		expect(keysOf({ host: '10.0.0.0/8' })).toBeUndefined();
		expect(new Ledger().nameOf({ host: 'drop table' })).toBeUndefined();
	});

	it('is shown as people write it', () => {
		expect(targetText({ flow })).toBe('tcp 10.0.0.1:40000 - 192.0.2.9:6346');
		expect(targetText({ flow: { ...flow, source: '::1' } })).toContain('[::1]:40000');
		expect(targetText({ host: '::1' })).toBe('host ::1');
	});
});

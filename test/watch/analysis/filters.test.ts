/** Filters of flows: what one types above the list, and what a click on a chart puts there. */
import { describe, expect, it } from 'vitest';
import { termsOf } from '../../../src/node/api/filter.ts';
import { flowRow } from '../../../src/watch/analysis/flow-row.ts';
import { Matches } from '../../../src/watch/analysis/matches.ts';
import { testsOf } from '../../../src/watch/analysis/tests.ts';
import { rowsOf } from './rows-of.ts';

const rows = rowsOf([
	{ source: '10.0.0.7', destination: '192.0.2.10', up: 500_000, down: 700_000, label: 'gtk-gnutella/1.2.2' },
	{
		source: '10.0.0.9',
		destination: '10.0.0.70',
		network: 'gnutella2',
		by: 'learned',
		evidence: 'announced',
	},
	{
		source: '10.0.1.2',
		destination: '198.51.100.4',
		destinationPort: 4661,
		network: 'edonkey',
		start: 2000,
		seconds: 500,
	},
	{ source: '10.0.0.7', destination: '203.0.113.80', destinationPort: 80, network: '' },
	{ source: '2001:db8::7', destination: '2001:db8:ffff::1', protocol: 17, network: 'bittorrent', by: 'port' },
]);
const tried = [
	{ name: 'slow peers', action: 'throttle' },
	{ name: 'no mules', action: 'block' },
];
rows.blocks[0]!.rule.set([1, 1, 2]);

function found(text: string, time: { from?: number; to?: number } = {}): number[] {
	const matches = new Matches(rows, testsOf(rows, { terms: termsOf(text), ...time }, tried));
	return matches.window({ descending: false }, 0, 100).map((row) => row + 1);
}

describe('a filter of flows', () => {
	it.each([
		['', [1, 2, 3, 4, 5]],
		['network:gnutella', [1, 2]],
		['network=gnutella', [1]],
		['-network:gnutella', [3, 4, 5]],
		['network:gnutella -network=gnutella', [2]],
		['by:learned', [2]],
		['host:10.0.0.7', [1, 4]],
		['host=10.0.0.7', [1, 4]],
		['source:10.0.0.7', [1, 4]],
		['destination:10.0.0.7', []],
		['host:10.0.0.0/24', [1, 2, 4]],
		['host:10.0.', [1, 2, 3, 4]],
		['host:10.0', [1, 2, 3, 4]],
		['host:2001:db8::7', [5]],
		['host:2001:db8::/32', [5]],
		['host:0.0.0.0/0', [1, 2, 3, 4]],
		['10.0.0.70', [2]],
		['port:4661', [3]],
		['port:40000', [1, 2, 3, 4, 5]],
		['port<100', [4]],
		['bytes>1M', [1]],
		['bytes>=300', [1, 2, 3, 4, 5]],
		['up>1k', [1]],
		['seconds>=500', [3]],
		['protocol:udp', [5]],
		['label:gtk', [1]],
		['gtk-gnutella', [1]],
		['announced', [2]],
		['mule', []],
		['rule:slow', [1, 2]],
		['rule="slow peers"', [1, 2]],
		['action:block', [3]],
		['-action:block host:10.0.', [1, 2, 4]],
		['state:established', [1, 2, 3, 4, 5]],
		['host:', [1, 2, 3, 4, 5]],
		['bytes>', [1, 2, 3, 4, 5]],
		['-', [1, 2, 3, 4, 5]],
		['bytes>many', []],
		['network>x', []],
		['colour:red', []],
		['host:999.1.1.1', []],
	])('%s', (text, numbers) => {
		expect(found(text)).toEqual(numbers);
	});

	it('by time: flows that were there at some moment of it', () => {
		expect(found('', { from: 1_900_000 })).toEqual([3]);
		expect(found('', { from: 2_400_000, to: 2_400_001 })).toEqual([3]);
		expect(found('', { to: 1_000_000 })).toEqual([]);
		expect(found('', { from: 1_000_500, to: 1_000_600 })).toEqual([1, 2, 4, 5]);
	});

	it('finds rows that say what it asked for', () => {
		expect(flowRow(rows, 0, tried)).toEqual({
			id: 1,
			start: 1_000_000,
			seconds: 1,
			protocol: 'tcp',
			source: '10.0.0.7',
			sourcePort: 40_000,
			destination: '192.0.2.10',
			destinationPort: 6346,
			packets: 3,
			bytes: 1_200_000,
			up: 500_000,
			down: 700_000,
			state: 'established',
			network: 'gnutella',
			by: 'payload',
			evidence: 'handshake: bytes 0 to 19',
			label: 'gtk-gnutella/1.2.2',
			rule: 'slow peers',
			action: 'throttle',
		});
		expect(flowRow(rows, 4, tried).source).toBe('2001:db8::7');
		expect(flowRow(rows, 3, tried)).not.toHaveProperty('network');
	});
});

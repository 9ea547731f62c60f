/** What buttons and charts put into a filter, and the bytes that evidence points to. */
import { describe, expect, it } from 'vitest';
import { decidingBytes, hexLines } from '../../src/console/pages/watch/hex.ts';
import { added, exactly, holds, readTime, split, without } from '../../src/console/terms.ts';

describe('terms of a filter', () => {
	it('are put in once, quoted where they must be, and taken out again', () => {
		const rule = exactly('rule', 'slow "peers" at night');
		expect(rule).toBe('rule="slow peers at night"');
		const filter = added(added('bytes>1M', rule), exactly('network', 'gnutella'));
		expect(split(filter)).toEqual(['bytes>1M', rule, 'network=gnutella']);
		expect(added(filter, rule)).toBe(`bytes>1M network=gnutella ${rule}`);
		expect(without(filter, rule)).toBe('bytes>1M network=gnutella');
		expect([holds(filter, rule), holds(filter, 'rule="slow')]).toEqual([true, false]);
		expect(split('  open "quote never ends')).toEqual(['open', '"quote never ends']);
	});

	it('replace their opposites', () => {
		expect(added('-network=gnutella x', 'network=gnutella')).toBe('x network=gnutella');
		expect(added('network=gnutella', '-network=gnutella')).toBe('-network=gnutella');
	});
});

describe('a time in the address', () => {
	it('is two numbers, or none at all', () => {
		expect(readTime('1000-2000.5')).toEqual({ begin: 1000, end: 2000.5 });
		for (const text of [undefined, '', '5', 'a-b', '-5-6', '1e3-2e3'])
			expect(readTime(text)).toEqual({ begin: undefined, end: undefined });
	});
});

describe('the bytes that decided', () => {
	const packets = [
		{ fromOpener: true, hex: '00010203040506070809' },
		{ fromOpener: false, hex: 'ffff' },
		{ fromOpener: true, hex: 'aaaa' },
	];
	const evidence = (bytes: string) => `handshake "X": bytes ${bytes}`;

	it('are marked where the evidence says', () => {
		const mark = decidingBytes(evidence('2 to 4 from the opener, payload packet 1'), packets);
		expect(mark).toEqual({ packet: 0, from: 2, to: 5 });
		const [line] = hexLines(packets[0]!.hex, mark);
		expect(line!.parts).toEqual([
			{ at: 0, hex: '00 01', marked: false },
			{ at: 2, hex: ' 02 03 04', marked: true },
			{ at: 5, hex: ' 05 06 07 08 09', marked: false },
		]);
	});

	it.each([
		['0 to 1 from the answerer, payload packet 2', { packet: 1, from: 0, to: 2 }],
		['0 to 1 from the answerer, payload packet 1', undefined],
		['0 to 1 from the opener, payload packet 3', undefined],
		['0 to 1 from the opener, payload packet 9', undefined],
		['50 to 60 from the opener, payload packet 1', undefined],
		['4 to 2 from the opener, payload packet 1', undefined],
		['announced by another', undefined],
	])('%s', (text, mark) => {
		expect(decidingBytes(evidence(text), packets)).toEqual(mark);
	});

	it('stand in lines of sixteen, with what can be read of them', () => {
		const lines = hexLines(Buffer.from('GNUTELLA CONNECT/0.6\r\n').toString('hex'), undefined);
		expect(lines.map(({ offset }) => offset)).toEqual([0, 16]);
		expect(lines[0]!.text).toBe('GNUTELLA CONNECT');
		expect(lines[1]!.text.trim()).toBe('/0.6..');
		expect(hexLines('00'.repeat(500), undefined)).toHaveLength(8);
	});
});

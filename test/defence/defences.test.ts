/** The rules of the defences that the attacks do not show, one by one, and that their memory is bounded. */
import { describe, expect, it } from 'vitest';
import { ConnectionFlood } from '../../src/defence/connection-flood.ts';
import { Misbehaviour } from '../../src/defence/misbehaviour.ts';
import { PushDiversion } from '../../src/defence/push-diversion.ts';
import { QueryFlood } from '../../src/defence/query-flood.ts';
import { networkOf, Rate } from '../../src/defence/rate.ts';
import { SeedPoisoning } from '../../src/defence/seed-poisoning.ts';

const own = { host: '10.0.0.1', port: 6346 };

describe('call-backs', () => {
	it('never go to ourselves', () => {
		expect(new PushDiversion(true).refuses(0, own, 1, own)).toBe('defence.push.self');
	});

	it('spare a target that could not be reached, for a while', () => {
		const defence = new PushDiversion(true);
		const target = { host: '198.51.1.1', port: 80 };
		defence.failed(0, target);
		expect(defence.refuses(1000, target, 1, own)).toBe('defence.push.unreachable');
		expect(defence.refuses(501_000, target, 1, own)).toBeUndefined();
	});

	it('are counted for a requester, a network and in all', () => {
		const codes = (links: (i: number) => number, hosts: (i: number) => string): Set<string | undefined> => {
			const defence = new PushDiversion(true);
			return new Set(
				Array.from({ length: 200 }, (_, i) =>
					defence.refuses(0, { host: hosts(i), port: 80 }, links(i), own),
				),
			);
		};
		expect(
			codes(
				() => 1,
				(i) => `198.${i}.1.1`,
			),
		).toContain('defence.push.requester');
		expect(
			codes(
				(i) => i,
				(i) => `198.51.1.${i}`,
			),
		).toContain('defence.push.network');
		expect(
			codes(
				(i) => i,
				(i) => `198.${i}.1.1`,
			),
		).toContain('defence.push.total');
	});

	it('through a push proxy go to the asker alone, and are counted for it and for the leaf', () => {
		const defence = new PushDiversion(true);
		const at = (i: number) => ({ host: `198.${i}.1.1`, port: 80 });
		expect(defence.relays(0, at(1), '198.2.1.1', 1)).toBe('defence.push.diverted');
		const one = Array.from({ length: 10 }, (_, leaf) => defence.relays(0, at(1), at(1).host, leaf));
		expect(one.slice(0, 5)).toEqual(new Array(5).fill(undefined));
		expect(one.at(-1)).toBe('defence.push.relayed');
		const many = Array.from({ length: 20 }, (_, i) => defence.relays(0, at(i + 2), at(i + 2).host, 99));
		expect(many.slice(0, 10)).toEqual(new Array(10).fill(undefined));
		expect(many.at(-1)).toBe('defence.push.leaf');
		expect(defence.relays(60_000, at(1), at(1).host, 99)).toBeUndefined();
		expect(new PushDiversion(false).relays(0, at(1), '198.2.1.1', 1)).toBeUndefined();
	});

	it('are allowed again when the window has passed', () => {
		const defence = new PushDiversion(true);
		const target = { host: '198.51.1.1', port: 80 };
		for (let i = 0; i < 20; i++) defence.refuses(0, target, i, own);
		expect(defence.refuses(1, target, 99, own)).toBe('defence.push.target');
		expect(defence.refuses(60_000, target, 99, own)).toBeUndefined();
		expect(defence.counts.get('defence.push.target')).toBe(16);
	});
});

describe('registrations at a seed', () => {
	it('of one host are rare', () => {
		const defence = new SeedPoisoning(true);
		const codes = Array.from({ length: 6 }, () => defence.registers(0, own, own.host, 0));
		expect(codes).toEqual([
			undefined,
			undefined,
			undefined,
			undefined,
			'defence.seed.often',
			'defence.seed.often',
		]);
		expect(defence.registers(3_600_000, own, own.host, 0)).toBeUndefined();
	});

	it('of one network are bounded', () => {
		expect(new SeedPoisoning(true).registers(0, own, own.host, 8)).toBe('defence.seed.network');
	});
});

describe('queries', () => {
	it('of two people at once are not repetition; many copies by one neighbour are', () => {
		const defence = new QueryFlood(true);
		const ask = (link: number) => defence.refuses(1000, link, false, 2, 3, 'popular thing', []);
		expect([ask(1), ask(1), ask(2)]).toEqual([undefined, undefined, undefined]);
		const codes = Array.from({ length: 10 }, () => ask(1));
		expect(codes.at(-1)).toBe('defence.query.twin');
		expect(ask(3)).toBeUndefined();
	});

	it('may be asked again a few times by a leaf, and anew after half an hour', () => {
		const defence = new QueryFlood(true);
		const ask = (now: number) => defence.refuses(now, 1, true, 0, 3, 'my wish', []);
		const codes = Array.from({ length: 6 }, (_, i) => ask(1000 + i * 60_000));
		expect(codes).toEqual([undefined, undefined, undefined, undefined, undefined, 'defence.query.again']);
		expect(ask(1_800_000)).toBeUndefined();
	});

	it('by hash may have no words', () => {
		expect(new QueryFlood(true).refuses(0, 1, true, 0, 3, '', ['urn:sha1:x'])).toBeUndefined();
	});
});

describe('requests', () => {
	it('of one host are counted, on loopback they are not', () => {
		const defence = new ConnectionFlood(true);
		const last = (host: string) => Array.from({ length: 300 }, () => defence.requests(0, host)).at(-1);
		expect(last('198.51.1.1')).toBe('defence.http.often');
		expect(last('127.0.0.1')).toBeUndefined();
	});
});

describe('bans', () => {
	it('grow from time to time, and fade', () => {
		const defence = new Misbehaviour(true);
		const host = '198.51.1.1';
		const banned = (now: number) => defence.refuses(now, host) !== undefined;
		defence.penalty(0, host, 100);
		expect([banned(0), banned(299_000), banned(301_000)]).toEqual([true, true, false]);
		defence.penalty(400_000, host, 100);
		expect([banned(400_000 + 599_000), banned(400_000 + 601_000)]).toEqual([true, false]);
		expect([defence.penalty(0, '127.0.0.1', 1000), defence.refuses(1, '127.0.0.1')]).toEqual([
			undefined,
			undefined,
		]);
	});

	it('do not come from points that have faded', () => {
		const defence = new Misbehaviour(true);
		for (let hour = 0; hour < 20; hour++) defence.penalty(hour * 3_600_000, '198.51.1.1', 60);
		expect(defence.refuses(20 * 3_600_000, '198.51.1.1')).toBeUndefined();
	});
});

describe('memory', () => {
	it('is bounded however many keys come', () => {
		const rate = new Rate<number>(5, 1000, 100);
		for (let i = 0; i < 10_000; i++) rate.take(0, i);
		expect(rate.size).toBe(100);
		const poisoning = new SeedPoisoning(true, {
			tellersRemembered: 50,
			hostsRemembered: 50,
			toldPerMinute: 1e9,
		});
		for (let i = 0; i < 5000; i++)
			poisoning.told(i, { host: `20.${i >> 8}.${i & 255}.1`, port: 1 }, `30.${i >> 8}.${i & 255}.1`, 'pong');
		expect(poisoning.believed({ host: '20.0.0.1', port: 1 })).toBe(false);
	});

	it('knows networks of both kinds of address', () => {
		expect([
			networkOf('198.51.1.2'),
			networkOf('198.51.1.2', 16),
			networkOf('2001:db8:1:2::3'),
			networkOf('2001:db8:1::', 16),
		]).toEqual(['198.51.1', '198.51', '2001:db8:1', '2001:db8']);
	});
});

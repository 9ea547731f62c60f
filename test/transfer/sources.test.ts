import { expect, test } from 'vitest';
import type { SourceRecord } from '../../src/transfer/records.ts';
import { type Candidate, Sources } from '../../src/transfer/sources.ts';

function source(number: number, more: Partial<SourceRecord> = {}): SourceRecord {
	const host = `127.0.0.${number}`;
	return {
		number,
		host,
		port: 6346,
		id: `${number}`,
		index: 1,
		network: 'gnutella',
		firewalled: false,
		agent: '',
		trust: 'good',
		gave: 0,
		...more,
	};
}

function make(...known: SourceRecord[]): { sources: Sources; saved: Map<string, SourceRecord> } {
	const saved = new Map<string, SourceRecord>();
	return { sources: new Sources(known, (record) => saved.set(record.host, { ...record })), saved };
}

function chosen(sources: Sources, now: number): Candidate {
	const [first] = sources.ready(now);
	if (first === undefined) throw new Error(`nobody before ${sources.readyAt()}`);
	return first;
}

test('the same source is known once, also when one of the two says no GUID', () => {
	const { sources } = make(source(1));
	expect(sources.add(source(1))).toBe(false);
	expect(sources.add(source(1, { id: '' }))).toBe(false);
	expect(sources.add(source(1, { id: 'other' }))).toBe(true);
	expect(sources.add(source(1, { port: 99 }))).toBe(true);
});

test('push proxies are kept: a hit adds them where none are known, the source itself replaces them', () => {
	const [one, two, three] = [1, 2, 3].map((at) => [{ host: `10.0.0.${at}`, port: 6346 }]);
	const { sources, saved } = make(source(1));
	const proxies = () => [sources.get(1)?.proxies, saved.get('127.0.0.1')?.proxies];
	sources.add(source(1, { id: '', proxies: one! }));
	expect(proxies()).toEqual([undefined, undefined]);
	sources.add(source(1, { proxies: one! }));
	sources.add(source(1, { proxies: two! }));
	expect(proxies()).toEqual([one, one]);
	const head = { status: 206, from: 0, to: 1, agent: '', alternates: [] };
	sources.said(sources.get(1)!, { ...head, proxies: three! });
	sources.said(sources.get(1)!, head);
	expect(proxies()).toEqual([three, three]);
	sources.add(source(2, { proxies: new Array(9).fill(one![0]) }));
	expect(sources.get(2)?.proxies).toHaveLength(4);
});

test('sources are bounded, and one answer cannot fill them with alternates', () => {
	const { sources } = make();
	sources.addAlternates(
		'gnutella',
		Array.from({ length: 100 }, (_, at) => ({ host: `10.0.0.${at}`, port: 1 })),
	);
	expect(sources.count).toBe(10);
	for (let at = 0; at < 200; at++) sources.add(source(at, { port: 7 }));
	expect(sources.count).toBe(64);
});

test('a source that fails waits twice as long each time, up to ten minutes', () => {
	const { sources } = make(source(1));
	const only = chosen(sources, 0);
	const waits: unknown[] = [];
	for (let failure = 0; failure < 9; failure++) {
		sources.failed(only, 0, false);
		waits.push(sources.readyAt());
	}
	expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600].map((seconds) => seconds * 1000));
	sources.failed(only, 0, true);
	expect([sources.readyAt(), only.failures]).toEqual([1000, 0]);
});

test.each([
	[30, 30_000],
	[1, 5000],
	[999_999, 3_600_000],
	[-5, 5000],
])('a source that says "ask again in %d s" is asked after %d ms', (retryAfter, milliseconds) => {
	const { sources } = make(source(1));
	sources.failed(chosen(sources, 0), 0, false, retryAfter);
	expect(sources.readyAt()).toBe(milliseconds);
});

test('the next source is the one with fewer failures; suspects come last; the dropped never', () => {
	const { sources } = make(
		source(1, { trust: 'suspect' }),
		source(2),
		source(3),
		source(4, { trust: 'dropped' }),
	);
	const second = chosen(sources, 0);
	expect(second.host).toBe('127.0.0.2');
	sources.failed(second, 0, false);
	expect(chosen(sources, 0).host).toBe('127.0.0.3');
	sources.drop(chosen(sources, 0));
	expect(chosen(sources, 0).host).toBe('127.0.0.1');
	sources.drop(chosen(sources, 0));
	expect(sources.readyAt()).toBe(5000);
	sources.drop(second);
	expect(sources.readyAt()).toBe(Number.POSITIVE_INFINITY);
});

test('who alone gave a wrong file is dropped for good', () => {
	const { sources, saved } = make(source(1), source(2));
	const liar = chosen(sources, 0);
	sources.gave(liar, 100);
	expect(sources.wrong().map((one) => one.host)).toEqual(['127.0.0.1']);
	expect(saved.get('127.0.0.1')).toMatchObject({ trust: 'dropped', gave: 0 });
	expect(sources.add(source(1))).toBe(false);
	expect(chosen(sources, 0).host).toBe('127.0.0.2');
});

test('of several givers of a wrong file nobody is dropped, but none of them is mixed again', () => {
	const { sources } = make(source(1), source(2), source(3));
	const [one, two, three] = sources.usable as [Candidate, Candidate, Candidate];
	sources.gave(one, 5);
	expect(sources.alone).toBe(false);
	sources.gave(two, 5);
	expect(sources.wrong()).toEqual([]);
	expect([one.trust, two.trust, three.trust]).toEqual(['suspect', 'suspect', 'good']);
	expect([sources.alone, sources.givers]).toEqual([true, []]);
	sources.gave(one, 5);
	expect(sources.wrong()).toEqual([one]);
});

test('when the user tries again everyone is asked again, liars last', () => {
	const { sources } = make(source(1, { trust: 'dropped' }), source(2));
	sources.failed(chosen(sources, 0), 0, false);
	sources.forgive();
	expect(chosen(sources, 0).host).toBe('127.0.0.2');
	expect(sources.usable.map((one) => one.trust)).toEqual(['suspect', 'good']);
});

test('a source that has queued us is asked again in its time, and does not count as failed', () => {
	const { sources } = make(source(1));
	const only = chosen(sources, 0);
	sources.queued(only, 0, { position: 3, length: 9, pollFrom: 45, pollTo: 120 });
	expect([sources.readyAt(), only.failures, only.why]).toEqual([45_000, 0, 'Queued at place 3 of 9.']);
	sources.queued(only, 0, { position: 1, pollFrom: 999_999, pollTo: 999_999 });
	expect([sources.readyAt(), only.why]).toEqual([3_600_000, 'Queued at place 1.']);
});

test('faster sources are asked before slower ones, busy ones not at all', () => {
	const { sources } = make(source(1), source(2), source(3));
	const [one, two, three] = sources.usable as [Candidate, Candidate, Candidate];
	two.rate = 500;
	three.rate = 900;
	three.active = true;
	expect(sources.ready(0)).toEqual([two, one]);
});

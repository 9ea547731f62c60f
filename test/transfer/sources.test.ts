import { expect, test } from 'vitest';
import type { SourceRecord } from '../../src/transfer/records.ts';
import { type Candidate, Sources } from '../../src/transfer/sources.ts';

function source(number: number, more: Partial<SourceRecord> = {}): SourceRecord {
	const host = `127.0.0.${number}`;
	return {
		host,
		port: 6346,
		id: `${number}`,
		index: 1,
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
	const choice = sources.choose(now);
	if (typeof choice === 'number') throw new Error(`nobody before ${choice}`);
	return choice;
}

test('the same source is known once, also when one of the two says no GUID', () => {
	const { sources } = make(source(1));
	expect(sources.add(source(1))).toBe(false);
	expect(sources.add(source(1, { id: '' }))).toBe(false);
	expect(sources.add(source(1, { id: 'other' }))).toBe(true);
	expect(sources.add(source(1, { port: 99 }))).toBe(true);
});

test('sources are bounded, and one answer cannot fill them with alternates', () => {
	const { sources } = make();
	sources.addAlternates(Array.from({ length: 100 }, (_, at) => ({ host: `10.0.0.${at}`, port: 1 })));
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
		waits.push(sources.choose(0));
	}
	expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600].map((seconds) => seconds * 1000));
	sources.failed(only, 0, true);
	expect([sources.choose(0), only.failures]).toEqual([1000, 0]);
});

test.each([
	[30, 30_000],
	[1, 5000],
	[999_999, 3_600_000],
	[-5, 5000],
])('a source that says "ask again in %d s" is asked after %d ms', (retryAfter, milliseconds) => {
	const { sources } = make(source(1));
	sources.failed(chosen(sources, 0), 0, false, retryAfter);
	expect(sources.choose(0)).toBe(milliseconds);
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
	expect(sources.choose(0)).toBe(5000);
	sources.drop(second);
	expect(sources.choose(0)).toBe(Number.POSITIVE_INFINITY);
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
	expect(sources.mustNotMix(two)).toBe(false);
	sources.gave(two, 5);
	expect(sources.wrong()).toEqual([]);
	expect([one.trust, two.trust, three.trust]).toEqual(['suspect', 'suspect', 'good']);
	sources.gave(three, 5);
	expect(sources.mustNotMix(three)).toBe(false);
	expect(sources.mustNotMix(one)).toBe(true);
	sources.startOver();
	sources.gave(one, 5);
	expect([sources.mustNotMix(one), sources.mustNotMix(two), sources.mustNotMix(three)]).toEqual([
		false,
		true,
		true,
	]);
	expect(sources.wrong()).toEqual([one]);
});

test('when the user tries again everyone is asked again, liars last', () => {
	const { sources } = make(source(1, { trust: 'dropped' }), source(2));
	sources.failed(chosen(sources, 0), 0, false);
	sources.forgive();
	expect(chosen(sources, 0).host).toBe('127.0.0.2');
	expect(sources.usable.map((one) => one.trust)).toEqual(['suspect', 'good']);
});

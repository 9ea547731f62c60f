import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/evidence/refusal.ts';
import { canonical } from '../../src/lab/digest.ts';
import { experimentOf, OrderError } from '../../src/lab/experiment.ts';
import { reportOf } from '../../src/lab/report.ts';
import { resultOf } from '../../src/lab/result.ts';
import type { Scenario } from '../../src/lab/scenario.ts';
import { scenarioOf, scenarios } from '../../src/lab/scenarios.ts';
import { readEdges } from '../../src/lab/snap.ts';
import { played } from './playing.ts';

const failures = scenarioOf('failures')!;

describe('a digest', () => {
	it('is equal for equal seeds, and another for another seed, number of plays or setting', () => {
		const wishes = { nodes: 300, set: ['runs=2'] };
		const { digest } = played('failures', wishes);
		expect(digest).toMatch(/^[0-9a-f]{64}$/);
		expect(played('failures', wishes).digest).toBe(digest);
		expect(played('failures', { ...wishes, randomSeed: 2 }).digest).not.toBe(digest);
		expect(played('failures', { nodes: 300, set: ['runs=3'] }).digest).not.toBe(digest);
		expect(played('failures', { ...wishes, fail: 0.2 }).digest).not.toBe(digest);
	});

	it('is the same on every machine: this one was written down', () => {
		expect(played('failures', { nodes: 300, set: ['runs=2'] }).digest).toBe(WRITTEN);
	});

	it('does not depend on the order in which plays come back', () => {
		const experiment = experimentOf(failures, { nodes: 200, set: ['runs=4'] });
		const plays = experiment.units.map((unit) => ({ ...unit, counts: experiment.play(unit) }));
		expect(resultOf(experiment, plays.toReversed()).digest).toBe(resultOf(experiment, plays).digest);
	});

	it('is over JSON with its keys in order', () => {
		expect(canonical({ b: [1, { d: 'x', c: null }], a: true })).toBe('{"a":true,"b":[1,{"c":null,"d":"x"}]}');
	});
});

const WRITTEN = '9a32162e7d33a0057a3362d4752eeae4cc09afabbd9735d69aad54bd81723fb9';

describe('confidence', () => {
	it("is Student's interval of the mean over plays", () => {
		const scenario: Scenario = {
			...failures,
			runs: 4,
			settings: {},
			play: () => ({}),
			measures: ({ value }) => ({ value }),
		};
		const experiment = experimentOf(scenario, {});
		const result = resultOf(
			experiment,
			[1, 2, 3, 4].map((value, run) => ({ row: '', run, counts: { value } })),
		);
		expect(result.measures).toEqual({ value: 2.5 });
		// 3.182 x 1.290994 / 2
		expect((result.confidence as Record<string, number>)['value']).toBeCloseTo(2.054, 3);
		expect(result.partial).toBe(false);
		expect(resultOf(experiment, []).partial).toBe(true);
	});
});

describe('what the user says', () => {
	it.each([
		[{ set: ['x=1'] }, /no setting "x"/],
		[{ set: ['fail'] }, /not key=value/],
		[{ set: ['fail=much'] }, /not a number/],
		[{ set: ['how=badly'] }, /none of random, targeted/],
		[{ set: ['runs=0'] }, /runs is 1 to 1000/],
		[{ set: ['fail=1.5'] }, /fail is 0 to 1/],
		[{ set: ['known=1.5'] }, /not a whole number/],
		[{ set: ['latencyLeast=300'] }, /latencyMost is less/],
		[{ set: ['maxTtl=1.5'] }, /not a whole number/],
		[{ nodes: 0 }, /not a number of nodes/],
		[{ set: ['fail=0.1', 'fail=0.2'] }, /the setting fail is given twice/],
		[{ fail: 0.3, set: ['fail=0.1'] }, /the setting fail is given twice/],
	])('is refused with a sentence: %j', (wishes, sentence) => {
		expect(() => experimentOf(failures, wishes)).toThrow(OrderError);
		expect(() => experimentOf(failures, wishes)).toThrow(sentence);
	});

	it('that leaves nothing to play is refused too', () => {
		expect(() => experimentOf(scenarioOf('flood-cost')!, { nodes: 1 })).toThrow(/nothing is left to play/);
	});

	it('as a topology is part of what is cited, by its links and not by its name', () => {
		const digestOf = (text: string, name: string): string => {
			const graph = readEdges(new TextEncoder().encode(text));
			if (isRefusal(graph)) throw new Error(graph.detail);
			return played('failures', { loaded: { name, graph }, fail: 1, set: ['runs=1'] }).digest;
		};
		const digest = digestOf('1 2\n2 3\n', 'a.txt');
		expect(digestOf('# the same\r\n1\t2\r\n2\t3\r\n', 'b.txt')).toBe(digest);
		expect(digestOf('1 2\n1 3\n', 'a.txt')).not.toBe(digest);
	});

	it('may be a limit of the Gnutella code by its name', () => {
		expect(experimentOf(failures, { set: ['maxTtl=4'] }).limits).toEqual({ maxTtl: 4 });
	});
});

describe('a report', () => {
	it('is one page that loads nothing, with seed, version and digest', () => {
		const result = played('failures', { nodes: 100, set: ['runs=2'] });
		const page = reportOf([{ ...result, topology: "<script>x</script>'; rm" }], '1.2.3');
		expect(page).toContain(result.digest);
		expect(page).toContain('1.2.3');
		expect(page).toContain('<svg');
		// The command is for a shell, and a file may be called anything.
		expect(page).toContain(escaped(String.raw`--topology '<script>x</script>'\''; rm'`));
		expect(page).not.toMatch(/<script|https?:|src=|@import|url\(/);
	});
});

function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

it('each scenario has its file and its page, and there are no others', () => {
	const root = resolve(import.meta.dirname, '../..');
	const names = (folder: string, ending: string): string[] =>
		readdirSync(join(root, folder)).map((name) => name.slice(0, -ending.length));
	const known = scenarios.map(({ name }) => name).sort();
	expect(names('src/lab/scenarios', '.ts').sort()).toEqual(known);
	const pages = names('docs/lab', '.md').filter((name) => name !== 'README' && name !== 'course');
	expect(pages.sort()).toEqual(known);
});

it('each scenario has a name of words and a line that says what it rehearses', () => {
	for (const { name, about } of scenarios) {
		expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
		expect(about.length, name).toBeGreaterThan(30);
	}
	expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
});

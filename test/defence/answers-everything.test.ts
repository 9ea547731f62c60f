import { describe, expect, it } from 'vitest';
import { type AnswerFacts, AnswersEverything, probeWords } from '../../src/defence/answers-everything.ts';
import { words } from '../../src/networks/common/words.ts';

const subjects = 'song form engine planner lessons atlas recipes poems maps photos chess novel opera'.split(
	' ',
);

function answer(i: number, change: Partial<AnswerFacts> = {}): AnswerFacts {
	const query = subjects[i % subjects.length]!;
	return {
		search: i,
		query,
		urn: undefined,
		name: `${query} number ${i}.ogg`,
		size: 1000 + i,
		sha1: undefined,
		host: '198.51.100.1:6346',
		...change,
	};
}

function judged(facts: readonly AnswerFacts[], minutes = 1): string[][] {
	const defence = new AnswersEverything(true);
	return facts.map((one, i) => defence.judge(i * minutes * 60_000, one).map(({ code }) => code));
}

describe('a content that answers everything', () => {
	const sha1 = new Uint8Array(20).fill(9);

	it('is refused from the third search on, whatever it is called, wherever it comes from', () => {
		const codes = judged([0, 1, 2].map((i) => answer(i, { sha1, host: `198.51.100.${i}:6346` })));
		expect(codes).toEqual([[], [], ['defence.hit.everything']]);
	});

	it('is a program of the same size too', () => {
		const codes = judged([0, 1, 2].map((i) => answer(i, { size: 8192, name: 'readme.exe' })));
		expect(codes[2]).toEqual(['defence.hit.everything']);
	});

	it('is none that related searches find, or searches for its hash', () => {
		const related = ['holiday song', 'song of holiday', 'holiday'].map((query, i) =>
			answer(i, { query, sha1 }),
		);
		expect(judged(related).flat()).toEqual([]);
		expect(judged([0, 1, 2, 3].map((i) => answer(i, { sha1, urn: 'urn:sha1:X' }))).flat()).toEqual([]);
		expect(judged([0, 1, 2, 3].map((i) => answer(i, { sha1, query: '' }))).flat()).toEqual([]);
	});
});

describe('a host that answers everything', () => {
	const echo = (i: number): AnswerFacts => answer(i, { name: `${subjects[i % 13]}.zip` });

	it('with programs or archives of just that name is refused from the third on', () => {
		expect(judged([echo(0), echo(1), echo(2)])).toEqual([[], [], ['defence.answers.echo']]);
	});

	it('with songs of just that name is not: songs are called what people ask for', () => {
		const songs = [0, 1, 2, 3].map((i) => answer(i, { name: `${subjects[i]}.ogg` }));
		expect(judged(songs).flat()).toEqual([]);
	});

	it('is suspicious when it has an answer to nearly all of many searches', () => {
		const codes = judged(subjects.map((_, i) => answer(i)));
		expect(codes[10]).toEqual([]);
		expect(codes[11]).toEqual(['defence.answers.most']);
	});

	it('is not when others are answered without it', () => {
		const others = subjects.map((_, i) => answer(i, { query: `other${i}`, host: `198.51.100.2:${i}` }));
		expect(judged([...others, ...subjects.map((_, i) => answer(i))]).flat()).toEqual([]);
	});

	it('is not over days', () => {
		expect(judged([echo(0), echo(1), echo(2), echo(3)], 60).flat()).toEqual([]);
	});

	it('is refused once it answers words that nobody has', () => {
		const defence = new AnswersEverything(true);
		const query = probeWords((count) => new Uint8Array(count).fill(77));
		defence.probe(99);
		const codes = [answer(0), answer(1, { search: 99, query }), answer(2)].map((facts) =>
			defence.judge(0, facts).map(({ code }) => code),
		);
		expect(codes).toEqual([[], ['defence.answers.random'], ['defence.answers.random']]);
		expect(defence.judge(0, answer(3, { host: '198.51.100.2:6346' }))).toEqual([]);
	});

	it('is let be when this is switched off', () => {
		const off = new AnswersEverything(false);
		expect([0, 1, 2, 3].flatMap((i) => off.judge(0, echo(i)))).toEqual([]);
	});
});

it('random words are two, of ten letters each', () => {
	const text = probeWords((count) => Uint8Array.from({ length: count }, (_, i) => i * 37));
	expect(text).toMatch(/^[a-z]{10} [a-z]{10}$/);
	expect(words(text)).toHaveLength(2);
});

it('keeps a bounded memory', () => {
	const defence = new AnswersEverything(true, { contentsRemembered: 50 });
	const sha1 = new Uint8Array(20).fill(1);
	defence.judge(0, answer(0, { sha1 }));
	defence.judge(0, answer(1, { sha1 }));
	for (let i = 0; i < 50; i++) {
		const other = { sha1: new Uint8Array(20).fill(i + 100), host: `198.51.100.${i}:1` };
		defence.judge(0, answer(i, other));
	}
	expect(defence.judge(0, answer(2, { sha1 }))).toEqual([]);
});

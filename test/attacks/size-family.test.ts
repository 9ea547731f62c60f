import { expect, it } from 'vitest';
import { searched } from './answering.ts';

const searches = ['holiday song', 'tax form', 'chess engine', 'piano lessons', 'world atlas'];
const others = ['forged-hits', 'answers-everything'];
/** Four infected hosts, each with the same bytes under the words of the search. Without a hash, as in 2006. */
const family = (query: string, host: number) => ({
	name: `${query} ${['full', 'crack', 'deluxe', 'gold'][host]}.zip`,
	size: 187_345,
});

it('one worm on many hosts looks like many files without the defence', () => {
	const one = searched([...others, 'size-family'], searches, 4, family);
	expect(new Set(one.hits.map(({ hit }) => hit.verdict))).toEqual(new Set(['ok']));
	expect(one.hits).toHaveLength(20);
});

it('with the defence its size gives it away', () => {
	const one = searched(others, searches, 4, family);
	const verdicts = one.hits.map(({ hit }) => hit.verdict);
	expect(verdicts.slice(-5)).toEqual(Array(5).fill('refused'));
	expect(one.hits.at(-1)?.hit.reasons).toEqual(['defence.size.family']);
	expect(one.codes()).toContain('defence.size.family');
});

it('and one popular file on as many hosts stays what it is', () => {
	const popular = (_: string, host: number) => ({ name: `Chess Engine ${host % 2}.zip`, size: 187_345 });
	const one = searched([], ['chess engine', 'engine', 'chess'], 4, popular);
	expect(new Set(one.hits.map(({ hit }) => hit.verdict))).toEqual(new Set(['ok']));
	expect(one.hits).toHaveLength(12);
});

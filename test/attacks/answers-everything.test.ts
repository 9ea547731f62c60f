import { expect, it } from 'vitest';
import { probeWords } from '../../src/defence/answers-everything.ts';
import { searched } from './answering.ts';

const searches = ['holiday song', 'tax form', 'chess engine', 'piano lessons'];
/** The other defences that would see it too. */
const others = ['forged-hits', 'size-family'];
/** A worm like Benjamin: whatever is asked for lies in its share, packed anew each time. */
const worm = (query: string) => ({ name: `${query}.zip`, size: 187_345 + query.length });

it('a host that has whatever is asked for looks fine without the defence', () => {
	const one = searched([...others, 'answers-everything'], searches, 1, worm);
	expect(one.hits.map(({ hit }) => hit.verdict)).toEqual(['ok', 'ok', 'ok', 'ok']);
});

it('with the defence it is refused from the third unrelated search on', () => {
	const one = searched(others, searches, 1, worm);
	expect(one.hits.map(({ hit }) => hit.verdict)).toEqual(['ok', 'ok', 'refused', 'refused']);
	expect(one.hits[2]?.hit.reasons).toEqual(['defence.answers.echo']);
	expect(one.codes()).toContain('defence.answers.echo');
});

it('one content under other names is refused too', () => {
	const sha1 = new Uint8Array(20).map((_, i) => (i * 71) & 255);
	const same = () => ({ name: 'you will like this.ogg', size: 4000, sha1 });
	expect(searched([...others, 'answers-everything'], searches, 1, same).hits[2]?.hit.verdict).toBe('ok');
	expect(searched(others, searches, 1, same).hits[2]?.hit.reasons).toEqual(['defence.hit.everything']);
});

it('it answers even words that nobody has, which an honest host does not', () => {
	const random = probeWords((count) => Uint8Array.from({ length: count }, (_, i) => i * 41));
	const honest = (query: string) => (query.includes('song') ? { name: 'a song.ogg', size: 4000 } : undefined);
	expect(searched([], [random], 1, worm).hits).toHaveLength(1);
	expect(searched([], [random], 1, honest).hits).toHaveLength(0);
});

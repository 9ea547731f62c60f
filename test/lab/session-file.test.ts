import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/evidence/refusal.ts';
import { readSessions, type Sessions } from '../../src/lab/session-file.ts';
import { played, row } from './playing.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string) => readSessions(bytesOf(text));

function good(text: string): Sessions {
	const sessions = read(text);
	if (isRefusal(sessions)) throw new Error(sessions.detail);
	return sessions;
}

describe('a file of sessions', () => {
	it('has lengths, one a line, with comments and empty lines', () => {
		expect(good('# seconds\n60\r\n\n 3600 \n# end')).toEqual({
			kind: 'lengths',
			lengths: Int32Array.of(60, 3600),
		});
	});

	it('or has servents with times, in any order, counted from the first', () => {
		expect(good('7 1000 2000\n900 1500 1600\n7\t5000\t5001\n7 2000 2500')).toEqual({
			kind: 'times',
			servents: [Int32Array.of(0, 1000, 1000, 1500, 4000, 4001), Int32Array.of(500, 600)],
			seconds: 4001,
		});
	});

	it.each([
		['60\nan hour\n', 'lab.sessions.line', 'line 2 is neither a length nor a servent with two times'],
		['1 2\n', 'lab.sessions.line', 'line 1 is neither'],
		['-5\n', 'lab.sessions.line', 'line 1 is neither'],
		['# x\n0\n', 'lab.sessions.line', 'line 2 is no length'],
		['999999999\n', 'lab.sessions.line', 'line 1 is no length'],
		['60\n1 2 3\n', 'lab.sessions.line', 'line 2 has 3 numbers, and those before 1'],
		['1 5 5\n', 'lab.sessions.line', 'line 1 ends before it has begun'],
		['1 100 200\n2 0 9\n1 0 101\n', 'lab.sessions.line', 'line 3 overlaps with line 1'],
		['1 0 999999999\n', 'lab.sessions.line', 'more than ten years'],
		[`${'9'.repeat(5000)}\n`, 'lab.sessions.line', 'line 1 is neither'],
		['# nothing\n', 'lab.sessions.empty', 'no session'],
		['', 'lab.sessions.empty', 'no session'],
	])('%j is refused with the line of the fault', (text, refused, detail) => {
		const found = read(text);
		expect(found).toMatchObject({ refused });
		expect((found as { detail: string }).detail).toContain(detail);
	});

	it('with more sessions than fit is refused', () => {
		expect(readSessions(bytesOf('1\n2\n3\n'), 2)).toMatchObject({ refused: 'lab.sessions.large' });
	});

	it('of any bytes is sessions or a refusal', () => {
		const text = fc.string({ unit: fc.constantFrom(...'0123456789 \t\n#x'), maxLength: 200 });
		fc.assert(
			fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), text.map(bytesOf)), (bytes) => {
				const found = readSessions(bytes);
				return (
					isRefusal(found) ||
					found.kind === 'lengths' ||
					found.servents.every(({ length }) => length % 2 === 0)
				);
			}),
		);
	});
});

describe('sessions that are played', () => {
	const from = (text: string) => ({ sessions: { digest: 'of a test', sessions: good(text) } });
	const repaired = 'repair from host caches';

	it('as lengths that never end here wear nothing down', () => {
		const result = played('sessions', { nodes: 300, set: ['runs=1'], ...from('300000000\n') });
		expect(row(result, 'without repair')['giantComponent']).toBeGreaterThan(0.8);
		expect(row(result, repaired)['dialsPerSession']).toBe(0);
		expect(result.settings['sessions']).toBe('of a test');
	});

	it('as short lengths wear down what is not repaired', () => {
		const result = played('sessions', { nodes: 300, set: ['runs=1'], ...from('1200\n2400\n3600\n') });
		expect(row(result, 'without repair')['giantComponent']).toBeLessThan(0.1);
		expect(row(result, repaired)['giantComponent']).toBeGreaterThan(0.9);
		expect(row(result, repaired)['online']).toBeGreaterThan(100);
	});

	it('as times leave exactly those online who are, and no one else', () => {
		// 100 servents are there for two hours, 60 more for the first, 40 more for the second.
		const lines = Array.from({ length: 200 }, (_, node) => {
			if (node < 100) return `${node} 0 7200`;
			return node < 160 ? `${node} 0 3600` : `${node} 3600 7200`;
		});
		const text = lines.join('\n');
		const early = played('sessions', { set: ['runs=1', 'hours=1'], ...from(`${text}\n`) });
		expect([early.nodes, row(early, repaired)['online']]).toEqual([200, 140]);
		const last = played('sessions', { set: ['runs=1'], ...from(`${text}\n999 0 7801\n`) });
		expect([last.nodes, row(last, repaired)['online']]).toEqual([201, 1]);
	});

	it('are refused where a scenario has none, or the nodes are other ones', () => {
		expect(() => played('ttl', from('60\n'))).toThrow(/takes no sessions/);
		expect(() => played('sessions', { nodes: 9, ...from('1 0 9\n2 0 9\n') })).toThrow(/has 2 nodes; leave/);
	});
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/evidence/refusal.ts';
import { readEdges } from '../../src/lab/snap.ts';

const read = (text: string) => readEdges(new TextEncoder().encode(text));

describe('an edge list', () => {
	it('has comments, numbers that are names, and each link once', () => {
		const graph = read('# FromNodeId\tToNodeId\n700\t5\n5\t700\r\n5 9\n9 9\n\n');
		if (isRefusal(graph)) throw new Error(graph.detail);
		expect([graph.nodes, graph.links]).toEqual([3, 2]);
	});

	it.each([
		[
			'comments of others, commas, a mark of UTF-8, no last newline',
			'\uFEFF% sym\n1,2\n2, 3\n % x\n3 1',
			3,
			3,
		],
		[
			'both directions, twins and loops',
			'# Directed graph\r\n1\t2\r\n2\t1\r\n1  2\r\n3\t3\r\n2\t3\r\n',
			3,
			2,
		],
		[
			'gaps, and names as large as 64 bits',
			'18446744073709551615 18446744073709551614\n5 18446744073709551615',
			3,
			2,
		],
		['names that differ beyond 2^53 only', '9007199254740993 9007199254740992\n9007199254740992 0', 3, 2],
		['a number with zeros before it, which is the same', '007 8\n7 9\n', 3, 2],
	])('has %s', (_, text, nodes, links) => {
		const graph = read(text);
		if (isRefusal(graph)) throw new Error(graph.detail);
		expect([graph.nodes, graph.links]).toEqual([nodes, links]);
	});

	it('is refused with the line of the fault', () => {
		expect(read('1\t2\n3\n')).toEqual({ refused: 'lab.topology.line', detail: 'line 2 is not two numbers' });
		expect(read('1\tx\n')).toMatchObject({ refused: 'lab.topology.line' });
		expect(read('1 2 3\n')).toMatchObject({ refused: 'lab.topology.line' });
		expect(read('-1 2\n')).toMatchObject({ refused: 'lab.topology.line' });
		expect(read('123456789012345678901 2\n')).toMatchObject({ refused: 'lab.topology.line' });
		for (const text of ['1,,2\n', ',1 2\n', '1 2,\n', ',\n', '1,2,3\n', '1;2\n', '1 2 # why\n'])
			expect(read(text), text).toMatchObject({ refused: 'lab.topology.line' });
	});

	it('without a link is refused', () => {
		for (const text of ['# nothing\n', '', '7 7\n8 8\n'])
			expect(read(text), text).toMatchObject({ refused: 'lab.topology.empty' });
	});

	it('with more nodes than fit is refused', () => {
		expect(readEdges(new TextEncoder().encode('1 2\n3 4\n'), 3)).toMatchObject({
			refused: 'lab.topology.large',
		});
	});

	it('of any bytes is a graph or a refusal', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
				const graph = readEdges(bytes);
				return isRefusal(graph) || graph.starts.length === graph.nodes + 1;
			}),
		);
	});
});

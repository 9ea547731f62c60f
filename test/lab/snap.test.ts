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

	it('is refused with the line of the fault', () => {
		expect(read('1\t2\n3\n')).toEqual({ refused: 'lab.topology.line', detail: 'line 2 is not two numbers' });
		expect(read('1\tx\n')).toMatchObject({ refused: 'lab.topology.line' });
		expect(read('1 2 3\n')).toMatchObject({ refused: 'lab.topology.line' });
		expect(read('-1 2\n')).toMatchObject({ refused: 'lab.topology.line' });
		expect(read('12345678901234567890 2\n')).toMatchObject({ refused: 'lab.topology.line' });
	});

	it('without a link is refused', () => {
		expect(read('# nothing\n')).toMatchObject({ refused: 'lab.topology.empty' });
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

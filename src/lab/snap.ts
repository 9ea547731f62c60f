/**
 * Edge lists as SNAP publishes them: comment lines begin with `#`, others are two numbers with a tab or
 * blanks between. The numbers are names; nodes are counted from 0 in the order of their first appearance.
 * A link carries both ways, whoever opened it.
 */
import type { Refusal } from '../evidence/refusal.ts';
import { type Graph, GraphBuilder } from './graph.ts';

/** Nodes of a file: more do not fit into the laboratory's memory. */
const MOST = 20_000_000;

export function readEdges(bytes: Uint8Array, most = MOST): Graph | Refusal {
	const numbers = new Map<number, number>();
	const pairs: number[] = [];
	let line = 1;
	let at = 0;
	while (at < bytes.length) {
		let end = bytes.indexOf(10, at);
		if (end < 0) end = bytes.length;
		const read = readPair(bytes, at, end);
		if (read === undefined)
			return { refused: 'lab.topology.line', detail: `line ${line} is not two numbers` };
		for (const name of read) {
			let node = numbers.get(name);
			if (node === undefined) numbers.set(name, (node = numbers.size));
			pairs.push(node);
		}
		at = end + 1;
		line++;
	}
	if (numbers.size === 0) return { refused: 'lab.topology.empty', detail: 'no link in it' };
	if (numbers.size > most) return { refused: 'lab.topology.large', detail: `more than ${most} nodes` };
	const builder = new GraphBuilder(numbers.size);
	for (let pair = 0; pair < pairs.length; pair += 2) builder.link(pairs[pair], pairs[pair + 1]);
	return builder.build();
}

/** Two numbers, none (a comment, an empty line), or undefined: something else. */
function readPair(bytes: Uint8Array, from: number, to: number): readonly number[] | undefined {
	const found: number[] = [];
	let digits = 0;
	let value = 0;
	for (let at = from; at <= to; at++) {
		const byte = at < to ? bytes[at] : 32;
		if (byte >= 48 && byte <= 57) {
			value = value * 10 + byte - 48;
			if (++digits > 15) return undefined;
		} else if (byte === 32 || byte === 9 || byte === 13) {
			if (digits > 0) found.push(value);
			digits = value = 0;
		} else return byte === 35 && found.length === 0 && digits === 0 ? [] : undefined;
	}
	return found.length === 0 || found.length === 2 ? found : undefined;
}

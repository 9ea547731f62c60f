/**
 * Edge lists as SNAP and others publish them: comment lines begin with `#` or `%`, others are two numbers with tabs, blanks
 * or a comma between. The numbers are names, up to twenty digits long; nodes are counted from 0 in the order of their first
 * appearance. A link carries both ways, whoever opened it; one that stands twice is one, and one to itself is none.
 */
import type { Refusal } from '../evidence/refusal.ts';
import { type Graph, GraphBuilder } from './graph.ts';

/** Nodes of a file: a table of names holds 2^24 at most. */
const MOST = 16_000_000;

export function readEdges(bytes: Uint8Array, most = MOST): Graph | Refusal {
	const numbers = new Map<number | bigint, number>();
	const pairs: number[] = [];
	let line = 1;
	// Some programs mark a file as UTF-8.
	let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
	while (at < bytes.length) {
		let end = bytes.indexOf(10, at);
		if (end < 0) end = bytes.length;
		const read = readPair(bytes, at, end);
		if (read === undefined)
			return { refused: 'lab.topology.line', detail: `line ${line} is not two numbers` };
		for (const name of read) {
			let node = numbers.get(name);
			if (node === undefined) {
				if (numbers.size === most)
					return { refused: 'lab.topology.large', detail: `more than ${most} nodes` };
				numbers.set(name, (node = numbers.size));
			}
			pairs.push(node);
		}
		at = end + 1;
		line++;
	}
	if (pairs.every((node, place) => node === pairs[place ^ 1]))
		return { refused: 'lab.topology.empty', detail: 'no link in it' };
	const builder = new GraphBuilder(numbers.size);
	for (let pair = 0; pair < pairs.length; pair += 2) builder.link(pairs[pair], pairs[pair + 1]);
	return builder.build();
}

/** What 64 bits hold has as many digits. */
const DIGITS = 20;

/** Two numbers, none (a comment, an empty line), or undefined: something else. */
function readPair(bytes: Uint8Array, from: number, to: number): readonly (number | bigint)[] | undefined {
	const found: (number | bigint)[] = [];
	let [digits, value, commas] = [0, 0, 0];
	for (let at = from; at <= to; at++) {
		const byte = at < to ? bytes[at] : BLANK;
		if (byte >= 48 && byte <= 57) {
			value = value * 10 + byte - 48;
			if (++digits > DIGITS) return undefined;
		} else if (byte === BLANK || byte === 9 || byte === 13 || byte === COMMA) {
			if (digits > 0) found.push(value <= Number.MAX_SAFE_INTEGER ? value : exact(bytes, at - digits, at));
			if (byte === COMMA && (found.length !== 1 || ++commas > 1)) return undefined;
			digits = value = 0;
		} else return (byte === 35 || byte === 37) && found.length === 0 && digits === 0 ? [] : undefined;
	}
	return found.length === 2 || (found.length === 0 && commas === 0) ? found : undefined;
}

/** A number that is too large to be told from its neighbours. */
function exact(bytes: Uint8Array, from: number, to: number): bigint {
	return BigInt(String.fromCharCode(...bytes.subarray(from, to)));
}

const BLANK = 32;
const COMMA = 44;

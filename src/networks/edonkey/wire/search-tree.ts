/**
 * Searches: an expression in prefix order.
 *
 *   00 op left right      op 00 and, 01 or, 02 left and not right
 *   01 text               words of the name
 *   02 text name          a text of the file: type (03), extension (04), codec (D5)
 *   03 u32 cmp name       a number: size (02), sources (15), complete sources (30), length (D3), bitrate (D4)
 *   08 u64 cmp name       the same
 *
 * cmp: 0 equal, 1 greater, 2 less, 3 at least, 4 at most, 5 not equal. Names are one byte, or the words "length",
 * "bitrate", "codec". Depth and nodes are bounded: whoever walks such a tree with the sender's depth on his own stack
 * falls over.
 */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import { textOf } from '../../common/text.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { Cursor, Writer } from './cursor.ts';
import { TagName } from './tags.ts';

const operators = ['and', 'or', 'not'] as const;
const comparisons = ['=', '>', '<', '>=', '<=', '!='] as const;

export type Comparison = (typeof comparisons)[number];

export type SearchNode =
	| { readonly kind: (typeof operators)[number]; readonly left: SearchNode; readonly right: SearchNode }
	| { readonly kind: 'words'; readonly text: string }
	/** `tag` is 0 for a name that is not known: nothing has it. */
	| { readonly kind: 'text'; readonly tag: number; readonly text: string }
	| {
			readonly kind: 'number';
			readonly tag: number;
			readonly comparison: Comparison;
			readonly value: number;
	  };

const malformed = refusal('edonkey.search.malformed');
const complex = refusal('edonkey.search.complex');

const spelled = new Map<string, number>([
	['length', TagName.Length],
	['bitrate', TagName.Bitrate],
	['codec', TagName.Codec],
]);

export function decodeSearch(body: Uint8Array): SearchNode | Refusal {
	const cursor = new Cursor(body);
	const node = new Reading(cursor).node(0);
	if (isRefusal(node)) return node;
	// What follows is nobody's: some programs pad.
	return node;
}

class Reading {
	readonly #cursor: Cursor;
	#nodes = 0;

	constructor(cursor: Cursor) {
		this.#cursor = cursor;
	}

	node(depth: number): SearchNode | Refusal {
		if (++this.#nodes > ours.searchNodes || depth > ours.searchDepth) return complex;
		const cursor = this.#cursor;
		const type = cursor.u8();
		if (cursor.short) return malformed;
		if (type === 0) return this.#operator(depth);
		let node: SearchNode;
		if (type === 1) node = { kind: 'words', text: cursor.text(ours.searchText) };
		else if (type === 2) {
			const text = cursor.text(ours.searchText);
			node = { kind: 'text', text, tag: this.#name() };
		} else if (type === 3 || type === 8) {
			const value = type === 3 ? cursor.u32() : cursor.u64();
			const comparison = comparisons[cursor.u8()];
			if (comparison === undefined) return malformed;
			node = { kind: 'number', value, comparison, tag: this.#name() };
		} else return malformed;
		return cursor.short ? malformed : node;
	}

	#operator(depth: number): SearchNode | Refusal {
		const kind = operators[this.#cursor.u8()];
		if (kind === undefined) return malformed;
		const left = this.node(depth + 1);
		if (isRefusal(left)) return left;
		const right = this.node(depth + 1);
		return isRefusal(right) ? right : { kind, left, right };
	}

	#name(): number {
		const length = this.#cursor.u16();
		if (length === 1) return this.#cursor.u8();
		return spelled.get(textOf(this.#cursor.take(Math.min(length, this.#cursor.left))).toLowerCase()) ?? 0;
	}
}

export function encodeSearch(node: SearchNode): Uint8Array {
	const writer = new Writer();
	write(writer, node);
	return writer.done();
}

function write(writer: Writer, node: SearchNode): void {
	switch (node.kind) {
		case 'words':
			return void writer.u8(1).text(node.text);
		case 'text':
			return void writer.u8(2).text(node.text).u16(1).u8(node.tag);
		case 'number': {
			const comparison = comparisons.indexOf(node.comparison);
			if (node.value > 0xffffffff) writer.u8(8).u64(node.value);
			else writer.u8(3).u32(node.value);
			return void writer.u8(comparison).u16(1).u8(node.tag);
		}
		default:
			writer.u8(0).u8(operators.indexOf(node.kind));
			write(writer, node.left);
			write(writer, node.right);
	}
}

/**
 * What a person types, as a search: words, and the three operators and conditions that servers understand.
 *
 *   quiet song                     both words
 *   quiet OR loud song NOT live    OR binds least; NOT takes away what follows
 *   type:audio ext:mp3 codec:xvid size>700M size<=2G sources>=5 complete>0 length>300 bitrate>=192
 */
import { joining } from './limits.ts';
import { fileTypes } from './wire/records.ts';
import type { Comparison, SearchNode } from './wire/search-tree.ts';
import { TagName } from './wire/tags.ts';

/** aMule refuses more operators than these of its own user. */
const MOST = 10;

// Maps: a user may search for `constructor:1`, a word that every object has.
const numbers: ReadonlyMap<string, number> = new Map(
	Object.entries({
		size: TagName.Size,
		sources: TagName.Sources,
		complete: TagName.CompleteSources,
		length: TagName.Length,
		bitrate: TagName.Bitrate,
	}),
);
const texts: ReadonlyMap<string, number> = new Map([
	['ext', TagName.Format],
	['codec', TagName.Codec],
]);
const units: Record<string, number> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };

/** undefined: there is no word that must be there, or more conditions than servers take. */
export function searchOf(text: string): SearchNode | undefined {
	const items = text.trim().split(/\s+/).filter(Boolean);
	if (items.length > 4 * MOST || text.length > joining.serverText) return undefined;
	const choices: SearchNode[] = [];
	for (const part of splitAt(items, 'OR')) {
		const node = conjunction(part);
		if (node === undefined) return undefined;
		choices.push(node);
	}
	const node = choices.reduce((left, right) => ({ kind: 'or', left, right }));
	return operators(node) <= MOST ? node : undefined;
}

/** Words and conditions that must all hold, and words that must not be there. */
function conjunction(items: readonly string[]): SearchNode | undefined {
	const words: string[] = [];
	const conditions: SearchNode[] = [];
	const without: SearchNode[] = [];
	for (let i = 0; i < items.length; i++) {
		const item = items[i]!;
		if (item === 'AND') continue;
		if (item === 'NOT') {
			const word = items[++i];
			if (word === undefined) return undefined;
			without.push({ kind: 'words', text: word });
			continue;
		}
		const condition = conditionOf(item);
		if (condition === undefined) words.push(item);
		else conditions.push(condition);
	}
	if (words.length === 0) return undefined;
	const positive = [{ kind: 'words', text: words.join(' ') } as SearchNode, ...conditions];
	const all = positive.reduce((left, right) => ({ kind: 'and', left, right }));
	return without.reduce((left, right) => ({ kind: 'not', left, right }), all);
}

function conditionOf(item: string): SearchNode | undefined {
	const found = /^([a-z]+)(>=|<=|!=|[:=<>])(.+)$/i.exec(item);
	if (found === null) return undefined;
	const [, key, sign, value] = found as unknown as [string, string, string, string];
	const name = key.toLowerCase();
	const tag = numbers.get(name);
	if (tag !== undefined) {
		const amount = /^(\d{1,15})([kmg]?)b?$/i.exec(value);
		if (amount === null) return undefined;
		const comparison: Comparison = sign === ':' ? '=' : (sign as Comparison);
		return { kind: 'number', tag, comparison, value: Number(amount[1]) * units[amount[2]!.toLowerCase()]! };
	}
	if (sign !== ':') return undefined;
	if (name === 'type') {
		const type = fileTypes.find((one) => one !== '' && one.toLowerCase() === value.toLowerCase());
		return type === undefined ? undefined : { kind: 'text', tag: TagName.Type, text: type };
	}
	const kept = texts.get(name);
	return kept === undefined ? undefined : { kind: 'text', tag: kept, text: value };
}

function splitAt(items: readonly string[], word: string): string[][] {
	const parts: string[][] = [[]];
	for (const item of items) {
		if (item === word) parts.push([]);
		else parts.at(-1)!.push(item);
	}
	return parts;
}

function operators(node: SearchNode): number {
	return 'left' in node ? 1 + operators(node.left) + operators(node.right) : 0;
}

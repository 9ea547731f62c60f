/**
 * A hash tree as servents give it (THEX 02, section 5): DIME with two records, an XML that describes the
 * tree and the hashes breadth-first, from the root to the deepest level that the giver has.
 *
 * Of the XML three numbers are wanted; it is searched for them, not parsed, so no entity of it is ever
 * expanded. The deepest level must be complete, and every level above must be made of it: then the root is
 * proven to belong to the hashes, though not to the file.
 */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import { parents } from '../../common/tiger.ts';
import { refusal } from '../refusals.ts';
import { decodeDime, encodeDime } from './dime.ts';
import { concat, decodeBytes, utf8 } from './text.ts';

export interface Thex {
	/** Bytes of the file. */
	readonly size: number;
	/** 24 bytes. */
	readonly root: Uint8Array;
	/** The deepest level, 24 bytes each. */
	readonly slices: Uint8Array;
	/** Bytes of the file below each: a power of two. */
	readonly slice: number;
}

const HASH = 24;
const LEAF = 1024;
const TREE = 'http://open-content.net/spec/thex/breadthfirst';
/** gtk-gnutella gives 2,048 slices; more than this makes a tree of megabytes. */
const mostSlices = 16_384;
const mostXml = 4096;
const malformed = refusal('gnutella.thex.malformed');
const numbers = refusal('gnutella.thex.malformed', 'size or depth');
const count = refusal('gnutella.thex.malformed', 'number of hashes');
const levels = refusal('gnutella.thex.malformed', 'levels that do not belong together');

/** `uuid` names the tree within the answer. Gives at most `depth` levels below the root (gtk-gnutella: 11). */
export function encodeThex(
	{ size, slices, slice }: Omit<Thex, 'root'>,
	uuid: string,
	depth = 11,
): Uint8Array {
	const all = [slices];
	while (all[0]!.length > HASH) all.unshift(parents(all[0]!));
	const given = all.slice(0, depth + 1);
	const leaves = Math.max(1, Math.ceil(size / LEAF));
	// A file of one slice has its root only, whatever the slice is called.
	if (leaves > 1 && slice < LEAF) throw new RangeError('a slice is smaller than a leaf');
	const xml =
		'<?xml version="1.0" encoding="UTF-8"?>\r\n' +
		'<!DOCTYPE hashtree SYSTEM "http://open-content.net/spec/thex/thex.dtd">\r\n' +
		`<hashtree>\r\n<file size="${size}" segmentsize="${LEAF}"/>\r\n` +
		`<digest algorithm="http://open-content.net/spec/digest/tiger" outputsize="${HASH}"/>\r\n` +
		`<serializedtree depth="${given.length - 1}" type="${TREE}" uri="uuid:${uuid}"/>\r\n</hashtree>\r\n`;
	return encodeDime([
		{ type: 'text/xml', kind: 'media', id: '', data: utf8(xml) },
		{ type: TREE, kind: 'uri', id: `uuid:${uuid}`, data: concat(given) },
	]);
}

export function decodeThex(bytes: Uint8Array): Thex | Refusal {
	const records = decodeDime(bytes);
	if (isRefusal(records)) return records;
	const description = records.find(({ type }) => type === 'text/xml');
	const tree = records.find(({ type }) => type === TREE);
	if (description === undefined || tree === undefined || description.data.length > mostXml) return malformed;
	const xml = decodeBytes(description.data);
	const size = attribute(xml, 'file', 'size');
	const depth = attribute(xml, 'serializedtree', 'depth');
	if (size === undefined || depth === undefined || attribute(xml, 'file', 'segmentsize') !== LEAF)
		return numbers;
	if (attribute(xml, 'digest', 'outputsize') !== HASH || depth > 40) return numbers;
	return readLevels(size, depth, tree.data);
}

function readLevels(size: number, depth: number, hashes: Uint8Array): Thex | Refusal {
	const leaves = Math.max(1, Math.ceil(size / LEAF));
	const whole = Math.max(0, Math.ceil(Math.log2(leaves)));
	// A giver may call a tree deeper than it is: the levels that there are count.
	const height = Math.min(depth, whole);
	let at = 0;
	let above: Uint8Array | undefined;
	let root: Uint8Array | undefined;
	for (let level = 0; level <= height; level++) {
		const wide = Math.ceil(leaves / 2 ** (whole - level));
		if (wide > mostSlices || at + wide * HASH > hashes.length) return count;
		const here = hashes.subarray(at, at + wide * HASH);
		if (above !== undefined && !equal(parents(here), above)) return levels;
		above = here;
		root ??= here;
		at += here.length;
	}
	if (at !== hashes.length || root === undefined || above === undefined) return count;
	return { size, root, slices: above, slice: LEAF * 2 ** (whole - height) };
}

/** A number in quotes: the attribute of the first element of this name. */
function attribute(xml: string, element: string, name: string): number | undefined {
	const start = new RegExp(`<${element}\\s([^<>]*)>`).exec(xml)?.[1];
	const value = start && new RegExp(`(?:^|\\s)${name}\\s*=\\s*["']([0-9]{1,15})["']`).exec(start)?.[1];
	return value === undefined || value === '' ? undefined : Number(value);
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
	return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/**
 * DIME (draft-nielsen-dime-02): records of a type, an id and data, in which Gnutella wraps hash trees. A head of
 * 12 bytes: version and begin/end/chunk marks | kind of type | lengths of options, id, type (16 bits) and
 * data (32 bits), big-endian; each part is filled up to a multiple of 4. Chunks are not taken.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { refusal } from '../refusals.ts';
import { concat, decodeBytes, utf8 } from './text.ts';

export interface DimeRecord {
	readonly type: string;
	/** `media`: a MIME type; `uri`: an address as a name. */
	readonly kind: 'media' | 'uri';
	readonly id: string;
	readonly data: Uint8Array;
}

const HEAD = 12;
const BEGIN = 4;
const END = 2;
const CHUNK = 1;
const kinds = { media: 1, uri: 2 } as const;
/** A tree has two; others may add some. */
const mostRecords = 8;
const malformed = refusal('gnutella.dime.malformed');
const truncated = refusal('gnutella.dime.malformed', 'it ends within a record');

export function encodeDime(records: readonly DimeRecord[]): Uint8Array {
	const parts: Uint8Array[] = [];
	for (const [at, { type, kind, id, data }] of records.entries()) {
		const [idBytes, typeBytes] = [utf8(id), utf8(type)];
		const head = new Uint8Array(HEAD);
		const view = new DataView(head.buffer);
		head[0] = (1 << 3) | (at === 0 ? BEGIN : 0) | (at === records.length - 1 ? END : 0);
		head[1] = kinds[kind] << 4;
		view.setUint16(4, idBytes.length);
		view.setUint16(6, typeBytes.length);
		view.setUint32(8, data.length);
		parts.push(head, padded(idBytes), padded(typeBytes), padded(data));
	}
	return concat(parts);
}

/** The data are views of `bytes`. */
export function decodeDime(bytes: Uint8Array): DimeRecord[] | Refusal {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const records: DimeRecord[] = [];
	for (let at = 0, last = false; !last; ) {
		if (bytes.length - at < HEAD) return truncated;
		const marks = bytes[at]!;
		const kind = bytes[at + 1]! >> 4;
		const first = (marks & BEGIN) !== 0;
		if (marks >> 3 !== 1 || first !== (records.length === 0) || (marks & CHUNK) !== 0) return malformed;
		if (records.length === mostRecords) return malformed;
		last = (marks & END) !== 0;
		const optionsEnd = at + HEAD + fill(view.getUint16(at + 2));
		const idLength = view.getUint16(at + 4);
		const typeLength = view.getUint16(at + 6);
		const dataLength = view.getUint32(at + 8);
		const typeStart = optionsEnd + fill(idLength);
		const dataStart = typeStart + fill(typeLength);
		// The last record may lack what fills it up.
		if (dataStart + dataLength > bytes.length) return truncated;
		records.push({
			type: decodeBytes(bytes.subarray(typeStart, typeStart + typeLength)),
			kind: kind === kinds.uri ? 'uri' : 'media',
			id: decodeBytes(bytes.subarray(optionsEnd, optionsEnd + idLength)),
			data: bytes.subarray(dataStart, dataStart + dataLength),
		});
		at = dataStart + fill(dataLength);
	}
	return records;
}

function fill(length: number): number {
	return (length + 3) & ~3;
}

function padded(bytes: Uint8Array): Uint8Array {
	if (bytes.length % 4 === 0) return bytes;
	const all = new Uint8Array(fill(bytes.length));
	all.set(bytes);
	return all;
}

/**
 * 06, a query: 00 01, most results 2, id 2, 01, realm 1, count 1, terms; a term is compare 1, tag, length, bytes.
 * All terms must be true of a file. A text search is "substring" on tag 0, a hash search "equals" on tag 3.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { Body, Fields } from './fields.ts';

export const Compare = { Equals: 0, AtMost: 2, Approximately: 3, AtLeast: 4, Substring: 5 } as const;

/** Which media are wanted: these six bits; programs set the seventh or not, as they like. */
export const Realm = {
	Audio: 0x21,
	Video: 0x22,
	Image: 0x23,
	Document: 0x24,
	Software: 0x25,
	All: 0x3f,
} as const;

export interface Term {
	readonly compare: number;
	readonly tag: number;
	readonly value: Uint8Array;
}

export interface Query {
	readonly most: number;
	/** The asker's, in all that answers it. */
	readonly id: number;
	readonly realm: number;
	readonly terms: readonly Term[];
}

const broken = refusal('fasttrack.message.malformed', 'query');
const many = refusal('fasttrack.message.malformed', 'query, too many terms');

export function encodeQuery(query: Query): Uint8Array {
	const body = new Body().two(1).two(query.most).two(query.id).byte(1).byte(query.realm);
	body.byte(query.terms.length);
	for (const { compare, tag, value } of query.terms)
		body.byte(compare).dynamic(tag).dynamic(value.length).bytes(value);
	return body.done();
}

export function decodeQuery(body: Uint8Array): Query | Refusal {
	const fields = new Fields(body, 2);
	const most = fields.two();
	const id = fields.two();
	fields.byte();
	const realm = fields.byte() & 0x3f;
	const count = fields.byte();
	if (count > ours.terms) return many;
	const terms: Term[] = [];
	for (let i = 0; i < count && !fields.failed; i++) {
		const compare = fields.byte();
		const tag = fields.dynamic();
		terms.push({ compare, tag, value: fields.bytes(fields.dynamic()) });
	}
	return fields.failed ? broken : { most, id, realm, terms };
}

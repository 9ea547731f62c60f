/**
 * 07, results: the super-node's IPv4 4 and port 2, the query's id 2, count 2; each result is IPv4 4, port 2,
 * bandwidth 1, user 01 network 00, and the file. Where a user has several files, one 02 stands for both names.
 * 08 ends the results of a query: its id 2.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import type { Address } from '../../../world/world.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { Body, Fields } from './fields.ts';
import { type FileRecord, readFile, writeFile } from './share.ts';
import { decodeText, encodeText } from './text.ts';

export interface Result extends FileRecord {
	/** Whose it is; port 0: it takes no connections. */
	readonly source: Address;
	readonly bandwidth: number;
	readonly user: string;
	readonly networkName: string;
}

export interface Reply {
	readonly supernode: Address;
	/** The query that it answers. */
	readonly id: number;
	readonly results: readonly Result[];
}

const endOfUser = 1;
const sameUser = 2;
const broken = refusal('fasttrack.message.malformed', 'reply');
const many = refusal('fasttrack.message.malformed', 'reply, too many results');

export function encodeReply({ supernode, id, results }: Reply): Uint8Array {
	const body = new Body().host(supernode.host).two(supernode.port).two(id).two(results.length);
	for (const result of results) {
		body.host(result.source.host).two(result.source.port).byte(result.bandwidth);
		body.bytes(encodeText(result.user)).byte(endOfUser).bytes(encodeText(result.networkName)).byte(0);
		writeFile(body, result);
	}
	return body.done();
}

export function decodeReply(body: Uint8Array): Reply | Refusal {
	const fields = new Fields(body);
	const supernode = { host: fields.host(), port: fields.two() };
	const id = fields.two();
	const count = fields.two();
	if (count > ours.results) return many;
	const results: Result[] = [];
	for (let i = 0; i < count && !fields.failed; i++) results.push(readResult(fields, results));
	return fields.failed ? broken : { supernode, id, results };
}

function readResult(fields: Fields, earlier: readonly Result[]): Result {
	const source = { host: fields.host(), port: fields.two() };
	const bandwidth = fields.byte();
	let user = '';
	let networkName = '';
	if (fields.next === sameUser) {
		fields.byte();
		const known = earlier.findLast(
			({ source: other }) => other.host === source.host && other.port === source.port,
		);
		user = known?.user ?? '';
		networkName = known?.networkName ?? '';
	} else {
		user = decodeText(fields.until(endOfUser, ours.text));
		networkName = decodeText(fields.until(0, ours.text));
	}
	return { source, bandwidth, user, networkName, ...readFile(fields) };
}

export function encodeReplyEnd(id: number): Uint8Array {
	return new Body().two(id).done();
}

export function decodeReplyEnd(body: Uint8Array): number | Refusal {
	const fields = new Fields(body);
	const id = fields.two();
	return fields.failed ? broken : id;
}

/**
 * Between super-nodes of ours: an extension that nobody else speaks (docs/networks/fasttrack.md). Integers are big-endian.
 *
 * 5350, hello: "SALP", version 1, features 2, id 8, port 2. More may follow in later versions. Both sides say it once.
 * 5351, query: number 4, id 8, links left 1, links passed 1, and a body of 06 whose own id is zero.
 * 5352, results: number 4, and a body of 07 whose super-node and query are zero.
 * 5353, end: number 4.
 *
 * A number names a query on one link and is its asker's; the id is the same on all links and tells loops.
 */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import { text } from '../../common/lines.ts';
import { ours, specification } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { Body, Fields } from './fields.ts';
import { decodeQuery, encodeQuery, type Query } from './query.ts';
import { decodeReply, encodeReply, type Result } from './reply.ts';
import { encodeUnshare } from './share.ts';
import { encodeText } from './text.ts';

const magic = 'SALP';
const ownVersion = 1;
const nowhere = { host: '0.0.0.0', port: 0 };
const idBytes = 8;

export interface NeighbourHello {
	/** Drawn at each start: two links to one super-node, or one to ourselves, are found by it. */
	readonly id: Uint8Array;
	/** Where it listens; its host is the link's. */
	readonly port: number;
	/** What it can beyond this version: none of it has a meaning yet. */
	readonly features: number;
}

export interface NeighbourQuery {
	readonly number: number;
	readonly id: Uint8Array;
	/** Links that it may still go over, this one not counted. */
	readonly left: number;
	/** Links that it has gone over, this one counted. */
	readonly passed: number;
	readonly query: Query;
}

export interface NeighbourResults {
	readonly number: number;
	readonly results: readonly Result[];
}

const broken = (what: string): Refusal => refusal('fasttrack.message.malformed', `of a super-node: ${what}`);

export function encodeNeighbourHello({ id, port, features }: NeighbourHello): Uint8Array {
	const body = new Body().bytes(encodeText(magic)).byte(ownVersion).two(features);
	return body.bytes(id).two(port).done();
}

export function decodeNeighbourHello(body: Uint8Array): NeighbourHello | Refusal {
	const fields = new Fields(body);
	const name = fields.bytes(magic.length);
	const version = fields.byte();
	const features = fields.two();
	const id = fields.bytes(idBytes).slice();
	const port = fields.two();
	if (fields.failed || text(name, 0, name.length) !== magic || version < ownVersion) return broken('hello');
	return { id, port, features };
}

export function encodeNeighbourQuery({ number, id, left, passed, query }: NeighbourQuery): Uint8Array {
	const body = new Body().four(number).bytes(id).byte(left).byte(passed);
	return body.bytes(encodeQuery({ ...query, id: 0 })).done();
}

export function decodeNeighbourQuery(body: Uint8Array): NeighbourQuery | Refusal {
	const fields = new Fields(body);
	const number = fields.four();
	const id = fields.bytes(idBytes).slice();
	const [left, passed] = [fields.byte(), fields.byte()];
	const rest = fields.bytes(fields.left);
	if (fields.failed || passed === 0 || rest.length > ours.queryPassed) return broken('query');
	const query = decodeQuery(rest.slice());
	return isRefusal(query) ? query : { number, id, left, passed, query: { ...query, id: 0 } };
}

export function encodeNeighbourResults({ number, results }: NeighbourResults): Uint8Array {
	const reply = encodeReply({ supernode: nowhere, id: 0, results });
	return new Body().four(number).bytes(reply).done();
}

/** Of those that could not go on as they came (too long, too many) none is taken. */
export function decodeNeighbourResults(body: Uint8Array): NeighbourResults | Refusal {
	const fields = new Fields(body);
	const number = fields.four();
	const reply = decodeReply(fields.bytes(fields.left));
	if (fields.failed || isRefusal(reply)) return broken('results');
	if (reply.results.length > ours.resultsOfReply || !reply.results.every(isShort)) return broken('results');
	return { number, results: reply.results };
}

/** Its number alone: whether it was asked is looked at before anything is read. */
export function numberIn(body: Uint8Array): number | Refusal {
	const fields = new Fields(body);
	const number = fields.four();
	return fields.failed ? broken('number') : number;
}

export function encodeNeighbourEnd(number: number): Uint8Array {
	return new Body().four(number).done();
}

/** Bytes of a file as a leaf may share one, and of names as they are written again. */
function isShort(result: Result): boolean {
	const names = encodeText(result.user).length + encodeText(result.networkName).length;
	return names <= 2 * ours.text && encodeUnshare(result).length <= ours.shareBody + specification.hash;
}

/** What a leaf and a neighbour say to a super-node of FastTrack, for the contract. */
import { MessageType } from '../../src/networks/fasttrack/wire/frame.ts';
import {
	encodeNeighbourEnd,
	encodeNeighbourHello,
	encodeNeighbourQuery,
	encodeNeighbourResults,
} from '../../src/networks/fasttrack/wire/neighbour.ts';
import { concat, utf8 } from '../../src/networks/gnutella/wire/text.ts';
import { session, speakers } from '../networks/fasttrack/session.ts';

/** What a super-node that links with this one says, from its hello on. */
export function ofNeighbour(): Uint8Array {
	const { leaf, greetings } = speakers({ type: 0x09 });
	const number = { number: 9, id: new Uint8Array(8).fill(6) };
	const terms = [{ compare: 5, tag: 0, value: utf8('vyncke') }];
	const query = { most: 9, id: 0, realm: 0x3f, terms };
	const hello = encodeNeighbourHello({ ...number, port: 1214, features: 0 });
	return concat([
		greetings[0]![1] as Uint8Array,
		leaf.name('KaZaA'),
		leaf.message(MessageType.NeighbourHello, hello),
		leaf.message(MessageType.NeighbourQuery, encodeNeighbourQuery({ ...number, left: 2, passed: 1, query })),
		leaf.message(MessageType.NeighbourQuery, encodeNeighbourQuery({ ...number, left: 99, passed: 1, query })),
		leaf.message(MessageType.NeighbourResults, encodeNeighbourResults({ number: 1, results: [] })),
		leaf.message(MessageType.NeighbourEnd, encodeNeighbourEnd(1)),
		leaf.message(MessageType.NeighbourHello, hello.subarray(1)),
	]);
}

/** All that a leaf of our own says in its session. */
export function ofLeaf(type: 0x01 | 0x09): Uint8Array {
	return concat(session({ type }).flatMap(([way, bytes]) => (way === '>' ? [bytes as Uint8Array] : [])));
}

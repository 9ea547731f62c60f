/**
 * What a server says of its own ports in the answer to a question for its status (E3 97): its links come four ports below
 * its datagrams; obfuscated ones, which have no signature, where the answer says.
 */
import type { Follower, FollowSink } from '../signature.ts';
import { protocol } from './limits.ts';

const STATUS = 42;
const UDP_PORT = 34;
const TCP_PORT = 36;

export class StatusAnnouncements implements Follower {
	readonly #sink: FollowSink;

	constructor(sink: FollowSink) {
		this.#sink = sink;
	}

	bytes(byOpener: boolean, bytes: Uint8Array, from: number, to: number): boolean {
		if (byOpener || to - from < 2 || bytes[from] !== 0xe3 || bytes[from + 1] !== 0x97) return true;
		this.#sink.announcedBeside((own) => own - protocol.datagramPort, 'server status');
		if (to - from < STATUS) return true;
		for (const at of [UDP_PORT, TCP_PORT]) {
			const port = bytes[from + at]! | (bytes[from + at + 1]! << 8);
			this.#sink.announcedBeside(() => port, 'server status');
		}
		return true;
	}
}

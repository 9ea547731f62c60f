/** Who has given and got what: credits for those who have proven who they are, and who gave false bytes. */
import { Bans } from './bans.ts';
import type { Client } from './client.ts';
import { Credits } from './credits.ts';
import type { Peer, Peers } from './peers.ts';

const noBook = { get: () => undefined, put() {} };

export class Ledger {
	readonly credits: Credits;
	readonly bans: Bans;

	constructor(client: Client, peers: () => Peers, isServer: (host: string) => boolean) {
		this.credits = new Credits(client, client.options.secure?.book ?? noBook);
		this.bans = new Bans(client, peers, isServer);
	}

	/** Bytes of the link, and bytes of a file that they stand for. */
	received(peer: Peer, onTheWire: number, bytes: number): void {
		this.credits.received(peer, onTheWire);
		this.bans.gave(peer.remote.host, bytes);
	}

	wereFalse(user: Uint8Array, host: string, bytes: number): void {
		this.credits.wereFalse(user, bytes);
		this.bans.wereFalse(host, bytes);
	}
}

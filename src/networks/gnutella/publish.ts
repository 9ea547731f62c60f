/**
 * Publish: who may answer what, by QRP tables (Query Routing Protocol). The rules:
 *
 * - A leaf sends each of its ultrapeers a table of the words of its shared files. That is all that is
 *   published; names and files never leave before someone asks.
 * - An ultrapeer sends each other ultrapeer the union of its own and its leaves' tables, which serves
 *   the last hop of a query.
 * - A table is sent when it has changed: at once on a new link, then with pauses that double up to
 *   `tableSeconds`, since much changes while a servent has just come.
 * - We send patches of 4 bits only: gtk-gnutella announces that it takes 1 bit and then ignores them.
 * - Tables that come in are kept one bit a slot; what is out of order or too large is refused and the
 *   peer keeps its last good table.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Guards } from './guards.ts';
import type { Limits } from './limits.ts';
import type { Peer, Published } from './peer.ts';
import type { Peers } from './peers.ts';
import type { Servent } from './servent.ts';
import { newGuid } from './wire/guid.ts';
import { encodeMessage, MessageType } from './wire/message.ts';
import { RouteTableReader, tableMessages } from './wire/qrp-patch.ts';
import { RouteTable, sharedIfBlank } from './wire/qrp-table.ts';
import { sha1Urn } from './wire/urn.ts';

export interface PublishParts {
	readonly peers: Peers;
	readonly limits: Limits;
	readonly guards: Guards;
}

export class Publish {
	readonly #servent: Servent;
	readonly #parts: PublishParts;
	#own: Published | undefined;
	/** Counts changes of the union: own files or a leaf's table. */
	#unionVersion = 0;
	#union: Published | undefined;
	/** All peers have the tables of these versions: nothing to send before one of them changes. */
	#settledOwn = -1;
	#settledUnion = -1;

	constructor(servent: Servent, parts: PublishParts) {
		this.#servent = servent;
		this.#parts = parts;
	}

	/** A RESET or PATCH of the peer's table. */
	received(peer: Peer, payload: Uint8Array): void {
		const reader = peer.tableReader ?? new RouteTableReader(peer.table);
		const table = reader.take(payload);
		peer.tableReader = reader.isBusy ? reader : undefined;
		if (table === undefined) return;
		if (isRefusal(table)) return this.#parts.guards.weird(peer, table.refused, table.detail);
		peer.table = table;
		if (peer.role === 'leaf') this.#unionVersion++;
	}

	/** A new ultrapeer gets its table at once. */
	joined(peer: Peer): void {
		if (peer.role === 'ultrapeer' && this.#takesTables(peer)) this.#send(peer, this.#servent.world.now());
	}

	left(peer: Peer): void {
		if (peer.role === 'leaf' && peer.table !== undefined) this.#unionVersion++;
	}

	/** Sends what has changed to whom it concerns. */
	tick(now: number): void {
		const { version } = this.#servent.host.shares;
		if (this.#settledOwn === version && this.#settledUnion === this.#unionVersion) return;
		let settled = true;
		for (const peer of this.#parts.peers.ultrapeers) {
			if (peer.leaving || !this.#takesTables(peer)) continue;
			const pause = Math.min(this.#parts.limits.tableSeconds, 2 ** peer.sentTables) * 1000;
			if (peer.blockedSince > 0 || now - peer.since - peer.sentAfter < pause) settled = false;
			else this.#send(peer, now);
		}
		if (!settled) return;
		this.#settledOwn = this.#own?.version ?? -1;
		this.#settledUnion = this.#unionVersion;
	}

	#takesTables(peer: Peer): boolean {
		const { features } = peer;
		return this.#servent.role === 'leaf' ? features.queryRouting : features.ultrapeerQueryRouting;
	}

	#send(peer: Peer, now: number): void {
		const own = this.#ownTable();
		const published = this.#servent.role === 'leaf' ? own : this.#unionTable(own.table);
		if (peer.sent?.version === published.version) return;
		const { table } = published;
		const messages = peer.sent === undefined ? wholeTable(table) : tableMessages(table, peer.sent.table, 4);
		for (const payload of messages) {
			const guid = newGuid(this.#servent.world.random(16));
			this.#parts.peers.send(peer, encodeMessage(MessageType.Qrp, guid, 1, 0, payload));
		}
		peer.sent = published;
		peer.sentAfter = peer.after(now);
		peer.sentTables++;
	}

	/** The table of our own files; made again when the library has changed. */
	#ownTable(): Published {
		const { shares } = this.#servent.host;
		if (this.#own?.version === shares.version) return this.#own;
		const table = new RouteTable(this.#parts.limits.tableSlots);
		for (const word of shares.words()) table.addWord(word);
		for (const sha1 of shares.sha1s()) table.addUrn(sha1Urn(sha1));
		this.#own = { table: sharedIfBlank(table), version: shares.version };
		this.#unionVersion++;
		return this.#own;
	}

	/** Shared by all ultrapeers that are sent the same version: one table, not one each. */
	#unionTable(own: RouteTable): Published {
		if (this.#union?.version === this.#unionVersion) return this.#union;
		const table = new RouteTable(this.#parts.limits.tableSlotsUltrapeer);
		table.merge(own);
		for (const leaf of this.#parts.peers.leaves) if (leaf.table !== undefined) table.merge(leaf.table);
		this.#union = { table: sharedIfBlank(table), version: this.#unionVersion };
		return this.#union;
	}
}

/** The messages of a whole table are packed once, not once a peer. */
const packed = new WeakMap<RouteTable, readonly Uint8Array[]>();

function wholeTable(table: RouteTable): readonly Uint8Array[] {
	const known = packed.get(table);
	if (known !== undefined) return known;
	const messages = tableMessages(table, undefined, 4);
	packed.set(table, messages);
	return messages;
}

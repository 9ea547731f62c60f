/**
 * Vendor messages (types 31 and 32): small extensions between neighbours. They are spoken only with
 * peers that said Vendor-Message in their handshake, always with TTL 1. What we take:
 *
 *   0/0 messages supported, 0/10 features supported
 *   BEAR/4  hops flow: no queries from further away than this
 *   BEAR/7  TCP connect-back: dial me at this port (we dial the link's own address, never another)
 *   GTKG/7, LIME/5  UDP connect-back: ping me at this port (likewise)
 *   BEAR/11 how many answers did you keep?   BEAR/12 the reply (leaf guidance of dynamic querying)
 *   LIME/21 be my push proxy                 LIME/22 I am, at this address
 *
 * Others are ignored, as the specification says. Each is bounded by the size limit of its type and
 * counts as malformed when its payload is not as specified.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Guards } from './guards.ts';
import type { Peer } from './peer.ts';
import type { Peers } from './peers.ts';
import type { Servent } from './servent.ts';
import { newGuid } from './wire/guid.ts';
import { encodeMessage, guidOf, MessageType, payloadOf } from './wire/message.ts';
import {
	decodeSupported,
	decodeVendor,
	encodeFeatures,
	encodeSupported,
	encodeVendor,
	NOBODY,
	type VendorKind,
} from './wire/vendor.ts';

const SUPPORTED: readonly VendorKind[] = [
	{ vendor: 'BEAR', selector: 4, version: 1 },
	{ vendor: 'BEAR', selector: 7, version: 1 },
	{ vendor: 'GTKG', selector: 7, version: 2 },
	{ vendor: 'LIME', selector: 5, version: 1 },
	{ vendor: 'BEAR', selector: 11, version: 1 },
	{ vendor: 'BEAR', selector: 12, version: 1 },
	{ vendor: 'LIME', selector: 21, version: 1 },
	{ vendor: 'LIME', selector: 22, version: 2 },
];

/** Said to all alike. */
const supported = encodeVendor({
	vendor: NOBODY,
	selector: 0,
	version: 0,
	data: encodeSupported(SUPPORTED),
});
const features = encodeVendor({
	vendor: NOBODY,
	selector: 10,
	version: 0,
	data: encodeFeatures([{ name: 'QRP1', version: 1 }]),
});

export interface VendorParts {
	readonly peers: Peers;
	readonly guards: Guards;
	/** BEAR/7: dial back the peer's own address at this port. */
	connectBack(peer: Peer, port: number): void;
	/** GTKG/7, LIME/5: send a PING with this id to the peer's own address at this port. */
	pingBack(peer: Peer, port: number, guid: Uint8Array): void;
	/** BEAR/11: how many answers to this search of ours were kept; undefined: it is none of ours. */
	kept(guid: Uint8Array): number | undefined;
	/** BEAR/12: so many answers were kept by a leaf that asked. */
	guided(guid: Uint8Array, kept: number, by: Peer): void;
	/** LIME/22: this neighbour passes PUSHes on to us. */
	pushProxy(peer: Peer): void;
	/** LIME/21: pass PUSHes for this GUID on to the peer. False: that is not done. */
	proxyFor(peer: Peer, guid: Uint8Array): boolean;
}

export class Vendor {
	readonly #servent: Servent;
	readonly #parts: VendorParts;

	constructor(servent: Servent, parts: VendorParts) {
		this.#servent = servent;
		this.#parts = parts;
	}

	/** Said to every new neighbour. */
	greet(peer: Peer): void {
		if (!peer.features.vendor) return;
		this.#sendPayload(peer, supported);
		this.#sendPayload(peer, features);
		if (this.#servent.role === 'leaf' && peer.role === 'ultrapeer') {
			const ask = { vendor: 'LIME', selector: 21, version: 1, data: new Uint8Array(0) };
			this.#send(peer, ask, this.#servent.options.guid);
		}
	}

	/** Asks a neighbour to dial us, to learn whether we can be reached. */
	askConnectBack(peer: Peer, port: number): void {
		if (!peer.features.vendor) return;
		this.#send(peer, {
			vendor: 'BEAR',
			selector: 7,
			version: 1,
			data: Uint8Array.of(port & 0xff, port >> 8),
		});
	}

	/** Asks a leaf how many answers to its search it kept: its count replaces ours (dynamic.ts). */
	askKept(peer: Peer, guid: Uint8Array): void {
		if (!peer.features.vendor) return;
		this.#send(peer, { vendor: 'BEAR', selector: 11, version: 1, data: new Uint8Array(0) }, guid);
	}

	/** Tells the ultrapeer how many answers of a search were kept (0xffff: enough). */
	guide(peer: Peer, guid: Uint8Array, kept: number): void {
		if (!peer.features.vendor) return;
		const data = Uint8Array.of(kept & 0xff, kept >> 8);
		this.#send(peer, { vendor: 'BEAR', selector: 12, version: 1, data }, guid);
	}

	received(peer: Peer, frame: Uint8Array): void {
		const message = decodeVendor(payloadOf(frame));
		if (isRefusal(message)) return this.#parts.guards.weird(peer, message.refused);
		const { data } = message;
		switch (`${message.vendor}/${message.selector}`) {
			case `${NOBODY}/0`:
				return this.#supported(peer, data);
			case 'BEAR/4':
				if (data.length < 1) return this.#parts.guards.weird(peer, 'gnutella.vendor.malformed');
				peer.hopsFlow = data[0]!;
				return;
			case 'BEAR/7':
				if (data.length < 2) return this.#parts.guards.weird(peer, 'gnutella.vendor.malformed');
				return this.#parts.connectBack(peer, data[0]! | (data[1]! << 8));
			case 'GTKG/7':
			case 'LIME/5':
				return this.#pingBack(peer, data, guidOf(frame));
			case 'BEAR/11':
				return this.#asksKept(peer, guidOf(frame));
			case 'BEAR/12':
				if (data.length < 2) return this.#parts.guards.weird(peer, 'gnutella.vendor.malformed');
				return this.#parts.guided(guidOf(frame), data[0]! | (data[1]! << 8), peer);
			case 'LIME/21':
				return this.#proxyAsked(peer, guidOf(frame));
			case 'LIME/22':
				return this.#parts.pushProxy(peer);
		}
	}

	#supported(peer: Peer, data: Uint8Array): void {
		const kinds = decodeSupported(data);
		if (isRefusal(kinds)) return this.#parts.guards.weird(peer, kinds.refused);
	}

	/** LIME/5 names the id in its data, GTKG/7 (version 2) uses that of the message. */
	#pingBack(peer: Peer, data: Uint8Array, id: Uint8Array): void {
		if (data.length < 2) return this.#parts.guards.weird(peer, 'gnutella.vendor.malformed');
		const guid = data.length >= 18 ? data.subarray(2, 18) : id;
		this.#parts.pingBack(peer, data[0]! | (data[1]! << 8), guid.slice());
	}

	#asksKept(peer: Peer, guid: Uint8Array): void {
		const kept = this.#parts.kept(guid);
		if (kept !== undefined) this.guide(peer, guid, kept);
	}

	/** A leaf asks that PUSHes for its GUID come to it through us. */
	#proxyAsked(peer: Peer, guid: Uint8Array): void {
		if (!this.#parts.proxyFor(peer, guid)) return;
		const { host, port } = this.#servent.options.announce;
		const octets = host.split('.').map(Number);
		if (octets.length !== 4) return;
		const data = new Uint8Array([...octets, port & 0xff, port >> 8]);
		this.#send(peer, { vendor: 'LIME', selector: 22, version: 2, data }, guid);
	}

	#send(peer: Peer, message: Parameters<typeof encodeVendor>[0], guid?: Uint8Array): void {
		this.#sendPayload(peer, encodeVendor(message), guid);
	}

	#sendPayload(peer: Peer, payload: Uint8Array, guid?: Uint8Array): void {
		const id = guid ?? newGuid(this.#servent.world.random(16));
		this.#parts.peers.send(peer, encodeMessage(MessageType.Vendor, id, 1, 0, payload));
	}
}

/**
 * A link after its handshake: bytes come in, are inflated and cut into messages, and each message goes
 * to the part that its type belongs to. What cannot be cut ends the link, since nobody knows where the
 * next message begins; what can be cut but not understood is counted (defence/malformed-traffic.ts).
 */
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import type { Guards } from './guards.ts';
import type { Peer, Talk } from './peer.ts';
import type { Peers } from './peers.ts';
import type { Pongs } from './pongs.ts';
import type { Publish } from './publish.ts';
import type { Route } from './route.ts';
import type { Servent } from './servent.ts';
import { Bye, type Upkeep } from './upkeep.ts';
import type { Vendor } from './vendor.ts';
import { decodeBye } from './wire/bye.ts';
import {
	isMessage,
	MessageSplitter,
	MessageType,
	maximumPayload,
	payloadOf,
	typeOf,
} from './wire/message.ts';

export interface ConversationParts {
	readonly peers: Peers;
	readonly pongs: Pongs;
	readonly publish: Publish;
	readonly route: Route;
	readonly upkeep: Upkeep;
	readonly vendor: Vendor;
	readonly guards: Guards;
	/** The link is gone: every part forgets the peer. */
	left(peer: Peer): void;
}

/** One serves all links of a servent. */
export class Conversation implements Talk {
	readonly #servent: Servent;
	readonly #parts: ConversationParts;

	constructor(servent: Servent, parts: ConversationParts) {
		this.#servent = servent;
		this.#parts = parts;
	}

	received(peer: Peer, bytes: Uint8Array): void {
		if (peer.leaving) return;
		peer.heardAfter = peer.after(this.#servent.world.now());
		peer.bytesIn += bytes.length;
		const inflater = peer.deflated?.inflater;
		if (inflater === undefined) return this.#cut(peer, bytes);
		const refused = inflater.push(bytes, (chunk) => this.#cut(peer, chunk));
		if (refused !== undefined) this.#end(peer, refused);
	}

	drained(peer: Peer): void {
		this.#parts.peers.drained(peer);
	}

	left(peer: Peer): void {
		this.#parts.left(peer);
	}

	#cut(peer: Peer, bytes: Uint8Array): void {
		if (peer.leaving) return;
		if (peer.splitter === undefined && isMessage(bytes)) return this.#frame(peer, bytes);
		const splitter = (peer.splitter ??= new MessageSplitter(maximumPayload));
		splitter.push(bytes);
		for (let frame = splitter.next(); frame !== undefined; frame = splitter.next()) {
			if (isRefusal(frame)) return this.#end(peer, frame);
			this.#frame(peer, frame);
			if (peer.leaving) return;
		}
	}

	#frame(peer: Peer, frame: Uint8Array): void {
		peer.messagesIn++;
		switch (typeOf(frame)) {
			case MessageType.Query:
				return this.#parts.route.query(peer, frame);
			case MessageType.Hit:
				return this.#parts.route.hit(peer, frame);
			case MessageType.Ping:
				return this.#parts.pongs.ping(peer, frame);
			case MessageType.Pong:
				return this.#parts.pongs.pong(peer, frame);
			case MessageType.Push:
				return this.#parts.route.push(peer, frame);
			case MessageType.Qrp:
				return this.#parts.publish.received(peer, payloadOf(frame));
			case MessageType.Vendor:
			case MessageType.StandardVendor:
				return this.#parts.vendor.received(peer, frame);
			case MessageType.Bye:
				return this.#bye(peer, frame);
			case MessageType.Hsep:
				return;
			default:
				return this.#parts.guards.weird(peer, 'gnutella.header.type', `type ${typeOf(frame)}`);
		}
	}

	#bye(peer: Peer, frame: Uint8Array): void {
		const bye = decodeBye(payloadOf(frame));
		const why = isRefusal(bye) ? 'without a reason' : `${bye.code} ${bye.reason}`;
		// What we had to say to it still leaves, as if its messages had come one by one.
		this.#parts.peers.flush();
		peer.leaving = true;
		this.#servent.world.hangup(peer.link, `the peer said goodbye: ${why}`);
	}

	#end(peer: Peer, refused: Refusal): void {
		peer.refused++;
		this.#servent.refuse(refused.refused, peer.name, refused.detail);
		this.#parts.upkeep.bye(peer, Bye.malformed, 'What came is not Gnutella');
	}
}

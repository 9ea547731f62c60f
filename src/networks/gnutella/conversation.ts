/**
 * A link after its handshake: bytes come in, are inflated and cut into messages, and each message goes
 * to the part that its type belongs to. What cannot be cut ends the link, since nobody knows where the
 * next message begins; what can be cut but not understood is counted (defence/malformed-traffic.ts).
 */
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import type { Link } from '../../world/world.ts';
import type { Guards } from './guards.ts';
import type { Peer, Peers } from './peers.ts';
import type { Pongs } from './pongs.ts';
import type { Publish } from './publish.ts';
import type { Route } from './route.ts';
import type { LinkOwner, Servent } from './servent.ts';
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

export class Conversation implements LinkOwner {
	readonly #servent: Servent;
	readonly #parts: ConversationParts;
	readonly #peer: Peer;

	constructor(servent: Servent, parts: ConversationParts, peer: Peer) {
		this.#servent = servent;
		this.#parts = parts;
		this.#peer = peer;
	}

	opened(): void {}

	received(_link: Link, bytes: Uint8Array): void {
		const peer = this.#peer;
		if (peer.leaving) return;
		peer.heardAt = this.#servent.world.now();
		peer.bytesIn += bytes.length;
		if (peer.inflater === undefined) return this.#cut(bytes);
		const refused = peer.inflater.push(bytes, (chunk) => this.#cut(chunk));
		if (refused !== undefined) this.#end(refused);
	}

	drained(): void {
		this.#parts.peers.drained(this.#peer);
	}

	closed(): void {
		this.#parts.left(this.#peer);
	}

	#cut(bytes: Uint8Array): void {
		const peer = this.#peer;
		if (peer.leaving) return;
		if (peer.splitter === undefined && isMessage(bytes)) return this.#frame(bytes);
		const splitter = (peer.splitter ??= new MessageSplitter(maximumPayload));
		splitter.push(bytes);
		for (let frame = splitter.next(); frame !== undefined; frame = splitter.next()) {
			if (isRefusal(frame)) return this.#end(frame);
			this.#frame(frame);
			if (peer.leaving) return;
		}
	}

	#frame(frame: Uint8Array): void {
		const peer = this.#peer;
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
				return this.#bye(frame);
			case MessageType.Hsep:
				return;
			default:
				return this.#parts.guards.weird(peer, 'gnutella.header.type', `type ${typeOf(frame)}`);
		}
	}

	#bye(frame: Uint8Array): void {
		const bye = decodeBye(payloadOf(frame));
		const why = isRefusal(bye) ? 'without a reason' : `${bye.code} ${bye.reason}`;
		// What we had to say to it still leaves, as if its messages had come one by one.
		this.#parts.peers.flush();
		this.#peer.leaving = true;
		this.#servent.world.hangup(this.#peer.link, `the peer said goodbye: ${why}`);
	}

	#end(refused: Refusal): void {
		this.#peer.refused++;
		this.#servent.refuse(refused.refused, this.#peer.name, refused.detail);
		this.#parts.upkeep.bye(this.#peer, Bye.malformed, 'What came is not Gnutella');
	}
}

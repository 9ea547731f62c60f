/**
 * A session on a link. What it says leaves at once or the link ends: a stream cipher forgives no gap. A peer that
 * does not read is therefore found by what waits for it, before anything more is enciphered.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { Neighbour } from '../network.ts';
import { ours } from './limits.ts';
import type { Servent } from './servent.ts';
import { Session } from './session.ts';
import type { Message } from './wire/frame.ts';

export interface ChannelEvents {
	/** The session stands: messages may be sent. */
	open(channel: Channel): void;
	/** The body is good until this returns. */
	message(channel: Channel, message: Message): void;
}

export class Channel {
	readonly link: Link;
	readonly remote: Address;
	/** `host:port`, for evidence. */
	readonly name: string;
	readonly since: number;
	lastAt: number;
	pingedAt = 0;
	messagesIn = 0;
	messagesOut = 0;
	bytesIn = 0;
	bytesOut = 0;
	refused = 0;
	/** Both sides are super-nodes. */
	isOfSupernodes = false;
	readonly #servent: Servent;
	readonly #side: 'leaf' | 'supernode';
	readonly #events: ChannelEvents;
	readonly #session: Session;
	/** What the other side calls its network. */
	#theirs = '';
	#ended = false;

	constructor(
		servent: Servent,
		link: Link,
		remote: Address,
		side: 'leaf' | 'supernode',
		events: ChannelEvents,
	) {
		this.#servent = servent;
		this.link = link;
		this.remote = remote;
		this.name = formatAddress(remote);
		this.since = this.lastAt = servent.world.now();
		this.#side = side;
		this.#events = events;
		this.#session = new Session(side, servent.options.network);
	}

	get isOpen(): boolean {
		return this.#session.state === 'open' && !this.#ended;
	}

	/** A leaf speaks first. */
	greet(): void {
		this.#put(this.#session.hello());
	}

	received(bytes: Uint8Array): void {
		this.lastAt = this.#servent.world.now();
		this.bytesIn += bytes.length;
		this.#session.push(bytes);
		for (let step = this.#session.step(); step !== undefined && !this.#ended; step = this.#session.step()) {
			if (step === 'ping') this.#put(this.#session.pong());
			else if (step === 'pong') continue;
			else if (isRefusal(step)) return this.refuse(step.refused, step.detail, 'what came is no FastTrack');
			else if ('say' in step) this.#put(step.say);
			else if ('open' in step) {
				this.#theirs = step.open;
				this.#events.open(this);
			} else {
				this.messagesIn++;
				this.#events.message(this, step);
			}
		}
	}

	/** False: it was not sent, for the peer reads too slowly or the session does not stand. Nothing is lost by it. */
	send(type: number, body: Uint8Array): boolean {
		if (!this.isOpen || this.#servent.world.queued(this.link) > ours.queued) return false;
		this.messagesOut++;
		return this.#put(this.#session.message(type, body));
	}

	/** Pings a silent peer, and ends with one that stays silent. */
	tick(now: number): void {
		const silent = now - this.lastAt;
		const most = this.isOpen ? ours.silentSeconds : ours.handshakeSeconds;
		if (silent >= most * 1000) return this.end('the peer is silent');
		if (!this.isOpen || silent < ours.pingSeconds * 1000 || now - this.pingedAt < ours.pingSeconds * 1000)
			return;
		this.pingedAt = now;
		this.#put(this.#session.ping());
	}

	/** Evidence against the peer, and the end of it where `ending` says why. */
	refuse(code: string, detail?: string, ending?: string): void {
		this.refused++;
		this.#servent.refuse(code, this.name, detail);
		if (ending !== undefined) this.end(ending);
	}

	/** As people see it. */
	neighbour(): Neighbour {
		const dialled = this.#side === 'leaf';
		return {
			link: this.link,
			remote: this.remote,
			dialled,
			role: dialled || this.isOfSupernodes ? 'ultrapeer' : 'leaf',
			// No program says its name: all that is said is the network's.
			agent: this.#theirs,
			since: this.since,
			compressed: false,
			in: { messages: this.messagesIn, bytes: this.bytesIn },
			out: { messages: this.messagesOut, bytes: this.bytesOut },
			refused: this.refused,
			queued: this.#servent.world.queued(this.link),
		};
	}

	end(why: string): void {
		if (this.#ended) return;
		this.#ended = true;
		this.#servent.world.hangup(this.link, why);
	}

	#put(bytes: Uint8Array): boolean {
		if (this.#ended) return false;
		this.bytesOut += bytes.length;
		if (this.#servent.world.send(this.link, bytes)) return true;
		// Enciphered and not sent: the other side could read nothing that comes after it.
		this.refuse('fasttrack.link.blocked', undefined, 'the peer does not read');
		return false;
	}
}

/**
 * A world for tests of one network, by hand. It writes down every call in plain arrays, and a test plays
 * the outside: it accepts, answers dials, feeds bytes, sets the time.
 *
 *   const world = new Recorder();
 *   const network = world.attach(new Gnutella(world, host, options));
 *   const link = world.accept({ host: '192.0.2.1', port: 4711 });
 *   world.feed(link, bytes);
 *   expect(world.sentOn(link)).toEqual(...);
 *
 * What the outside does reaches the network during the call of the test. What a call of the network causes
 * (the `closed` after hangup, `drained`, ticks) is queued, and comes with flush or before the next thing
 * that the test does (rule 1). Sends after hangup are not recorded (rule 3).
 */
import type { Evidence } from '../evidence/evidence.ts';
import type { Network } from '../networks/network.ts';
import { SeededRandom } from './random.ts';
import { Wakes } from './wakes.ts';
import type { Address, Hide, Link, World } from './world.ts';

interface Recorded {
	readonly remote: Address;
	readonly dialled: boolean;
	state: 'opening' | 'open' | 'closing' | 'closed';
	hide?: Hide;
}

export class Recorder implements World {
	readonly dials: { link: Link; to: Address; purpose: string }[] = [];
	readonly sent: { link: Link; bytes: Uint8Array }[] = [];
	readonly pauses: { link: Link; paused: boolean }[] = [];
	readonly hangups: { link: Link; why: string }[] = [];
	readonly datagrams: { to: Address; bytes: Uint8Array }[] = [];
	readonly wakes: number[] = [];
	readonly notices: Evidence[] = [];
	/** Milliseconds; set it with advance. */
	time = 1_000_000_000_000;
	/** What queued answers for a link; 0 for one that is not named. */
	readonly backlog = new Map<Link, number>();
	/** Links on which send answers false; freed with drain. */
	readonly full = new Set<Link>();
	readonly #links = new Map<Link, Recorded>();
	readonly #random = new SeededRandom(1, 'recorder');
	readonly #wakes = new Wakes();
	#queue: (() => void)[] = [];
	#network: Network | undefined;
	#last = 0;
	#inEvent = false;

	attach<N extends Network>(network: N): N {
		this.#network = network;
		return network;
	}

	// What the network does.

	now(): number {
		return this.time;
	}

	random(bytes: number): Uint8Array {
		return this.#random.bytes(bytes);
	}

	dial(to: Address, purpose: string): Link {
		const link = this.#add(to, true);
		this.dials.push({ link, to, purpose });
		return link;
	}

	send(link: Link, bytes: Uint8Array): boolean {
		const state = this.#links.get(link)?.state;
		if (state !== 'opening' && state !== 'open') return true;
		if (this.full.has(link)) return false;
		const { hide } = this.#links.get(link)!;
		const leaving = hide === undefined ? bytes : new Uint8Array(bytes);
		hide?.(leaving);
		this.sent.push({ link, bytes: leaving });
		return true;
	}

	seal(link: Link, hide: Hide): void {
		const found = this.#links.get(link);
		if (found === undefined) return;
		if (found.hide || this.sent.some((one) => one.link === link))
			throw new Error(`link ${link} has sent something already`);
		found.hide = hide;
	}

	queued(link: Link): number {
		return this.backlog.get(link) ?? 0;
	}

	pause(link: Link, paused: boolean): void {
		this.pauses.push({ link, paused });
	}

	hangup(link: Link, why: string): void {
		const found = this.#links.get(link);
		if (found?.state !== 'opening' && found?.state !== 'open') return;
		found.state = 'closing';
		this.hangups.push({ link, why });
		this.#queue.push(() => this.#close(link, why));
	}

	datagram(to: Address, bytes: Uint8Array): void {
		this.datagrams.push({ to, bytes });
	}

	wake(at: number): void {
		this.wakes.push(at);
		this.#wakes.ask(at);
	}

	notice(record: Evidence): void {
		this.notices.push(record);
	}

	// What the test does.

	/** Delivers what is queued, and what that causes. */
	flush(): void {
		while (this.#queue.length > 0) this.#deliver(this.#queue.shift()!);
	}

	/** Someone dials us. */
	accept(remote: Address): Link {
		const link = this.#add(remote, false);
		this.answer(link);
		return link;
	}

	/** A dial succeeds. */
	answer(link: Link): void {
		this.#outside(() => {
			const found = this.#links.get(link)!;
			if (found.state !== 'opening') return;
			found.state = 'open';
			this.#network!.opened(link, found.remote, found.dialled);
		});
	}

	/** Bytes arrive. */
	feed(link: Link, bytes: Uint8Array): void {
		this.#outside(() => {
			if (this.#links.get(link)?.state === 'open') this.#network!.received(link, new Uint8Array(bytes));
		});
	}

	/** There is room again on a full link. */
	drain(link: Link): void {
		this.#outside(() => {
			if (this.full.delete(link) && this.#links.get(link)?.state === 'open') this.#network!.drained(link);
		});
	}

	/** The peer closes the link, or a dial fails. */
	close(link: Link, why: string): void {
		this.#outside(() => this.#close(link, why));
	}

	/** A datagram arrives. */
	land(from: Address, bytes: Uint8Array): void {
		this.#outside(() => this.#network!.datagram(from, new Uint8Array(bytes)));
	}

	/** Time passes up to here, with a tick at each time that was asked for. */
	advance(to: number): void {
		this.flush();
		while (this.#wakes.earliest <= to) {
			this.time = Math.max(this.time, this.#wakes.earliest);
			this.#wakes.take(this.time);
			this.#deliver(() => this.#network!.tick());
			this.flush();
		}
		this.time = Math.max(this.time, to);
	}

	/** All bytes sent on a link so far, in one piece. */
	sentOn(link: Link): Uint8Array {
		return new Uint8Array(
			Buffer.concat(this.sent.filter((one) => one.link === link).map(({ bytes }) => bytes)),
		);
	}

	/** The same, and forgets them. */
	takeSent(link: Link): Uint8Array {
		const bytes = this.sentOn(link);
		const rest = this.sent.filter((one) => one.link !== link);
		this.sent.splice(0, this.sent.length, ...rest);
		return bytes;
	}

	#add(remote: Address, dialled: boolean): Link {
		this.#links.set(++this.#last, { remote, dialled, state: 'opening' });
		return this.#last;
	}

	#close(link: Link, why: string): void {
		const found = this.#links.get(link);
		if (!found || found.state === 'closed') return;
		found.state = 'closed';
		this.#network!.closed(link, why);
	}

	#outside(event: () => void): void {
		this.flush();
		this.#deliver(event);
	}

	#deliver(event: () => void): void {
		if (this.#inEvent) throw new Error('the outside was played from within an event of the network');
		this.#inEvent = true;
		try {
			event();
		} finally {
			this.#inEvent = false;
		}
	}
}

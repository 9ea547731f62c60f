/**
 * Watches rule 1 in tests: nothing is called back during a call. Put it between a world and its network,
 * and any world that calls the network during a call of the network, or during another event, throws.
 *
 *   const guard = new ReentryGuard(new SocketWorld(...));
 *   world.attach(guard.watch(new Gnutella(guard.world, host, options)));
 */
import type { Network } from '../networks/network.ts';
import type { World } from './world.ts';

export class ReentryGuard {
	/** What the network is given instead of the world. */
	readonly world: World;
	/** Every breach, also where the world swallowed the exception. */
	readonly breaches: string[] = [];
	/** The call or event that is under way. */
	#call = '';
	#event = '';

	constructor(world: World) {
		this.world = {
			now: () => this.#during('now', () => world.now()),
			random: (bytes) => this.#during('random', () => world.random(bytes)),
			dial: (to, purpose) => this.#during('dial', () => world.dial(to, purpose)),
			send: (link, bytes) => this.#during('send', () => world.send(link, bytes)),
			seal: (link, hide) => this.#during('seal', () => world.seal(link, hide)),
			queued: (link) => this.#during('queued', () => world.queued(link)),
			pause: (link, paused) => this.#during('pause', () => world.pause(link, paused)),
			hangup: (link, why) => this.#during('hangup', () => world.hangup(link, why)),
			datagram: (to, bytes) => this.#during('datagram', () => world.datagram(to, bytes)),
			wake: (at) => this.#during('wake', () => world.wake(at)),
			notice: (record) => this.#during('notice', () => world.notice(record)),
		};
	}

	/** What the world is given instead of the network. */
	watch(network: Network): Network {
		return {
			name: network.name,
			opened: (link, remote, dialled) => this.#enter('opened', () => network.opened(link, remote, dialled)),
			received: (link, bytes) => this.#enter('received', () => network.received(link, bytes)),
			drained: (link) => this.#enter('drained', () => network.drained(link)),
			closed: (link, why) => this.#enter('closed', () => network.closed(link, why)),
			datagram: (from, bytes) => this.#enter('datagram', () => network.datagram(from, bytes)),
			tick: () => this.#enter('tick', () => network.tick()),
		};
	}

	#during<T>(name: string, call: () => T): T {
		const outer = this.#call;
		this.#call = name;
		try {
			return call();
		} finally {
			this.#call = outer;
		}
	}

	#enter(name: string, event: () => void): void {
		const under = this.#call || this.#event;
		if (under !== '') {
			this.breaches.push(`${name} during ${under}`);
			throw new Error(`rule 1 of world.ts: ${name} was called during ${under}`);
		}
		this.#event = name;
		try {
			event();
		} finally {
			this.#event = '';
		}
	}
}

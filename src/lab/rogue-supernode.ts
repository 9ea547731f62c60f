/**
 * An inert model of a FastTrack super-node that turns its leaves against a victim: it tells them of it as of other
 * super-nodes, and asks them to call it. Its sessions are the node's own. It lives on virtual links only.
 */
import { isRefusal } from '../evidence/refusal.ts';
import { Session } from '../networks/fasttrack/session.ts';
import { MessageType } from '../networks/fasttrack/wire/frame.ts';
import { encodeNodes } from '../networks/fasttrack/wire/node.ts';
import { encodePush } from '../networks/fasttrack/wire/push.ts';
import type { Network } from '../networks/network.ts';
import type { VirtualNet } from '../world/virtual.ts';
import type { VirtualWorld } from '../world/virtual-world.ts';
import type { Address, Link } from '../world/world.ts';

export class RogueSupernode implements Network {
	readonly name = 'fasttrack';
	readonly #world: VirtualWorld<RogueSupernode>;
	readonly #victims: readonly Address[];
	readonly #leaves = new Map<Link, Session>();

	/** `victims`: one host, on as many ports as it is to be named on; none: it names nobody. */
	constructor(net: VirtualNet, at: Address, victims: readonly Address[]) {
		this.#victims = victims;
		this.#world = net.world(at.host, () => this, { port: at.port });
	}

	get leaves(): number {
		return this.#leaves.size;
	}

	/** Asks every leaf to call the victim. */
	callBacks(round: number): void {
		const requester = this.#victims[round % Math.max(1, this.#victims.length)];
		if (requester === undefined) return;
		for (const [link, session] of this.#leaves)
			if (session.state === 'open')
				this.#world.send(link, session.message(MessageType.Push, encodePush({ id: round + 1, requester })));
	}

	opened(link: Link): void {
		this.#leaves.set(link, new Session('supernode', 'KaZaA'));
	}

	received(link: Link, bytes: Uint8Array): void {
		const session = this.#leaves.get(link);
		if (session === undefined) return;
		session.push(bytes);
		for (let step = session.step(); step !== undefined; step = session.step()) {
			if (isRefusal(step)) return;
			if (step === 'ping') this.#world.send(link, session.pong());
			else if (typeof step === 'object' && 'say' in step) this.#world.send(link, step.say);
			else if (typeof step === 'object' && 'open' in step) this.#list(link, session);
		}
	}

	drained(): void {}

	closed(link: Link): void {
		this.#leaves.delete(link);
	}

	datagram(): void {}

	tick(): void {}

	#list(link: Link, session: Session): void {
		const nodes = this.#victims.map((address) => ({ address, minutes: 1, load: 10 }));
		if (nodes.length > 0) this.#world.send(link, session.message(MessageType.NodeList, encodeNodes(nodes)));
	}
}

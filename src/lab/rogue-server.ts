/**
 * An inert model of an eDonkey server that turns its users against a victim: it lets everybody in, and whatever it tells
 * names the victim, as a server, as a source, and as somebody who wants to be called. It lives on virtual links only.
 */
import { isRefusal } from '../evidence/refusal.ts';
import { idOf } from '../networks/edonkey/wire/endpoint.ts';
import {
	EDONKEY,
	encodeFrame,
	type Frame,
	FrameSplitter,
	unpackFrame,
} from '../networks/edonkey/wire/frames.ts';
import { encodeIdChange, encodeServerList } from '../networks/edonkey/wire/login.ts';
import { ServerMessage } from '../networks/edonkey/wire/messages.ts';
import {
	decodeGetSources,
	encodeCallbackRequested,
	encodeFoundSources,
} from '../networks/edonkey/wire/sources.ts';
import type { Network } from '../networks/network.ts';
import type { VirtualNet } from '../world/virtual.ts';
import type { VirtualWorld } from '../world/virtual-world.ts';
import type { Address, Link } from '../world/world.ts';

/** Its users send nothing longer. */
const LONGEST = 65_536;

export class RogueServer implements Network {
	readonly name = 'edonkey';
	/** How many of its users asked it for sources. */
	asked = 0;
	readonly #world: VirtualWorld<RogueServer>;
	readonly #port: number;
	readonly #users = new Map<Link, { readonly remote: Address; readonly frames: FrameSplitter }>();
	readonly #victims: readonly Address[];

	/** `victims`: one host, on as many ports as it is to be named on; none: it names nobody. */
	constructor(net: VirtualNet, at: Address, victims: readonly Address[]) {
		this.#victims = victims;
		this.#port = at.port;
		this.#world = net.world(at.host, () => this, { port: at.port, datagramsAbove: 4 });
	}

	get users(): number {
		return this.#users.size;
	}

	/** A list of servers to everybody. */
	list(): void {
		if (this.#victims.length > 0) this.#tell(ServerMessage.ServerList, encodeServerList(this.#victims));
	}

	/** Asks everybody to call the victim; how many were asked. */
	callBacks(round: number): number {
		const victim = this.#victims[round % Math.max(1, this.#victims.length)];
		if (victim === undefined) return 0;
		this.#tell(ServerMessage.CallbackRequested, encodeCallbackRequested(victim));
		return this.#users.size;
	}

	opened(link: Link, remote: Address): void {
		this.#users.set(link, { remote, frames: new FrameSplitter() });
	}

	received(link: Link, bytes: Uint8Array): void {
		const user = this.#users.get(link);
		if (user === undefined) return;
		user.frames.push(bytes);
		for (let frame = user.frames.next(); frame !== undefined; frame = user.frames.next()) {
			const whole = isRefusal(frame) ? frame : unpackFrame(frame, EDONKEY, LONGEST);
			if (isRefusal(whole)) return;
			this.#answer(link, user.remote, whole);
		}
	}

	drained(): void {}

	closed(link: Link): void {
		this.#users.delete(link);
	}

	datagram(): void {}

	tick(): void {}

	#answer(link: Link, remote: Address, { opcode, body }: Frame): void {
		if (opcode === ServerMessage.Login) {
			const id = idOf(remote.host);
			const change = encodeIdChange({ id, flags: 0, seen: id }, this.#port);
			this.#world.send(link, encodeFrame(ServerMessage.IdChange, change));
		} else if (opcode === ServerMessage.GetSources) {
			const asked = decodeGetSources(body);
			if (isRefusal(asked)) return;
			this.asked++;
			const sources = this.#victims.map(({ host, port }) => ({ id: idOf(host), port }));
			const found = encodeFoundSources({ hash: asked.hash, sources });
			this.#world.send(link, encodeFrame(ServerMessage.FoundSources, found));
		}
	}

	#tell(opcode: number, body: Uint8Array): void {
		for (const link of this.#users.keys()) this.#world.send(link, encodeFrame(opcode, body));
	}
}

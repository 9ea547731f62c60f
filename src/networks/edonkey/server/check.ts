/**
 * Can a client be dialled? The server dials it where it says that it listens and wants the answer of its own user to
 * a hello. Who answers gets a HighID, his address; everybody else a LowID, and is called back through the server.
 *
 * Who wishes obfuscated links is dialled by one: it may take no others.
 *
 * Only the host that the login came from is dialled, never one that a packet names, and no port below 1024: a login
 * must not make this server knock at the doors of others.
 */
import { isRefusal } from '../../../evidence/refusal.ts';
import type { Link } from '../../../world/world.ts';
import { formatAddress } from '../../common/address.ts';
import { LinkCover } from '../link-cover.ts';
import { idOf } from '../wire/endpoint.ts';
import { EDONKEY, encodeFrame, FrameSplitter } from '../wire/frames.ts';
import { decodeHello, encodeHello, featuresOf } from '../wire/hello.ts';
import { Capability } from '../wire/login.ts';
import { ClientMessage } from '../wire/messages.ts';
import { DIALLER_CHANCE, sealedDialler } from '../wire/sealed-streams.ts';
import type { DialOwner, Parts } from './parts.ts';
import { can, type Session } from './sessions.ts';

interface Check {
	readonly session: Session;
	readonly frames: FrameSplitter;
	readonly until: number;
	cover: LinkCover | undefined;
}

const noFeatures = featuresOf(0, 0);
const VERSION = 0x3c;
/** Of the greeting: below 16. */
const PADDING = 15;

export class ReachCheck implements DialOwner {
	readonly #parts: Parts;
	readonly #done: (session: Session, reachable: boolean) => void;
	readonly #checks = new Map<Link, Check>();
	#waiting: Session[] = [];

	constructor(parts: Parts, done: (session: Session, reachable: boolean) => void) {
		this.#parts = parts;
		this.#done = done;
	}

	get size(): number {
		return this.#checks.size + this.#waiting.length;
	}

	begin(session: Session): void {
		if (this.#checks.size < this.#parts.limits.checks) this.#dial(session);
		else this.#waiting.push(session);
	}

	opened(link: Link): void {
		const check = this.#checks.get(link);
		if (check === undefined) return;
		if (!can(check.session, Capability.CryptRequested | Capability.CryptRequired)) return this.#greet(link);
		const { world } = this.#parts;
		const random = world.random(DIALLER_CHANCE + (world.random(1)[0] & PADDING));
		check.cover = new LinkCover(world, link, sealedDialler(check.session.hash, random));
	}

	#greet(link: Link): void {
		const { options, world } = this.#parts;
		const { memory, announce, name } = options;
		const hello = encodeHello(
			{
				hash: memory.hash,
				id: idOf(announce.host),
				port: announce.port,
				name,
				version: VERSION,
				udpPorts: 0,
				muleVersion: 0,
				features: noFeatures,
				server: announce,
			},
			false,
		);
		world.send(link, encodeFrame(ClientMessage.Hello, hello));
	}

	received(link: Link, bytes: Uint8Array): void {
		const check = this.#checks.get(link);
		if (check === undefined) return;
		const hadGreeted = check.cover?.isOver ?? true;
		const plain = check.cover?.take(bytes) ?? bytes;
		if (plain === 'more') return;
		if (isRefusal(plain)) return this.#end(link, false);
		if (!hadGreeted) this.#greet(link);
		check.frames.push(plain);
		const frame = check.frames.next();
		if (frame === undefined) return;
		if (isRefusal(frame) || frame.protocol !== EDONKEY || frame.opcode !== ClientMessage.HelloAnswer)
			return this.#end(link, false);
		const hello = decodeHello(frame.body, true);
		this.#end(link, !isRefusal(hello) && isSame(hello.hash, check.session.hash));
	}

	closed(link: Link): void {
		this.#end(link, false);
	}

	tick(now: number): void {
		// In the order in which they began.
		for (const [link, { until }] of this.#checks) {
			if (now < until) break;
			this.#end(link, false);
		}
	}

	#dial(session: Session): void {
		const { world, limits } = this.#parts;
		const link = this.#parts.dial({ host: session.remote.host, port: session.port }, 'port check', this);
		const until = world.now() + limits.checkSeconds * 1000;
		this.#checks.set(link, { session, frames: new FrameSplitter(), until, cover: undefined });
		world.wake(until);
	}

	#end(link: Link, reachable: boolean): void {
		const check = this.#checks.get(link);
		if (check === undefined) return;
		this.#checks.delete(link);
		this.#parts.world.hangup(link, 'checked');
		const { session } = check;
		if (session.state === 'checking') {
			const address = formatAddress({ host: session.remote.host, port: session.port });
			if (!reachable) this.#parts.refuse('edonkey.check.failed', address);
			this.#done(session, reachable);
		}
		this.#next();
	}

	#next(): void {
		const waiting = this.#waiting.findIndex(({ state }) => state === 'checking');
		if (waiting < 0) this.#waiting = [];
		else {
			const session = this.#waiting[waiting];
			this.#waiting.splice(0, waiting + 1);
			this.#dial(session);
		}
	}
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
	for (let i = 0; i < 16; i++) if (one[i] !== other[i]) return false;
	return true;
}

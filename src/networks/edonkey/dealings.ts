/**
 * What each source and we have with each other, longer than any link: its file, our place in its queue. A source is
 * known by where it listens or, with a LowID, by that and its server.
 */
import type { Address } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { hex, unhex } from '../common/hash.ts';
import type { FetchHead, FetchRequest, Source, Span } from '../network.ts';
import { Blocks } from './blocks.ts';
import type { Client } from './client.ts';
import { joining, protocol, type Taking } from './limits.ts';
import type { Peer } from './peers.ts';
import { isLowId } from './wire/endpoint.ts';
import type { PartStatus } from './wire/files.ts';

/** Where a client takes datagrams, and how it wants them. */
export interface DatagramDoor {
	readonly address: Address;
	/** Of its UDP. */
	readonly version: number;
	readonly user: Uint8Array;
	readonly sealed: boolean;
}

export class Dealing {
	readonly key: string;
	readonly blocks: Blocks;
	readonly #limits: Taking;
	/** The present fetch. */
	request: FetchRequest | undefined;
	peer: Peer | undefined;
	/** The file's, 16 bytes. */
	hash: Uint8Array = new Uint8Array(16);
	#file = '';
	/** What it has of the file; undefined: all. */
	parts: readonly Span[] | undefined;
	/** It gives us what we ask for. */
	slot = false;
	/** Our place in its queue; 0: not known. */
	rank = 0;
	/** When the host last asked, when we asked for a place, since when the slot is not used. */
	askedAt = 0;
	appliedAt = -Infinity;
	idleSince = 0;
	/** Our server was asked who it is. */
	wasIntroduced = false;
	/** Where to ask for our place while there is no link; when it was asked, and how often in vain. */
	door: DatagramDoor | undefined;
	reaskedAt = -Infinity;
	reaskTries = 0;
	size = 0;
	/** Who it has turned out to be. */
	owner: { readonly user: Uint8Array; readonly host: string } | undefined;
	/** How pressing our questions for a place are, as the source counts them (bans.ts). */
	#pressing = 0;

	constructor(key: string, limits: Taking) {
		this.key = key;
		this.#limits = limits;
		this.blocks = new Blocks(limits);
	}

	get isIdle(): boolean {
		return this.request === undefined && !this.slot;
	}

	isFile(hash: Uint8Array): boolean {
		return hex(hash) === this.#file;
	}

	begin(request: FetchRequest, ed2k: string, now: number): void {
		this.request = request;
		this.askedAt = now;
		this.size = request.size ?? 0;
		if (ed2k === this.#file) return;
		// What was agreed on was about another file.
		this.#file = ed2k;
		this.hash = unhex(ed2k) ?? new Uint8Array(16);
		this.parts = undefined;
		this.slot = false;
		this.rank = 0;
		this.appliedAt = -Infinity;
		this.blocks.leave();
	}

	/** It has told us our place, and would be annoyed if it were asked again. */
	isQueued(now: number): boolean {
		return !this.slot && this.rank > 0 && now - this.appliedAt < this.#limits.reaskMinutes * 60_000;
	}

	/** So many milliseconds must pass before a source is asked for a place: it bans who asks too often. */
	patience(now: number): number {
		const { askAgainSeconds, pressingMost, quickPoints } = this.#limits;
		const left = askAgainSeconds * 1000 - (now - this.appliedAt);
		return this.#pressing + quickPoints >= pressingMost ? Math.max(0, left) : 0;
	}

	applied(now: number): void {
		const { askAgainSeconds, quickPoints } = this.#limits;
		const isQuick = now - this.appliedAt < askAgainSeconds * 1000;
		this.#pressing = Math.max(0, this.#pressing + (isQuick ? quickPoints : -1));
		this.appliedAt = now;
		this.rank = 0;
	}

	/** The source has told our place without a link. */
	reasked(now: number, rank: number): void {
		this.appliedAt = now;
		this.rank = Math.max(1, rank);
		this.reaskTries = 0;
	}

	accepted(now: number): void {
		if (this.slot) return;
		this.slot = true;
		this.rank = 0;
		this.idleSince = now;
		this.blocks.leave();
	}

	stopped(): void {
		this.slot = false;
		this.blocks.clear();
	}

	/** The link is gone; the place in the queue is not. */
	lost(): void {
		this.peer = undefined;
		this.stopped();
	}

	/** Where what it has from this byte on ends; undefined: it does not have it. */
	endOfPart(from: number): number | undefined {
		const size = this.request?.size ?? 0;
		if (from >= size) return undefined;
		if (this.parts === undefined) return size;
		return this.parts.find((part) => part.from <= from && from < part.to)?.to;
	}

	busy(): FetchHead {
		const agent = this.peer?.agent ?? '';
		const parts = this.parts;
		return { status: 503, from: 0, to: 0, agent, alternates: [], ...(parts !== undefined && { parts }) };
	}

	inQueue(): FetchHead {
		const { pollSeconds, reaskMinutes } = this.#limits;
		const queue = { position: this.rank, pollFrom: pollSeconds, pollTo: reaskMinutes * 60 };
		return { ...this.busy(), retryAfter: pollSeconds, queue };
	}
}

export class Dealings {
	readonly #client: Client;
	readonly #byKey = new Map<string, Dealing>();
	/** Looked up for every message. */
	readonly #byPeer = new Map<Peer, Dealing>();

	constructor(client: Client) {
		this.#client = client;
	}

	all(): Iterable<Dealing> {
		return this.#byKey.values();
	}

	/** undefined: more are under way than can be. */
	with(source: Source): Dealing | undefined {
		const key = keyOf(source);
		const known = this.#byKey.get(key);
		// The one that was used last is the last to be forgotten.
		this.#byKey.delete(key);
		if (known === undefined) this.tidy(1);
		if (this.#byKey.size >= this.#client.limits.dealings) return undefined;
		const dealing = known ?? new Dealing(key, this.#client.limits);
		this.#byKey.set(key, dealing);
		return dealing;
	}

	known(source: Source): Dealing | undefined {
		return this.#byKey.get(keyOf(source));
	}

	ofFetch(fetch: number): Dealing | undefined {
		return [...this.#byKey.values()].find(({ request }) => request?.fetch === fetch);
	}

	by(peer: Peer): Dealing | undefined {
		return this.#byPeer.get(peer);
	}

	attach(dealing: Dealing, peer: Peer): void {
		dealing.peer = peer;
		this.#byPeer.set(peer, dealing);
	}

	/** Its link is gone. */
	detach(peer: Peer): Dealing | undefined {
		const dealing = this.#byPeer.get(peer);
		this.#byPeer.delete(peer);
		dealing?.lost();
		return dealing;
	}

	/** What this peer may be the source of. */
	of(peer: Peer): Dealing[] {
		const { hello, listen } = peer;
		const keys = [formatAddress(listen)];
		if (hello !== undefined && isLowId(hello.id)) keys.push(lowKey(hello.id, hello.server));
		return keys.map((key) => this.#byKey.get(key)).filter((one) => one !== undefined);
	}

	/** Forgets the oldest ones that nothing is under way with. */
	tidy(room = 0): void {
		const { dealings } = this.#client.limits;
		for (const [key, dealing] of this.#byKey) {
			if (this.#byKey.size + room <= dealings) return;
			if (dealing.isIdle) this.#byKey.delete(key);
		}
	}
}

function keyOf({ firewalled, id, host, port }: Source): string {
	return firewalled ? lowKey(Number(id), { host, port }) : formatAddress({ host, port });
}

function lowKey(id: number, server: Address): string {
	return `${id}@${formatAddress(server)}`;
}

/** undefined: it takes none. */
export function doorOf({ hello, remote }: Peer): DatagramDoor | undefined {
	if (hello === undefined || hello.features.udp === 0) return undefined;
	const address = { host: remote.host, port: hello.udpPorts & 0xffff };
	if (address.port < joining.lowestPort) return undefined;
	const { cryptSupported, cryptRequested, udp } = hello.features;
	return { address, version: udp, user: hello.hash, sealed: cryptSupported && cryptRequested };
}

/** The bytes of the parts that are there; undefined: all. */
export function spansOf(status: PartStatus, size: number): Span[] | undefined {
	if (status === 'all') return undefined;
	const spans: Span[] = [];
	for (const [part, has] of status.entries()) {
		const from = part * protocol.part;
		if (!has || from >= size) continue;
		const to = Math.min(size, from + protocol.part);
		const last = spans.at(-1);
		if (last?.to === from) spans[spans.length - 1] = { from: last.from, to };
		else spans.push({ from, to });
	}
	return spans;
}

/**
 * Listens between a network and its world: what is sent, by type, and which queries arrive for the first time.
 * It changes nothing. Frames are read with the node's decoder; a greeting or HTTP is no frame and is counted as
 * other bytes.
 */
import type { Evidence } from '../evidence/evidence.ts';
import { GuidTable, guidEquals } from '../networks/gnutella/wire/guid.ts';
import {
	HEADER_BYTES,
	hopsOf,
	MessageType,
	payloadLength,
	typeOf,
} from '../networks/gnutella/wire/message.ts';
import type { Address, Hide, Link, World } from '../world/world.ts';

/** What many taps count together. */
export class Tally {
	/** By type, which is one byte. */
	readonly #messages = new Float64Array(256);
	readonly #bytes = new Float64Array(256);
	otherBytes = 0;
	/** Queries that a servent heard first, and again. */
	sighted = 0;
	duplicates = 0;
	/** Sum of the hops of first sights. */
	hops = 0;
	/** Numbers of the queries seen since the last `clear`, and for each the servents that have heard it. */
	#ids = freshIds();
	readonly #heard: Uint8Array[] = [];
	/** The query that was heard last, since it will most likely be heard next. */
	readonly #lastId = new Uint8Array(16);
	#last = -1;
	/** By host: who dialled it, and how often each. */
	readonly #dials = new Map<string, Map<string, number>>();
	/** By host and purpose. */
	readonly #purposes = new Map<string, number>();

	ofType(type: number): number {
		return this.#messages[type];
	}

	bytesOf(type: number): number {
		return this.#bytes[type];
	}

	get allBytes(): number {
		let all = this.otherBytes;
		for (const bytes of this.#bytes) all += bytes;
		return all;
	}

	sent(bytes: Uint8Array): void {
		if (!isFrame(bytes)) {
			this.otherBytes += bytes.length;
			return;
		}
		const type = typeOf(bytes);
		this.#messages[type]++;
		this.#bytes[type] += bytes.length;
	}

	/** A query has arrived at a servent. */
	arrived(node: number, frame: Uint8Array): void {
		if (this.#last < 0 || !guidEquals(frame, this.#lastId)) {
			this.#last = this.#numberOf(frame);
			for (let at = 0; at < 16; at++) this.#lastId[at] = frame[at];
		}
		const query = this.#last;
		let heard = this.#heard[query];
		if (node >= heard.length) {
			const grown = new Uint8Array(Math.max(node + 1, heard.length * 4));
			grown.set(heard);
			heard = this.#heard[query] = grown;
		}
		if (heard[node] === 1) {
			this.duplicates++;
			return;
		}
		heard[node] = 1;
		this.sighted++;
		this.hops += hopsOf(frame) + 1;
	}

	#numberOf(frame: Uint8Array): number {
		const known = this.#ids.get(frame);
		if (known >= 0) return known;
		this.#ids.set(frame, this.#heard.length);
		return this.#heard.push(new Uint8Array(64)) - 1;
	}

	dialled(by: string, host: string, purpose: string): void {
		const key = `${host} ${purpose}`;
		this.#purposes.set(key, (this.#purposes.get(key) ?? 0) + 1);
		let callers = this.#dials.get(host);
		if (callers === undefined) this.#dials.set(host, (callers = new Map()));
		callers.set(by, (callers.get(by) ?? 0) + 1);
	}

	/** Dials of a host, and of how many different ones. */
	dialsOf(host: string): { dials: number; callers: number } {
		const callers = this.#dials.get(host) ?? new Map<string, number>();
		let dials = 0;
		for (const count of callers.values()) dials += count;
		return { dials, callers: callers.size };
	}

	/** Dials of a host that were for this. */
	dialsFor(host: string, purpose: string): number {
		return this.#purposes.get(`${host} ${purpose}`) ?? 0;
	}

	dialsBy(caller: string, host: string): number {
		return this.#dials.get(host)?.get(caller) ?? 0;
	}

	clear(): void {
		this.#ids = freshIds();
		this.#heard.length = 0;
		this.#last = -1;
		this.#dials.clear();
		this.#purposes.clear();
		this.#messages.fill(0);
		this.#bytes.fill(0);
		this.otherBytes = this.sighted = this.duplicates = this.hops = 0;
	}
}

/** Our servents hand over one frame at a time on a link without deflate. */
export function isFrame(bytes: Uint8Array): boolean {
	return bytes.length >= HEADER_BYTES && payloadLength(bytes) + HEADER_BYTES === bytes.length;
}

export function isQuery(bytes: Uint8Array): boolean {
	return isFrame(bytes) && typeOf(bytes) === MessageType.Query;
}

/** The world as a server of the laboratory sees it: each send is counted. */
export class TappedWorld implements World {
	readonly #world: World;
	readonly #host: string;
	readonly #tally: Tally;
	/** Called for each record that the servent notices. */
	readonly #noticed: (record: Evidence) => void;

	constructor(world: World, host: string, tally: Tally, noticed: (record: Evidence) => void) {
		this.#world = world;
		this.#host = host;
		this.#tally = tally;
		this.#noticed = noticed;
	}

	now(): number {
		return this.#world.now();
	}

	random(bytes: number): Uint8Array {
		return this.#world.random(bytes);
	}

	dial(to: Address, purpose: string): Link {
		this.#tally.dialled(this.#host, to.host, purpose);
		return this.#world.dial(to, purpose);
	}

	send(link: Link, bytes: Uint8Array): boolean {
		const taken = this.#world.send(link, bytes);
		if (taken) this.#tally.sent(bytes);
		return taken;
	}

	seal(link: Link, hide: Hide): void {
		this.#world.seal(link, hide);
	}

	queued(link: Link): number {
		return this.#world.queued(link);
	}

	pause(link: Link, paused: boolean): void {
		this.#world.pause(link, paused);
	}

	hangup(link: Link, why: string): void {
		this.#world.hangup(link, why);
	}

	datagram(to: Address, bytes: Uint8Array): void {
		this.#tally.otherBytes += bytes.length;
		this.#world.datagram(to, bytes);
	}

	wake(at: number): void {
		this.#world.wake(at);
	}

	notice(record: Evidence): void {
		this.#noticed(record);
	}
}

/** Room for all that a scenario asks: what is forgotten would be counted as new. */
function freshIds(): GuidTable {
	return new GuidTable(1 << 22, new Uint8Array(8));
}

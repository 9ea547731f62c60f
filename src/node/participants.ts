/**
 * The networks that this node takes part in, each with a world of its own (a listening port, links, datagrams).
 * What the node asks goes to the network that it concerns: a fetch to the one of its source, bytes of an upload
 * to the one that the link belongs to, a search to all of them or to the one that is named.
 */
import {
	type FetchRequest,
	type NetworkName,
	networkTitles,
	type Participant,
	type Source,
} from '../networks/network.ts';
import type { Read } from '../world/pump.ts';
import type { SocketWorld } from '../world/sockets.ts';
import type { Address, Link } from '../world/world.ts';

export interface Part {
	readonly network: Participant;
	readonly world: SocketWorld;
	/** Filled in once the port is known; the network holds this object. */
	readonly announce: { host: string; port: number };
	/** What the user said of it. */
	readonly announced: Address | undefined;
	listening: Address;
}

interface Search {
	/** Networks that are still being asked. */
	readonly asking: Set<NetworkName>;
	readonly whys: string[];
	asked: number;
}

export class Participants {
	readonly #parts: readonly Part[];
	readonly #searches = new Map<number, Search>();
	readonly #ended: (search: number, why: string) => void;

	/** `ended`: no network asks any more. */
	constructor(parts: readonly Part[], ended: (search: number, why: string) => void) {
		this.#parts = parts;
		this.#ended = ended;
	}

	get all(): readonly Part[] {
		return this.#parts;
	}

	of(name: NetworkName): Part | undefined {
		return this.#parts.find(({ network }) => network.name === name);
	}

	fetch(request: FetchRequest): void {
		const part = this.of(request.source.network);
		if (part === undefined) throw new Error(`this node does not speak ${request.source.network}`);
		part.network.fetch(request);
	}

	cancelFetch(fetch: number): void {
		for (const { network } of this.#parts) network.cancelFetch(fetch);
	}

	search(id: number, text: string, urn?: string, only?: NetworkName): void {
		const asked = only ?? (urn === undefined ? undefined : networkOf(urn));
		const parts = this.#parts.filter(({ network }) => asked === undefined || network.name === asked);
		if (parts.length === 0)
			return this.#ended(
				id,
				`this node does not speak ${asked === undefined ? 'any network' : networkTitles[asked]}`,
			);
		const asking = new Set(parts.map(({ network }) => network.name));
		this.#searches.set(id, { asking, whys: [], asked: 0 });
		for (const { network } of parts) network.search(id, text, urn);
	}

	stopSearch(id: number): void {
		for (const { network } of this.#parts) network.stopSearch(id);
		this.#searches.delete(id);
	}

	/** A network has said that it asks nobody any more. */
	searchEnded(id: number, name: NetworkName, why: string): void {
		const search = this.#searches.get(id);
		if (search === undefined || !search.asking.delete(name)) return;
		search.asked += this.of(name)?.network.searchStands(id).asked ?? 0;
		search.whys.push(this.#parts.length === 1 ? why : `in ${networkTitles[name]}: ${why}`);
		if (search.asking.size > 0) return;
		this.#ended(id, search.whys.join('; '));
		this.#searches.delete(id);
	}

	searchStands(id: number): { asked: number; sentence: string } {
		const search = this.#searches.get(id);
		const standing = this.#parts
			.filter(({ network }) => search?.asking.has(network.name) ?? true)
			.map(({ network }) => network.searchStands(id));
		return {
			asked: standing.reduce((sum, { asked }) => sum + asked, search?.asked ?? 0),
			sentence: standing.map(({ sentence }) => sentence).join(' '),
		};
	}

	served(link: Link, why: string): void {
		// The link may be gone from its world by now.
		for (const { network } of this.#parts) network.served(link, why);
	}

	/** A source has given so many false bytes. */
	poisoned(source: Source, bytes: number): void {
		this.of(source.network)?.network.poisoned?.(source, bytes);
	}

	pause(link: Link, paused: boolean): void {
		this.#ofLink(link)?.world.pause(link, paused);
	}

	pump(link: Link, read: Read, bytes: number, done: (why: string) => void): void {
		const part = this.#ofLink(link) ?? this.#parts[0]!;
		part.world.pump(link, read, bytes, done);
	}

	remote(link: Link): Address | undefined {
		return this.#ofLink(link)?.world.remote(link);
	}

	hangup(link: Link, why: string): void {
		this.#ofLink(link)?.world.hangup(link, why);
	}

	/** True if there was such a neighbour. */
	disconnect(link: Link): boolean {
		const part = this.#parts.find(({ network }) => network.peers().some((peer) => peer.link === link));
		part?.network.disconnect(link);
		return part !== undefined;
	}

	#ofLink(link: Link): Part | undefined {
		return this.#parts.find(({ world }) => world.remote(link) !== undefined);
	}
}

/** Which network knows contents by such a name. */
function networkOf(urn: string): NetworkName {
	if (/^urn:(?:fthash|kzhash):/i.test(urn)) return 'fasttrack';
	return /^urn:ed2k:/i.test(urn) ? 'edonkey' : 'gnutella';
}

/**
 * What the parts of a Gnutella servent (connect, route, search, retrieve, ...) share: the outside,
 * the identity, the options, and who owns which link. The door (index.ts) makes one and hands it to
 * each part; a part never imports another part's state, it is given what it needs.
 */
import type { Address, Link, World } from '../../world/world.ts';
import type { Host } from '../network.ts';

export type Role = 'leaf' | 'ultrapeer';

export interface Options {
	/** `auto`: start as a leaf, become an ultrapeer when the election in connect.ts says so. */
	readonly role: 'auto' | Role;
	/** 16 bytes, random at first start and kept: byte 8 is 0xff, byte 15 is 0. */
	readonly guid: Uint8Array;
	/** Where others can reach us: what goes into pongs, hits and handshakes. */
	readonly announce: Address;
	readonly agent: string;
	/** Whether the scope of this node allows dealing with the address (world/scope.ts). */
	readonly usable: (host: string) => boolean;
	/** Web caches (http URLs) that this node may ask; empty: none. */
	readonly seeds: readonly string[];
	/** UDP host caches that this node may ask. */
	readonly hostCaches: readonly Address[];
	/** Overrides of limits.ts by name (the laboratory's --set, and tests). */
	readonly limits?: Readonly<Record<string, number>>;
	/** Names of defences that are switched off (the laboratory and attack tests only). */
	readonly defencesOff?: readonly string[];
	/** Others may list what this node shares. */
	readonly browse?: boolean;
	/** Offer and accept deflate on links between servents. */
	readonly deflate?: boolean;
	/** Where it keeps what each message asks for; not given: by itself. A laboratory keeps that of all servents together. */
	readonly keeping?: Keeping;
}

/** Numbers of links by message id (GuidTable, wire/guid.ts). */
export interface Ids {
	/** -1: none. */
	get(bytes: Uint8Array, at?: number): number;
	set(bytes: Uint8Array, link: number, at?: number): void;
}

export interface Keeping {
	readonly owners: Pick<Map<Link, LinkOwner>, 'get' | 'delete'> & {
		set(link: Link, owner: LinkOwner): unknown;
	};
	/** `capacity`: how many are remembered at least. */
	queries(capacity: number): Ids;
}

/** Who gets the events of a link. One owner at a time; the door looks it up for each event. */
export interface LinkOwner {
	opened(link: Link, remote: Address): void;
	received(link: Link, bytes: Uint8Array): void;
	drained(link: Link): void;
	closed(link: Link, why: string): void;
}

export interface Servent {
	readonly world: World;
	readonly host: Host;
	readonly options: Options;
	/** The current role: with `auto` it changes. */
	role: Role;
	/** Leaves the overlay with a word and comes back in the other role. */
	changeRole(role: Role): void;
	/** Opens a link whose events go to the owner. */
	dial(to: Address, purpose: string, owner: LinkOwner): Link;
	/** Passes a link on to another owner (a GIV becomes an upload, an accepted link a handshake). */
	own(link: Link, owner: LinkOwner): void;
	ownerOf(link: Link): LinkOwner | undefined;
	/** Evidence: something was refused. The subject is `host:port`. */
	refuse(code: string, subject: string, detail?: string): void;
}

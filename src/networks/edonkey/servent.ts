/** What the parts of a client share, and what its user gives it. */
import type { Address, Link, World } from '../../world/world.ts';
import type { Host } from '../network.ts';
import type { Obfuscation } from './obfuscation.ts';

export interface ClientOptions {
	/** 16 bytes, kept: servers and clients know the user by it. */
	readonly hash: Uint8Array;
	readonly nick: string;
	/** Where others reach it: its port is told to servers. */
	readonly announce: Address;
	readonly usable: (host: string) => boolean;
	readonly obfuscation: Obfuscation;
	readonly defencesOff?: readonly string[];
}

export interface Servent {
	readonly world: World;
	readonly host: Host;
	readonly options: ClientOptions;
	/** Dials, and gets the events of the link. */
	dial(to: Address, purpose: string, owner: LinkOwner): Link;
	refuse(code: string, subject: string, detail?: string): void;
}

/** Whoever dialled a link. */
export interface LinkOwner {
	opened(link: Link): void;
	received(link: Link, bytes: Uint8Array): void;
	closed(link: Link, why: string): void;
}

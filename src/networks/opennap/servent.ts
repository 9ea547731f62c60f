/** What the parts of an OpenNap client share. The door (index.ts) makes one and hands it to each part. */
import type { Address, Link, World } from '../../world/world.ts';
import type { Host } from '../network.ts';
import type { Joining } from './limits.ts';

export interface Options {
	readonly nick: string;
	/** Said to servers in clear, as Napster has it: one that is used nowhere else. */
	readonly password: string;
	/** Where others can reach us. Port 0: nobody can. */
	readonly announce: Address;
	readonly agent: string;
	/** Whether the scope of this node allows dealing with the address (world/scope.ts). */
	readonly usable: (host: string) => boolean;
	/** Names of defences that are switched off (attack tests only). */
	readonly defencesOff?: readonly string[];
	/** Overrides of limits.ts by name. */
	readonly limits?: Readonly<Record<string, number>>;
}

/** Who gets the events of a link. One owner at a time; the door looks it up for each event. */
export interface LinkOwner {
	opened(link: Link): void;
	received(link: Link, bytes: Uint8Array): void;
	closed(link: Link, why: string): void;
}

export interface Servent {
	readonly world: World;
	readonly host: Host;
	readonly options: Options;
	readonly limits: Joining;
	/** Opens a link whose events go to the owner. */
	dial(to: Address, purpose: string, owner: LinkOwner): Link;
	/** Passes a link on to another owner. */
	own(link: Link, owner: LinkOwner): void;
	/** Evidence: something was refused. The subject is `host:port`. */
	refuse(code: string, subject: string, detail?: string): void;
}

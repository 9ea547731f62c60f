/**
 * What the parts of a FastTrack node (connect, supernode, search, retrieve ...) share: the outside, the identity,
 * the options, and who owns which link. The door (index.ts) makes one and hands it to each part.
 */
import type { Address, Link, World } from '../../world/world.ts';
import type { Host } from '../network.ts';

export interface Options {
	readonly role: 'leaf' | 'supernode';
	/** Where others can reach us. Port 0: nobody can. */
	readonly announce: Address;
	/** What the user is called: others see it beside the files. */
	readonly user: string;
	/** KaZaA, fileshare, Grokster: giFT speaks with these alone. */
	readonly network: string;
	readonly agent: string;
	/** Whether the scope of this node allows dealing with the address (world/scope.ts). */
	readonly usable: (host: string) => boolean;
	/** Super-nodes to begin with. */
	readonly seeds: readonly Address[];
	/** Of a super-node: others to be linked with; port 0: not to be dialled. Nobody else is linked, whoever asks. */
	readonly neighbours?: readonly Address[];
	/** Of a super-node: hosts that stay out, and until when (ms). */
	readonly bans?: readonly (readonly [string, number])[];
	/** Whether a super-node at one host may name the other: none of the Internet names hosts of a local network. Absent: any. */
	readonly mayName?: (from: string, host: string) => boolean;
	/** Names of defences that are switched off (attack tests only). */
	readonly defencesOff?: readonly string[];
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
	/** Opens a link whose events go to the owner. */
	dial(to: Address, purpose: string, owner: LinkOwner): Link;
	/** Passes a link on to another owner. */
	own(link: Link, owner: LinkOwner): void;
	/** Evidence: something was refused. The subject is `host:port`. */
	refuse(code: string, subject: string, detail?: string): void;
}

/** What the parts of a server share, and what its operator gives it. */
import type { Address, Link, World } from '../../../world/world.ts';
import type { WalkBudget } from '../../common/catalogue/walk-budget.ts';
import type { Serving } from '../limits.ts';
import type { FileIndex } from './file-index.ts';
import type { Memory } from './memory.ts';
import type { Quotas } from './quotas.ts';
import type { Session, Sessions } from './sessions.ts';

export interface ServerOptions {
	readonly name: string;
	readonly description: string;
	/** Where clients reach it: told to them. */
	readonly announce: Address;
	/** Of the program. */
	readonly version: string;
	readonly usable: (host: string) => boolean;
	/** Other servers that the operator vouches for. */
	readonly servers: readonly Address[];
	readonly memory: Memory;
	readonly limits?: Readonly<Record<string, number>>;
	readonly defencesOff?: readonly string[];
}

export interface Parts {
	readonly world: World;
	readonly options: ServerOptions;
	readonly limits: Serving;
	readonly index: FileIndex;
	readonly sessions: Sessions;
	readonly quotas: Quotas;
	readonly budget: WalkBudget;
	send(session: Session, opcode: number, body?: Uint8Array): void;
	end(session: Session, why: string): void;
	/** Dials, and gets the events of the link. */
	dial(to: Address, purpose: string, owner: DialOwner): Link;
	refuse(code: string, subject: string, detail?: string): void;
}

/** Who dialled. */
export interface DialOwner {
	opened(link: Link): void;
	received(link: Link, bytes: Uint8Array): void;
	closed(link: Link): void;
}

/** What the parts of a server share, and what its operator gives it. */
import type { Bans } from '../../../defence/bans.ts';
import type { World } from '../../../world/world.ts';
import type { WalkBudget } from '../../common/catalogue/walk-budget.ts';
import type { Serving } from '../limits.ts';
import type { Catalogue } from './catalogue.ts';
import type { Quotas } from './quotas.ts';
import type { Session, Sessions } from './sessions.ts';

/**
 * Who has which password. Comparing takes its time, on purpose: `done` is called later, never within the call. What
 * is kept is a hash that is dear to guess from; the password itself is neither kept nor written anywhere.
 */
export interface Accounts {
	/** Nicks with a password. */
	readonly size: number;
	has(nick: string): boolean;
	compare(nick: string, password: string, done: (isSame: boolean) => void): void;
	/** Of a nick that has none yet, or a new one of one that has. */
	keep(nick: string, password: string, done: (isKept: boolean) => void): void;
}

export interface ServerOptions {
	/** A line that greets. */
	readonly motd: string;
	readonly accounts: Accounts;
	/** Hosts that stay out, and until when (ms): of an earlier life. */
	readonly bans: readonly (readonly [string, number])[];
	readonly limits?: Readonly<Record<string, number>>;
	readonly defencesOff?: readonly string[];
}

export interface Parts {
	readonly world: World;
	readonly options: ServerOptions;
	readonly limits: Serving;
	readonly catalogue: Catalogue;
	readonly sessions: Sessions;
	readonly quotas: Quotas;
	readonly bans: Bans;
	readonly budget: WalkBudget;
	send(session: Session, type: number, body?: Uint8Array | string): void;
	/** The password was right: what he has sent meanwhile is read now. */
	resume(session: Session): void;
	end(session: Session, why: string): void;
	refuse(code: string, subject: string, detail?: string): void;
}

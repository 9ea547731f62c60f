/**
 * The life of a client's session with a server, as one table: state, event, next state. An event that the table lacks
 * for a state is our own mistake and throws. docs/networks/edonkey.md draws it, and a test compares the two.
 */
import { type EventOf, type StateOf, stepIn } from '../../common/state-machine.ts';

export const sessionStates = {
	/** The link is up, the login has not come. */
	awaiting: { login: 'checking', late: 'closed', closed: 'closed' },
	/** The client is being dialled: can it be reached? */
	checking: { checked: 'served', closed: 'closed' },
	/** It has its id: offers, searches, sources. */
	served: { closed: 'closed' },
	closed: {},
} as const;

export type SessionState = StateOf<typeof sessionStates>;
export type SessionEvent = EventOf<typeof sessionStates>;

export const next = stepIn('edonkey server', sessionStates);

/**
 * The life of a user's session with a server, as one table: state, event, next state. An event that the table lacks for
 * a state is our own mistake and throws. docs/networks/opennap.md draws it, and a test compares the two.
 */
import { type EventOf, type StateOf, stepIn } from '../../common/state-machine.ts';

export const sessionStates = {
	/** The link is up, the login has not come. */
	awaiting: { login: 'checking', late: 'closed', closed: 'closed' },
	/** The password is being compared. */
	checking: { known: 'served', closed: 'closed' },
	/** The nick is his. */
	served: { closed: 'closed' },
	closed: {},
} as const;

export type SessionState = StateOf<typeof sessionStates>;
export type SessionEvent = EventOf<typeof sessionStates>;

export const next = stepIn('opennap server', sessionStates);

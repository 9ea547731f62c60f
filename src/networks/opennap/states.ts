/**
 * The life of a client's session with its server, as one table: state, event, next state. An event that the table lacks
 * for a state is our own mistake and throws. docs/networks/opennap.md draws it, and a test compares the two.
 */
import { type EventOf, type StateOf, stepIn } from '../common/state-machine.ts';

export const transitions = {
	/** TCP is being opened. */
	dialling: { opened: 'greeted', late: 'closed', closed: 'closed' },
	/** The login is sent. */
	greeted: { welcomed: 'connected', refused: 'closed', late: 'closed', closed: 'closed' },
	/** The nick is ours. */
	connected: { closed: 'closed' },
	closed: {},
} as const;

export type State = StateOf<typeof transitions>;
export type Event = EventOf<typeof transitions>;

export const next = stepIn('opennap', transitions);

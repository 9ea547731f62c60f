/**
 * The life of a client's session with its server, as one table: state, event, next state. An event that the table
 * lacks for a state is our own mistake and throws.
 */
import { type EventOf, type StateOf, stepIn } from '../common/state-machine.ts';

export const transitions = {
	/** TCP is being opened, and its obfuscation agreed on. */
	dialling: { opened: 'greeted', late: 'closed', closed: 'closed' },
	/** The login is sent; the server dials us, to see whether others can. */
	greeted: { welcomed: 'connected', refused: 'closed', late: 'closed', closed: 'closed' },
	/** We have an id. */
	connected: { closed: 'closed' },
	closed: {},
} as const;

export type State = StateOf<typeof transitions>;
export type Event = EventOf<typeof transitions>;

export const next = stepIn('edonkey', transitions);

/**
 * The life of a link between servents, as one table: state, event, next state. handshake.ts moves by
 * this table only; an event that the table lacks for a state is our own mistake and throws.
 * docs/networks/gnutella.md draws it, and a test compares the two.
 *
 *   dialled:   dialling -> greeted -> (answered) -> connected
 *   accepted:  awaiting -> offered -> connected
 *   0.4:       dialling -> greeted -> connected          awaiting -> connected
 */
import { type StateOf, stepIn } from '../common/state-machine.ts';

export const transitions = {
	/** TCP is being opened. */
	dialling: { opened: 'greeted', closed: 'closed' },
	/** We sent CONNECT and wait for the answer. */
	greeted: { accepted: 'connected', refused: 'closed', late: 'closed', closed: 'closed' },
	/** Somebody connected; their CONNECT is being read. */
	awaiting: {
		offered: 'offered',
		acceptedOldVersion: 'connected',
		refused: 'closed',
		late: 'closed',
		closed: 'closed',
	},
	/** We answered 200 and wait for their last word. */
	offered: { accepted: 'connected', refused: 'closed', late: 'closed', closed: 'closed' },
	/** Binary messages flow. */
	connected: { bye: 'leaving', closed: 'closed' },
	/** A BYE is on its way; nothing is read any more. */
	leaving: { closed: 'closed' },
	closed: {},
} as const;

export type State = StateOf<typeof transitions>;

export const next = stepIn('gnutella', transitions);

/**
 * The life of a link with another client, as one table: state, event, next state. An event that the table lacks for a
 * state is our own mistake and throws.
 */
import { type EventOf, type StateOf, stepIn } from '../common/state-machine.ts';

export const peerStates = {
	/** TCP is being opened. */
	dialling: { opened: 'greeted', covered: 'sealing', late: 'closed', closed: 'closed' },
	/** It is open, and its obfuscation is being agreed on. */
	sealing: { sealed: 'greeted', late: 'closed', closed: 'closed' },
	/** We sent HELLO and wait for the answer. */
	greeted: { answered: 'talking', late: 'closed', closed: 'closed' },
	/** Somebody connected; his obfuscation, if he wants it, and his HELLO are being read. */
	awaiting: { greeted: 'talking', late: 'closed', closed: 'closed' },
	talking: { closed: 'closed' },
	closed: {},
} as const;

export type PeerState = StateOf<typeof peerStates>;
export type PeerEvent = EventOf<typeof peerStates>;

export const next = stepIn('edonkey', peerStates);

/**
 * The life of a session as one table: state, event, next state. session.ts moves by this table only; an event that
 * it lacks for a state is our own mistake and throws.
 *
 *   a leaf's:          greeting -> open          (it waits for the answer and the name behind it)
 *   a super-node's:    awaiting -> naming -> open (it waits for the hello, then for the name)
 */
import { type StateOf, stepIn } from '../common/state-machine.ts';

export const transitions = {
	/** Our hello has gone; the answer and the name behind it are to come. */
	greeting: { named: 'open', refused: 'closed' },
	/** Nothing has come yet of the hello. */
	awaiting: { greeted: 'naming' },
	/** We have answered; the leaf's name is to come. */
	naming: { named: 'open', refused: 'closed' },
	/** Messages flow. */
	open: { refused: 'closed' },
	closed: {},
} as const;

export type State = StateOf<typeof transitions>;

export const next = stepIn('fasttrack', transitions);

/**
 * The life of a session as one table: state, event, next state. session.ts moves by this table only; an event that
 * it lacks for a state is our own mistake and throws.
 *
 *   a leaf's:          greeting -> open          (it waits for the answer and the name behind it)
 *   a super-node's:    awaiting -> naming -> open (it waits for the hello, then for the name)
 */
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

export type State = keyof typeof transitions;
type Event = { [S in State]: keyof (typeof transitions)[S] }[State];

export function next(state: State, event: Event): State {
	const to = (transitions[state] as Partial<Record<Event, State>>)[event];
	if (to === undefined) throw new Error(`fasttrack: no way from state ${state} by event ${event}`);
	return to;
}

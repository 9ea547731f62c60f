/**
 * The life of a link between servents, as one table: state, event, next state. handshake.ts moves by
 * this table only; an event that the table lacks for a state is our own mistake and throws.
 * docs/networks/gnutella.md draws it, and a test compares the two.
 *
 *   dialled:   dialling -> greeted -> (answered) -> connected
 *   accepted:  awaiting -> offered -> connected
 *   0.4:       dialling -> greeted -> connected          awaiting -> connected
 */
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

export type State = keyof typeof transitions;
export type Event = { [S in State]: keyof (typeof transitions)[S] }[State];

export function next(state: State, event: Event): State {
	const row = transitions[state] as Partial<Record<Event, State>>;
	const to = row[event];
	if (to === undefined) throw new Error(`gnutella: no way from state ${state} by event ${event}`);
	return to;
}

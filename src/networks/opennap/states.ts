/**
 * The life of a client's session with its server, as one table: state, event, next state. An event that the table lacks
 * for a state is our own mistake and throws. docs/networks/opennap.md draws it, and a test compares the two.
 */
export const transitions = {
	/** TCP is being opened. */
	dialling: { opened: 'greeted', late: 'closed', closed: 'closed' },
	/** The login is sent. */
	greeted: { welcomed: 'connected', refused: 'closed', late: 'closed', closed: 'closed' },
	/** The nick is ours. */
	connected: { closed: 'closed' },
	closed: {},
} as const;

export type State = keyof typeof transitions;
export type Event = { [S in State]: keyof (typeof transitions)[S] }[State];

export function next(state: State, event: Event): State {
	const row = transitions[state] as Partial<Record<Event, State>>;
	const to = row[event];
	if (to === undefined) throw new Error(`opennap: no way from state ${state} by event ${event}`);
	return to;
}

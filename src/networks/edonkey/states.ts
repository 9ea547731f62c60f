/**
 * The life of a client's session with its server, as one table: state, event, next state. An event that the table
 * lacks for a state is our own mistake and throws.
 */
export const transitions = {
	/** TCP is being opened, and its obfuscation agreed on. */
	dialling: { opened: 'greeted', late: 'closed', closed: 'closed' },
	/** The login is sent; the server dials us, to see whether others can. */
	greeted: { welcomed: 'connected', refused: 'closed', late: 'closed', closed: 'closed' },
	/** We have an id. */
	connected: { closed: 'closed' },
	closed: {},
} as const;

export type State = keyof typeof transitions;
export type Event = { [S in State]: keyof (typeof transitions)[S] }[State];

export function next(state: State, event: Event): State {
	const row = transitions[state] as Partial<Record<Event, State>>;
	const to = row[event];
	if (to === undefined) throw new Error(`edonkey: no way from state ${state} by event ${event}`);
	return to;
}

/**
 * The life of a client's session with a server, as one table: state, event, next state. An event that the table lacks
 * for a state is our own mistake and throws. docs/networks/edonkey.md draws it, and a test compares the two.
 */
export const sessionStates = {
	/** The link is up, the login has not come. */
	awaiting: { login: 'checking', late: 'closed', closed: 'closed' },
	/** The client is being dialled: can it be reached? */
	checking: { checked: 'served', closed: 'closed' },
	/** It has its id: offers, searches, sources. */
	served: { closed: 'closed' },
	closed: {},
} as const;

export type SessionState = keyof typeof sessionStates;
export type SessionEvent = { [S in SessionState]: keyof (typeof sessionStates)[S] }[SessionState];

export function next(state: SessionState, event: SessionEvent): SessionState {
	const row = sessionStates[state] as Partial<Record<SessionEvent, SessionState>>;
	const to = row[event];
	if (to === undefined) throw new Error(`edonkey server: no way from state ${state} by event ${event}`);
	return to;
}

/**
 * The life of a user's session with a server, as one table: state, event, next state. An event that the table lacks for
 * a state is our own mistake and throws. docs/networks/opennap.md draws it, and a test compares the two.
 */
export const sessionStates = {
	/** The link is up, the login has not come. */
	awaiting: { login: 'checking', late: 'closed', closed: 'closed' },
	/** The password is being compared. */
	checking: { known: 'served', closed: 'closed' },
	/** The nick is his. */
	served: { closed: 'closed' },
	closed: {},
} as const;

export type SessionState = keyof typeof sessionStates;
export type SessionEvent = { [S in SessionState]: keyof (typeof sessionStates)[S] }[SessionState];

export function next(state: SessionState, event: SessionEvent): SessionState {
	const row = sessionStates[state] as Partial<Record<SessionEvent, SessionState>>;
	const to = row[event];
	if (to === undefined) throw new Error(`opennap server: no way from state ${state} by event ${event}`);
	return to;
}

/**
 * The life of a link with another client, as one table: state, event, next state. An event that the table lacks for a
 * state is our own mistake and throws.
 */
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

export type PeerState = keyof typeof peerStates;
export type PeerEvent = { [S in PeerState]: keyof (typeof peerStates)[S] }[PeerState];

export function next(state: PeerState, event: PeerEvent): PeerState {
	const row = peerStates[state] as Partial<Record<PeerEvent, PeerState>>;
	const to = row[event];
	if (to === undefined) throw new Error(`edonkey: no way from state ${state} by event ${event}`);
	return to;
}

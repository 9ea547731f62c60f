/** A life as a table: state, event, next state. An event that the table lacks for a state is our own mistake. */
type Table = Readonly<Record<string, Readonly<Record<string, string>>>>;

export type StateOf<Life extends Table> = keyof Life & string;
export type EventOf<Life extends Table> = { [S in keyof Life]: keyof Life[S] }[keyof Life] & string;

/** The step through a table; `whose` names it where it throws. */
export function stepIn<Life extends Table>(
	whose: string,
	life: Life,
): (state: StateOf<Life>, event: EventOf<Life>) => StateOf<Life> {
	return (state, event) => {
		const to = (life[state] as Readonly<Record<string, string>>)[event];
		if (to === undefined) throw new Error(`${whose}: no way from state ${state} by event ${event}`);
		return to as StateOf<Life>;
	};
}

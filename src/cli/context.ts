/** What a command is given: its options, settled, and where it prints. */
export interface Context {
	readonly json: boolean;
	readonly home: string | undefined;
	/** Settled by flag, variable, configuration file, default, in this order. */
	readonly options: Readonly<Record<string, unknown>>;
	/** "password" of the configuration file, or SALLYPORT_PASSWORD; never a flag: others could read it. */
	readonly password: string | undefined;
	/** Aborted by Ctrl-C. */
	readonly interrupted: AbortSignal;
}

/** The user's order cannot be understood: exit status 2. */
export class UsageError extends Error {
	override readonly name = 'UsageError';
}

/** The order cannot be carried out; the message is a sentence, the status the exit status. */
export class CommandFailed extends Error {
	override readonly name = 'CommandFailed';
	readonly status: number;
	/** The API's, where it was the API that said no. */
	readonly code: string | undefined;
	constructor(sentence: string, status = 1, code?: string) {
		super(sentence);
		this.status = status;
		this.code = code;
	}
}

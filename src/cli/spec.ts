/** What the command tree is made of. */
export interface OptionSpec {
	/** As commander writes it: `--share <dir>`. */
	readonly flags: string;
	readonly about: string;
	/** How the text becomes a value; the sentence of an Error says what was wrong. */
	readonly read: (text: string) => unknown;
	/** May be given several times; a variable holds them with this between. */
	readonly separator?: string;
	readonly default?: unknown;
	/** What a shell may offer. */
	readonly words?: readonly string[];
	readonly files?: 'file' | 'folder';
}

export interface CommandSpec {
	readonly name: string;
	readonly about: string;
	/** As commander writes them: `<words...>`. */
	readonly arguments?: string;
	readonly options: readonly OptionSpec[];
	readonly examples: readonly string[];
}

/** Why the user's order cannot be done, or what stopped a download; the message is a sentence. */
export class DownloadRefused extends Error {
	override readonly name = 'DownloadRefused';
	/** A code of refusals.ts. */
	readonly code: string;

	constructor(code: string, sentence: string) {
		super(sentence);
		this.code = code;
	}
}

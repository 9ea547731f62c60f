import { sentenceOf } from './refusals.ts';

/** Why a folder or a file is not taken or not served; the message is a sentence for the user. */
export class LibraryRefused extends Error {
	override readonly name = 'LibraryRefused';
	/** A code of refusals.ts. */
	readonly code: string;

	constructor(code: string, subject: string) {
		super(`${subject}: ${sentenceOf(code)}`);
		this.code = code;
	}
}

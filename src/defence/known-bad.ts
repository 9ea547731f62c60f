/**
 * Threat: content that others know to be bad. A worm of the day is new to our rules, but the makers of
 * virus signatures have seen it, or the user has.
 *
 * Defence: ClamAV (its clamd, where it runs), the user's YARA rules, and the user's list of SHA-1 hashes
 * are asked (transfer/inspection), and their answers judged here. A signature, a rule or a hash that
 * matches refuses. ClamAV's guesses (Heuristics.*, and PUA.*: not wanted by everybody) make suspicious.
 *
 * A scanner that fails must not look like one that found nothing: it makes the file suspicious, if the
 * user has set it up or if it has answered before. One that was never there is not missed. A file that a
 * scanner does not take because of its size is no failure of it: the verdict says who has looked.
 */
import { hex, unbase32, unhex } from '../networks/common/hash.ts';
import type { Finding } from './content.ts';
import { Defence } from './defence.ts';

/** What a scanner answered. */
export type ScannerAnswer =
	| { readonly scanner: string; readonly state: 'clean' | 'too large' }
	/** Names of signatures or rules. */
	| { readonly scanner: string; readonly state: 'found'; readonly names: readonly string[] }
	/** `absent`: nobody is there. */
	| { readonly scanner: string; readonly state: 'failed' | 'absent'; readonly why: string };

/** Of ClamAV: what is not malicious by a signature, but odd, or unwanted by some. */
const GUESS = /^(?:Heuristics|PUA)\./i;
const SHA1_BYTES = 20;
const MOST_NAMES = 5;

export class KnownBad extends Defence {
	/** `missed`: the user set this scanner up, or it has answered before. */
	judge(answer: ScannerAnswer, missed: boolean): readonly Finding[] {
		if (!this.on) return [];
		switch (answer.state) {
			case 'found':
				return [this.#found(answer.scanner, answer.names)];
			case 'failed':
			case 'absent':
				if (!missed) return [];
				return [this.#finding('defence.known.unscanned', 'suspicious', `${answer.scanner}: ${answer.why}`)];
			default:
				return [];
		}
	}

	/** `list`: hexadecimal hashes (hashesOf). */
	hash(sha1: Uint8Array, list: ReadonlySet<string>): readonly Finding[] {
		if (!this.on || !list.has(hex(sha1))) return [];
		return [this.#finding('defence.known.hash', 'refused')];
	}

	#found(scanner: string, names: readonly string[]): Finding {
		const detail = `${scanner}: ${names.slice(0, MOST_NAMES).join(', ')}`;
		if (names.length > 0 && names.every((name) => GUESS.test(name)))
			return this.#finding('defence.known.guess', 'suspicious', detail);
		return this.#finding('defence.known.signature', 'refused', detail);
	}

	#finding(code: string, verdict: Finding['verdict'], detail?: string): Finding {
		this.refuse(code);
		return detail === undefined ? { code, verdict } : { code, verdict, detail };
	}
}

/**
 * SHA-1 hashes of a user's list, a line each: 40 hexadecimal or 32 base32 letters, also behind `urn:sha1:`,
 * and whatever words or `#` comment follow. Other lines are passed over.
 */
export function hashesOf(text: string): Set<string> {
	const hashes = new Set<string>();
	for (const line of text.split(/[\r\n]+/)) {
		const word = /^\s*(?:urn:)?(?:sha1:)?([a-z0-9]+)(?=[\s,;#*]|$)/i.exec(line)?.[1];
		const bytes = word?.length === 40 ? unhex(word) : word?.length === 32 ? unbase32(word) : undefined;
		if (bytes?.length === SHA1_BYTES) hashes.add(hex(bytes));
	}
	return hashes;
}

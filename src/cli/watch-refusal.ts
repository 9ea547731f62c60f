import { reasonOf } from '../evidence/reasons.ts';
import type { Refusal } from '../evidence/refusal.ts';

/** A refusal as a person reads it. */
export function sentenceOf({ refused, detail }: Refusal): string {
	const reason = reasonOf(refused)?.sentence ?? refused;
	return detail === undefined ? reason : `${reason} (${detail})`;
}

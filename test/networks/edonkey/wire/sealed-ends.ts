/** Two ends of an obfuscated link, and a listener on the wire between them. */
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import type { SealedEnd } from '../../../../src/networks/edonkey/wire/sealing.ts';

/** An end as its link sees it: what leaves is hidden in a copy, what came is shown in one. */
export class Held {
	readonly end: SealedEnd;
	/** What it has heard, in plain, once the greetings were over. */
	readonly heard: number[] = [];
	isOver = false;
	refused: string | undefined;

	constructor(end: SealedEnd) {
		this.end = end;
	}

	/** On the wire: its greeting, if one is due. */
	due(): Uint8Array {
		return this.say(this.end.due());
	}

	/** On the wire: this text. */
	say(plain: Uint8Array): Uint8Array {
		const bytes = plain.slice();
		if (bytes.length > 0) this.end.hide(bytes);
		return bytes;
	}

	hear(wire: Uint8Array): void {
		const plain = this.end.take(wire.slice());
		if (isRefusal(plain)) this.refused = plain.refused;
		else if (plain !== 'more') {
			this.isOver = true;
			this.heard.push(...plain);
		}
	}
}

/** Carries these bytes in pieces of so many, and what each answers, until nobody has anything to say. */
export function carry(from: Held, to: Held, bytes: Uint8Array, size: number): void {
	for (let at = 0; at < bytes.length; at += size) to.hear(bytes.subarray(at, at + size));
	const answer = to.due();
	if (answer.length > 0) carry(to, from, answer, size);
	const more = from.due();
	if (more.length > 0) carry(from, to, more, size);
}

/** The greetings of both, the dialler's first. */
export function greet(dialler: Held, accepter: Held, size: number): void {
	carry(dialler, accepter, dialler.due(), size);
}

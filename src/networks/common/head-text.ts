/** A head of header lines that comes in pieces, as text: for observers, who look for a few names in it. */
import { text } from './lines.ts';

const mostHead = 8192;

export class HeadText {
	text = '';

	/** Where the head ends in `bytes`; -1: more is needed; undefined: it is none. */
	push(bytes: Uint8Array, from: number, to: number): number | undefined {
		const before = this.text.length;
		this.text += text(bytes, from, Math.min(to, from + mostHead - before));
		// What was looked at before is not looked at again: a head may come byte by byte.
		const again = Math.max(0, before - 3);
		const end = /\n\r?\n/.exec(this.text.slice(again));
		if (end !== null) {
			const length = again + end.index + end[0].length;
			this.text = this.text.slice(0, length);
			return from + length - before;
		}
		return this.text.length >= mostHead ? undefined : -1;
	}
}

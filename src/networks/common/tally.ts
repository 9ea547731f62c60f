/** What went over a link: what people see of a neighbour. */
export class Tally {
	#in = { messages: 0, bytes: 0 };
	#out = { messages: 0, bytes: 0 };
	#refused = 0;

	heard(bytes: number): void {
		this.#in.messages++;
		this.#in.bytes += bytes;
	}

	said(bytes: number): void {
		this.#out.messages++;
		this.#out.bytes += bytes;
	}

	refuse(): void {
		this.#refused++;
	}

	counts(queued: number) {
		return { in: { ...this.#in }, out: { ...this.#out }, refused: this.#refused, queued };
	}
}

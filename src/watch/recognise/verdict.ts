/**
 * What a flow is held to be, and why. Reasons from the strongest to the weakest: its own payload; access to a
 * known seed; an endpoint that a recognised conversation announced; the behaviour of its host; a usual port.
 */
import type { Match } from '../../networks/signature.ts';

export type By = 'payload' | 'seed' | 'learned' | 'behaviour' | 'port';

export interface Verdict {
	readonly network: string;
	readonly by: By;
	/** Which bytes at which offset matched, or who announced it and when. */
	readonly evidence: string;
	readonly label?: string;
	/** Of access to a seed: its DNS name, as the conversation has it. */
	readonly name?: string;
	/** Payload packets of the flow until the verdict. */
	readonly packets: number;
}

/** By the flow's own payload. Its sentence is made when somebody reads it: most are read once, at the end. */
export class PayloadVerdict implements Verdict {
	readonly network: string;
	readonly by: By;
	readonly label?: string;
	readonly name?: string;
	readonly packets: number;
	readonly #match: Match;
	readonly #byOpener: boolean;

	constructor(network: string, match: Match, byOpener: boolean, packets: number) {
		this.network = match.network ?? network;
		this.by = match.seed ? 'seed' : 'payload';
		if (match.label !== undefined) this.label = match.label;
		if (match.name !== undefined) this.name = match.name;
		this.packets = packets;
		this.#match = match;
		this.#byOpener = byOpener;
	}

	get evidence(): string {
		const { what, offset, length } = this.#match;
		const whose = this.#byOpener ? 'the opener' : 'the answerer';
		return `${what}: bytes ${offset} to ${offset + Math.max(length, 1) - 1} from ${whose}, payload packet ${this.packets}`;
	}
}

/**
 * What a flow is held to be, and why. Reasons from the strongest to the weakest: its own payload; access to a
 * known seed; an endpoint that a recognised conversation announced; the behaviour of its host; a usual port.
 */
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

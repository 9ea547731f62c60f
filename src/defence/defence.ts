/** What all defences have in common: a switch, and a count of what each has refused. */
import { type DefenceLimits, defenceLimits } from './limits.ts';

export class Defence {
	readonly on: boolean;
	readonly limits: DefenceLimits;
	#counts: Map<string, number> | undefined;

	/** `on: false` lets everything through: for the laboratory and for tests of attacks. */
	constructor(on: boolean, limits: Partial<DefenceLimits> = {}) {
		this.on = on;
		// One object serves all that set nothing: the laboratory has a dozen defences in each of its servents.
		this.limits = Object.keys(limits).length === 0 ? defenceLimits : { ...defenceLimits, ...limits };
	}

	/** Refusals by code. */
	get counts(): Map<string, number> {
		return (this.#counts ??= new Map());
	}

	protected refuse(code: string): string {
		this.counts.set(code, (this.counts.get(code) ?? 0) + 1);
		return code;
	}
}

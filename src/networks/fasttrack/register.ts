/**
 * Register: which super-nodes there may be, and which to try next. Those that a user or a seed named come first,
 * then those that super-nodes listed, the least tried first. What could not be reached waits longer each time.
 *
 * A list is a stranger's word: addresses outside the scope are left out, and one list cannot fill the memory.
 */
import type { Address } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { ours } from './limits.ts';

interface Known {
	readonly address: Address;
	/** It was named by the user: it is never forgotten. */
	readonly kept: boolean;
	failures: number;
	notBefore: number;
}

export class Register {
	readonly #usable: (host: string) => boolean;
	readonly #known = new Map<string, Known>();

	constructor(usable: (host: string) => boolean) {
		this.#usable = usable;
	}

	get size(): number {
		return this.#known.size;
	}

	/** `kept`: the user named it. */
	add(address: Address, kept: boolean): void {
		const key = formatAddress(address);
		const known = this.#known.get(key);
		if (address.port === 0 || (known !== undefined && (known.kept || !kept))) return;
		if (!kept && !this.#usable(address.host)) return;
		if (known === undefined && this.#known.size >= ours.nodesKnown && !this.#makeRoom()) return;
		this.#known.set(key, { address, kept, failures: 0, notBefore: 0 });
	}

	/** Those that may be dialled now, the best first; `busy`: those that are linked or being dialled. */
	candidates(now: number, busy: ReadonlySet<string>): Address[] {
		const free = [...this.#known].filter(([key, known]) => !busy.has(key) && now >= known.notBefore);
		return free.sort(([, one], [, other]) => rank(one) - rank(other)).map(([, { address }]) => address);
	}

	failed(address: Address, now: number): void {
		const known = this.#known.get(formatAddress(address));
		if (known === undefined) return;
		known.failures++;
		known.notBefore =
			now + Math.min(ours.retryMostSeconds, ours.retrySeconds * 2 ** (known.failures - 1)) * 1000;
		if (known.failures >= ours.failures && !known.kept) this.#known.delete(formatAddress(address));
	}

	worked(address: Address): void {
		const known = this.#known.get(formatAddress(address));
		if (known !== undefined) known.failures = 0;
	}

	remove(address: Address): void {
		this.#known.delete(formatAddress(address));
	}

	/** Some that leaves may be told of. */
	some(most: number): Address[] {
		const good: Address[] = [];
		for (const { address, failures } of this.#known.values()) {
			if (good.length >= most) break;
			if (failures === 0) good.push(address);
		}
		return good;
	}

	/** The first that was only listed goes, the oldest. */
	#makeRoom(): boolean {
		for (const [key, { kept }] of this.#known) if (!kept) return this.#known.delete(key);
		return false;
	}
}

function rank({ kept, failures }: Known): number {
	return (kept ? 0 : 1) + 2 * failures;
}

/**
 * What follows from what, in the tree of one program. Pure.
 *
 * - The dropper: it runs a file that something of the same tree wrote.
 * - The leak: something of the tree reads what must not leave the machine, and something of it reaches out. In either
 *   order: a connection that is open already would carry what is read after.
 *
 * A tree is all that came from the program that was started: who of them did the first half does not matter.
 */
import { expand, isBeneath, type Surroundings } from './grants.ts';
import type { Verdict } from './judge.ts';
import type { Policy } from './policy.ts';

const mostWritten = 65_536;

export class Correlation {
	readonly #dropper: Policy['dropper'];
	readonly #leaks: readonly { readonly paths: readonly string[]; readonly verdict: Verdict }[];
	readonly #written = new Set<string>();
	#leak: Verdict | undefined;
	#reached: string | undefined;

	constructor(policy: Policy, around: Surroundings) {
		this.#dropper = policy.dropper;
		this.#leaks = policy.leaks.map(({ after, action, where }) => ({
			paths: after.flatMap((path) => expand(path, around)),
			verdict: { action, rule: where },
		}));
	}

	wrote(path: string): void {
		if (this.#written.size < mostWritten) this.#written.add(path);
	}

	read(path: string): void {
		for (const { paths, verdict } of this.#leaks)
			if (paths.some((secret) => isBeneath(path, secret)))
				this.#leak = { ...verdict, because: `it has read ${path}` };
	}

	/** Before it is read. undefined: nothing speaks against it. */
	reads(path: string): Verdict | undefined {
		if (this.#reached === undefined) return undefined;
		const leak = this.#leaks.find(({ paths }) => paths.some((secret) => isBeneath(path, secret)));
		if (leak === undefined || leak.verdict.action === 'allow') return undefined;
		return { ...leak.verdict, because: `it has reached out: ${this.#reached}` };
	}

	/** It was let out. */
	reached(act: string): void {
		this.#reached ??= act;
	}

	/** undefined: nothing speaks against it. */
	runs(path: string): Verdict | undefined {
		if (this.#dropper === 'allow' || !this.#written.has(path)) return undefined;
		return { action: this.#dropper, rule: 'dropper', because: 'it wrote that file itself' };
	}

	reachesOut(): Verdict | undefined {
		return this.#leak?.action === 'allow' ? undefined : this.#leak;
	}
}

/**
 * What the kernel holds for us: the table of nftables and the classes of tc. The first rule with a rate brings the
 * classes: a device on which nothing is slowed down keeps its queues.
 */
import { setPriority } from 'node:os';
import type { Refusal } from '../../evidence/refusal.ts';
import type { RateClass } from '../throttle/classes.ts';
import { removeShaping, Shaper } from '../throttle/shaper.ts';
import { listed, nft, nftRefusal } from './programs.ts';
import { clearText, laterRule, type Numbered, type TableOf, tableText } from './table.ts';

/** The table as it should be; which device is shaped is known here. */
export type Whole = Omit<TableOf, 'shaped'>;

export interface Counter {
	/** Of the rule. */
	readonly number: number;
	readonly packets: number;
	readonly bytes: number;
}

export class Kernel {
	readonly #device: string;
	readonly #classes = new Set<number>();
	/** A sentence: why there are no classes. */
	#shaper: Shaper | string | undefined;
	/** Whether the table is as it was last wanted. */
	#isWhole = false;

	constructor(device: string) {
		this.#device = device;
	}

	/** `shaped`, or a sentence that says why not; undefined: nothing was to be slowed down yet. */
	get how(): string | undefined {
		return this.#shaper instanceof Shaper ? 'shaped' : this.#shaper;
	}

	get isWhole(): boolean {
		return this.#isWhole;
	}

	/** Makes classes that are not there. A sentence: what failed. */
	async shape(classes: readonly RateClass[]): Promise<string | undefined> {
		const fresh = classes.filter(({ minor }) => !this.#classes.has(minor));
		if (fresh.length === 0 || typeof this.#shaper === 'string') return undefined;
		for (const { minor } of fresh) this.#classes.add(minor);
		if (this.#shaper !== undefined) {
			for (const one of fresh) {
				const why = await this.#shaper.add(one);
				if (why !== undefined) return why;
			}
			return undefined;
		}
		this.#shaper = await Shaper.start(this.#device, classes);
		// Each throttling rule has other statements from now on.
		this.#isWhole = false;
		return undefined;
	}

	/** Throws away what waits in the queues of these classes. */
	async empty(classes: readonly RateClass[]): Promise<string | undefined> {
		if (!(this.#shaper instanceof Shaper) || classes.length === 0) return undefined;
		return this.#shaper.empty(classes);
	}

	/** The table anew. Its counters begin at zero. */
	async replace(whole: Whole): Promise<Refusal | undefined> {
		const outcome = await nft(tableText({ ...whole, shaped: this.#shaped }));
		this.#isWhole = outcome.status === 0;
		return this.#isWhole ? undefined : nftRefusal(outcome);
	}

	/** Rules that come later, and lines about elements. */
	async change(rules: readonly Numbered[], lines: readonly string[]): Promise<Refusal | undefined> {
		const text = [...rules.flatMap((rule) => laterRule(rule, this.#shaped)), ...lines, ''];
		if (text.length === 1) return undefined;
		const outcome = await nft(text.join('\n'));
		return outcome.status === 0 ? undefined : nftRefusal(outcome);
	}

	async counters(): Promise<Counter[]> {
		const list = await listed('nft', 'list', 'counters', 'table', 'inet', 'sallyport');
		return (list ?? []).flatMap((entry) => {
			const { counter } = entry as { counter?: { name: string; packets: number; bytes: number } };
			const number = /^rule_([0-9]+)$/.exec(counter?.name ?? '')?.[1];
			if (counter === undefined || number === undefined) return [];
			return [{ number: Number(number), packets: counter.packets, bytes: counter.bytes }];
		});
	}

	get #shaped(): string | undefined {
		return this.#shaper instanceof Shaper ? this.#device : undefined;
	}
}

/**
 * Takes out of the kernel whatever a `sallyport watch` has put there, also one that ended without doing so: the
 * tables, the classes, the intermediate device, all known by their names.
 */
export async function clearKernel(): Promise<Refusal | undefined> {
	const outcome = await nft(clearText);
	await removeShaping();
	return outcome.status === 0 ? undefined : nftRefusal(outcome);
}

/** On a busy machine an order waits for its turn on a processor; programs that are started inherit this. */
export function hurry(): void {
	try {
		setPriority(-10);
	} catch {
		// It works without this right, too.
	}
}

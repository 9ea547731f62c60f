/**
 * The orders that hold, and what each change of them asks of nftables and tc; pure. What it says is true of the kernel
 * as long as every text that it gives is taken; where one is refused, the table is made anew from here.
 *
 * The kernel lets elements go by its own clock, so an order is remembered some seconds longer than it holds.
 */
import { addElements, type Element, removeElements } from './elements.ts';
import { type Keys, keysOf, nameOf, type Target } from './orders.ts';
import { mostFlows, mostHosts, type Numbered } from './table.ts';

const afterwards = 5000;

interface Entry {
	readonly target: Target;
	readonly keys: Keys;
	readonly rule: Numbered;
	readonly until: number;
}

export interface Wanted {
	readonly target: Target;
	readonly rule: Numbered;
	/** Milliseconds of the clock. */
	readonly until: number;
}

/** What a batch of orders asks for. */
export interface Change {
	/** For nftables. */
	readonly lines: readonly string[];
	/** Classes whose queues may hold packets of what is blocked now. */
	readonly stale: ReadonlySet<number>;
}

export class Ledger {
	/** By the map and the lesser key: a flow is the same from both its ends. */
	readonly #entries = new Map<string, Entry>();
	readonly #counts = { flow4: 0, flow6: 0, host4: 0, host6: 0 };
	/** There is a table for packets that arrive. */
	#ingress = false;

	set ingress(there: boolean) {
		this.#ingress = there;
	}

	/** undefined: it is no target, or there is no room. */
	nameOf(target: Target): string | undefined {
		const keys = keysOf(target);
		if (keys === undefined) return undefined;
		const name = nameOf(keys);
		return this.#entries.has(name) || !this.#isFull(keys) ? name : undefined;
	}

	#isFull({ map }: Keys): boolean {
		return this.#counts[map] >= (map.startsWith('flow') ? mostFlows : mostHosts);
	}

	/** Takes orders, each of another target, and says what has to change. */
	take(wanted: readonly Wanted[], now: number): Change {
		this.forget(now);
		const [gone, come]: [Element[], Element[]] = [[], []];
		const stale = new Set<number>();
		for (const { target, rule, until } of wanted) {
			const keys = keysOf(target);
			if (keys === undefined) continue;
			const before = this.#entries.get(nameOf(keys));
			if (before !== undefined) {
				gone.push(...this.#elements(before, now));
				if (before.rule.minor !== undefined && rule.rule.action === 'block') stale.add(before.rule.minor);
			} else if (this.#isFull(keys)) continue;
			else this.#counts[keys.map]++;
			const entry = { target, keys, rule, until };
			this.#entries.set(nameOf(keys), entry);
			come.push(...this.#elements(entry, now));
		}
		return { lines: [...removeElements(gone), ...addElements(come)], stale };
	}

	/** Takes back what was ordered for these targets, where something was. */
	lift(targets: readonly Target[], now: number): readonly string[] {
		const gone: Element[] = [];
		for (const target of targets) {
			const keys = keysOf(target);
			const entry = keys === undefined ? undefined : this.#entries.get(nameOf(keys));
			if (entry === undefined) continue;
			this.#entries.delete(nameOf(entry.keys));
			this.#counts[entry.keys.map]--;
			gone.push(...this.#elements(entry, now));
		}
		return removeElements(gone);
	}

	/** What holds for a target. */
	of(target: Target, now: number): Wanted | undefined {
		const keys = keysOf(target);
		const entry = keys === undefined ? undefined : this.#entries.get(nameOf(keys));
		return entry !== undefined && entry.until > now ? entry : undefined;
	}

	/** All that holds, for a table that is made anew. */
	elements(now: number): Element[] {
		this.forget(now, 0);
		return [...this.#entries.values()].flatMap((entry) => this.#elements(entry, now));
	}

	*live(now: number): Generator<Wanted> {
		for (const { target, rule, until } of this.#entries.values())
			if (until > now) yield { target, rule, until };
	}

	get size(): number {
		return this.#entries.size;
	}

	forget(now: number, later = afterwards): void {
		for (const [name, { until, keys }] of this.#entries) {
			if (until + later > now) continue;
			this.#entries.delete(name);
			this.#counts[keys.map]--;
		}
	}

	#elements({ keys, rule, until }: Entry, now: number): Element[] {
		const seconds = Math.max(1, Math.ceil((until - now) / 1000));
		const slowed = this.#ingress && rule.rule.action === 'throttle';
		const families = slowed ? (['inet', 'netdev'] as const) : (['inet'] as const);
		return families.flatMap((family) =>
			keys.keys.map((key) => ({ family, map: keys.map, key, rule: rule.number, seconds })),
		);
	}
}

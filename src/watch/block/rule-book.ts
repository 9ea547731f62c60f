/**
 * The rules that hold now: those of the policy, and the temporary ones, each of which is an order that somebody gave
 * about one target. Each that acts has a number, which is its chain's and its counter's, and each distinct rate has a
 * class.
 */
import { minuteOf } from '../../policy/amounts.ts';
import { type Action, type Decision, decide, type FlowFacts, type Policy, type Rule } from '../policy.ts';
import { firstMinor, type RateClass } from '../throttle/classes.ts';
import { mostNumbers } from './elements.ts';
import { type Target, targetText } from './orders.ts';
import type { Numbered } from './table.ts';

export interface Temporary {
	readonly target: Target;
	readonly action: 'block' | 'throttle';
	/** Of throttle. */
	readonly rateBits?: number;
	/** Milliseconds of the clock. */
	readonly until: number;
}

/** What the rules have done so far, for those who look at them. */
export interface RuleCount {
	readonly rule: string;
	readonly action: Action;
	readonly rateBits?: number;
	/** Decisions for it. */
	readonly orders: number;
	/** Orders that hold now. */
	readonly live: number;
	/** Packets that it acted on since the start. */
	readonly packets: number;
	readonly bytes: number;
	/** Milliseconds of the clock: of the last decision for it, or when its packets were last seen to grow. */
	readonly lastUse?: number;
	/** Of a temporary one. */
	readonly until?: number;
	readonly target?: Target;
}

interface Entry extends Numbered {
	readonly temporary?: Temporary;
	orders: number;
	packets: number;
	bytes: number;
	/** What the kernel had counted when its table was made anew, which begins at zero. */
	before: readonly [number, number];
	lastUse?: number;
}

export const mostTemporary = 1000;
/** Handles of queues have room for so many. */
const mostClasses = 2000;

export class RuleBook {
	readonly #policy: Policy;
	/** By name, the newest last. */
	readonly #temporary = new Map<string, Entry>();
	readonly #fixed = new Map<string, Entry>();
	readonly #classes = new Map<number, RateClass>();
	#next = 0;

	constructor(policy: Policy) {
		this.#policy = policy;
		for (const rule of policy.rules) this.#fixed.set(rule.name, this.#entry(rule));
	}

	get classes(): readonly RateClass[] {
		return [...this.#classes.values()];
	}

	get rules(): readonly Numbered[] {
		return [...this.#fixed.values(), ...this.#temporary.values()];
	}

	named(name: string): Numbered | undefined {
		return this.#temporary.get(name) ?? this.#fixed.get(name);
	}

	get hasTemporary(): boolean {
		return this.#temporary.size > 0;
	}

	isTemporary(name: string): boolean {
		return this.#temporary.has(name);
	}

	classOf({ rule }: Numbered): RateClass | undefined {
		return rule.rateBits === undefined ? undefined : this.#classes.get(rule.rateBits);
	}

	/** In the place of one of the same name; undefined: there is no room. */
	add(temporary: Temporary, now: number): Numbered | undefined {
		this.#expire(now);
		const rule = ruleOf(temporary, now);
		this.#temporary.delete(rule.name);
		const isNewRate = rule.rateBits !== undefined && !this.#classes.has(rule.rateBits);
		if (this.#next > mostNumbers) return undefined;
		if (this.#temporary.size >= mostTemporary || (isNewRate && this.#classes.size >= mostClasses))
			return undefined;
		const entry = { ...this.#entry(rule), temporary };
		this.#temporary.set(rule.name, entry);
		return entry;
	}

	/** Its target; undefined: there is no such temporary rule. */
	remove(name: string): Target | undefined {
		const target = this.#temporary.get(name)?.temporary?.target;
		this.#temporary.delete(name);
		return target;
	}

	temporaries(now: number): Temporary[] {
		this.#expire(now);
		return [...this.#temporary.values()].map(({ temporary }) => temporary!);
	}

	decide(facts: FlowFacts, now: number): Decision | undefined {
		return decide(this.#policy, facts, minuteOf(now));
	}

	decided(name: string, now: number): void {
		const entry = this.#temporary.get(name) ?? this.#fixed.get(name);
		if (entry === undefined) return;
		entry.orders++;
		entry.lastUse = now;
	}

	/** What the kernel's counter of a number says. */
	counted(number: number, packets: number, bytes: number, now: number): void {
		const entry = this.#all().find((one) => one.number === number);
		if (entry === undefined) return;
		const [packetsBefore, bytesBefore] = entry.before;
		if (packets + packetsBefore > entry.packets) entry.lastUse = now;
		entry.packets = packets + packetsBefore;
		entry.bytes = bytes + bytesBefore;
	}

	/** The kernel counts from zero again. */
	recount(): void {
		for (const entry of this.#all()) entry.before = [entry.packets, entry.bytes];
	}

	/** `live`: orders that hold, by the number of their rule. */
	counts(live: ReadonlyMap<number, number>, now: number): RuleCount[] {
		this.#expire(now);
		return this.#all().map(({ number, rule, orders, packets, bytes, lastUse, temporary }) => ({
			rule: rule.name,
			action: rule.action,
			...(rule.rateBits === undefined ? {} : { rateBits: rule.rateBits }),
			...{ orders, live: live.get(number) ?? 0, packets, bytes },
			...(lastUse === undefined ? {} : { lastUse }),
			...(temporary === undefined ? {} : { until: temporary.until, target: temporary.target }),
		}));
	}

	#all(): Entry[] {
		return [...this.#fixed.values(), ...this.#temporary.values()];
	}

	#expire(now: number): void {
		for (const [name, { temporary }] of this.#temporary)
			if (temporary!.until <= now) this.#temporary.delete(name);
	}

	#entry(rule: Rule): Entry {
		const entry = { number: this.#next++, rule, orders: 0, packets: 0, bytes: 0, before: [0, 0] as const };
		if (rule.action !== 'throttle' || rule.rateBits === undefined) return entry;
		const known = this.#classes.get(rule.rateBits);
		const one = known ?? { minor: firstMinor + this.#classes.size, rateBits: rule.rateBits };
		this.#classes.set(rule.rateBits, one);
		return { ...entry, minor: one.minor };
	}
}

/** One name a target: a second order about it takes the place of the first. */
function ruleOf({ target, action, rateBits, until }: Temporary, now: number): Rule {
	const rule = { name: `${targetText(target)}, by hand`, match: {}, action, ports: [] };
	const seconds = Math.max(1, Math.ceil((until - now) / 1000));
	return rateBits === undefined ? { ...rule, seconds } : { ...rule, seconds, rateBits };
}

/**
 * Carries out what the rules decide, in the kernel.
 *
 * - Orders that come in one turn of the event loop go as one batch, by one `nft` process; those that come meanwhile
 *   are the next batch.
 * - A batch that the kernel refuses is made good by the whole table anew. Where that is refused too, `trouble` is told,
 *   what held before still holds, and the next batch tries the whole table again.
 * - When a flow is blocked that was slowed down, its class gets an empty queue: the old one would deliver for seconds.
 * - What a person orders of a flow or a host goes before what the policy says of it.
 * - Orders are written to a file as they come. It stays when this ends, so that a restart puts back what still holds;
 *   everything is taken out of the kernel by close(), or by clearKernel() after a crash.
 */
import { scheduler } from 'node:timers/promises';
import type { Refusal } from '../../evidence/refusal.ts';
import type { Decision, FlowFacts, Policy } from '../policy.ts';
import { clearKernel, hurry, Kernel } from './kernel.ts';
import { Ledger, type Wanted } from './ledger.ts';
import { type Management, ruleLocksOut, targetLocksOut } from './management.ts';
import { type FiveTuple, keysOf, type Target } from './orders.ts';
import { RuleBook, type RuleCount, type Temporary } from './rule-book.ts';
import { type Remembered, readState, runs, StateFile, startOf } from './state.ts';
import type { Numbered } from './table.ts';

export interface EnforcerOptions {
	readonly policy: Policy;
	/** The device that is watched. */
	readonly device: string;
	readonly management: Management;
	/** The file in which orders are remembered. */
	readonly state: string;
	/** Milliseconds since 1970. */
	readonly now: () => number;
	readonly trouble: (refusal: Refusal) => void;
}

/** What a person may order. */
export type Act = { readonly action: 'block' } | { readonly action: 'throttle'; readonly rateBits: number };

/** Still to be done about a target. */
interface Wish {
	readonly target: Target;
	/** undefined: what holds is to be lifted. */
	readonly order: Wanted | undefined;
}

export class Enforcer {
	readonly #options: EnforcerOptions;
	readonly #book: RuleBook;
	readonly #ledger = new Ledger();
	readonly #kernel: Kernel;
	readonly #file: StateFile;
	/** By the target's name in the ledger. */
	#wishes = new Map<string, Wish>();
	/** Rules that have no chain yet. */
	#newRules: Numbered[] = [];
	#working: Promise<void> | undefined;
	#closed = false;

	private constructor(options: EnforcerOptions) {
		this.#options = options;
		this.#book = new RuleBook(options.policy);
		this.#kernel = new Kernel(options.device);
		this.#file = new StateFile(options.state);
	}

	/** Everything is in the kernel then: the table, the classes, and the orders of before that still hold. */
	static async start(options: EnforcerOptions): Promise<Enforcer | Refusal> {
		for (const rule of options.policy.rules) {
			const refusal = ruleLocksOut(rule, options.management);
			if (refusal !== undefined) return refusal;
		}
		const { owner, orders, temporary } = readState(options.state);
		if (owner !== undefined && runs(owner))
			return { refused: 'watch.act.busy', detail: `process ${owner.pid}` };
		hurry();
		const enforcer = new Enforcer(options);
		const refusal = (await clearKernel()) ?? (await enforcer.#begin(orders, temporary));
		if (refusal === undefined) return enforcer;
		await clearKernel();
		return refusal;
	}

	/** `shaped`, or a sentence that says why flows are not slowed down by a queue; undefined: none was to be yet. */
	get how(): string | undefined {
		return this.#kernel.how;
	}

	/** Something is on its way into the kernel. */
	get isBusy(): boolean {
		return this.#working !== undefined;
	}

	/** What the rules say of a flow; carried out at once, and taken back where they said otherwise before. */
	decide(facts: FlowFacts): Decision | undefined {
		const { source, sourcePort, destination, destinationPort, protocol } = facts;
		const flow: FiveTuple = { source, sourcePort, destination, destinationPort, protocol };
		const now = this.#options.now();
		const byHand = this.#byHand(flow, now);
		if (byHand !== undefined) return byHand;
		const decision = this.#book.decide(facts, now);
		const target = { flow };
		if (decision === undefined || (decision.action !== 'block' && decision.action !== 'throttle')) {
			if (decision !== undefined) this.#book.decided(decision.rule, now);
			if (this.#order(target, now) !== undefined) this.#wish(target, undefined);
			return decision;
		}
		const rule = this.#book.named(decision.rule)!;
		const refusal =
			targetLocksOut(target, this.#options.management) ??
			this.#wish(target, { target, rule, until: now + decision.seconds! * 1000 });
		if (refusal === undefined) {
			this.#book.decided(decision.rule, now);
			return decision;
		}
		this.#options.trouble(refusal);
		return undefined;
	}

	/** What a person wants now. Answers the name of the temporary rule. */
	order(target: Target, act: Act, seconds: number): string | Refusal {
		const now = this.#options.now();
		if (keysOf(target) === undefined) return { refused: 'watch.act.target' };
		const lockout = targetLocksOut(target, this.#options.management);
		if (lockout !== undefined) return lockout;
		const temporary = { target, ...act, until: now + seconds * 1000 };
		const rule = this.#ledger.nameOf(target) === undefined ? undefined : this.#book.add(temporary, now);
		if (rule === undefined) return { refused: 'watch.act.full' };
		this.#file.add([{ temporary }]);
		this.#newRules.push(rule);
		this.#wish(target, { target, rule, until: temporary.until });
		this.#book.decided(rule.rule.name, now);
		return rule.rule.name;
	}

	/** Ends a temporary rule before its time; false: there is none of that name. */
	end(name: string): boolean {
		const target = this.#book.remove(name);
		if (target === undefined) return false;
		this.#file.add([{ temporary: { target, action: 'block', until: 0 } }]);
		this.#wish(target, undefined);
		return true;
	}

	/** With what the kernel had counted when count() asked it last. */
	rules(): RuleCount[] {
		const now = this.#options.now();
		const live = new Map<number, number>();
		for (const { rule } of this.#ledger.live(now)) live.set(rule.number, (live.get(rule.number) ?? 0) + 1);
		return this.#book.counts(live, now);
	}

	/** Orders that hold: so a record and its rule find each other. */
	orders(): Remembered[] {
		const live = [...this.#ledger.live(this.#options.now())];
		return live.map(({ target, rule, until }) => ({ target, rule: rule.rule.name, until }));
	}

	/** Reads the kernel's counters. */
	async count(): Promise<void> {
		const now = this.#options.now();
		for (const { number, packets, bytes } of await this.#kernel.counters())
			this.#book.counted(number, packets, bytes, now);
	}

	/** Lifts all orders, also those by hand. The policy goes on to make new ones. */
	async clear(): Promise<void> {
		await this.settled();
		const live = this.orders();
		for (const { rule, target } of live) if (!this.end(rule)) this.#wish(target, undefined);
		await this.settled();
	}

	/** All that was ordered until now is in the kernel. */
	async settled(): Promise<void> {
		while (this.#working !== undefined) await this.#working;
	}

	/** Takes everything out of the kernel. */
	async close(): Promise<void> {
		if (this.#closed) return;
		await this.settled();
		this.#closed = true;
		await this.count();
		const refusal = await clearKernel();
		this.#remember(false);
		this.#file.close();
		if (refusal !== undefined) this.#options.trouble(refusal);
	}

	async #begin(orders: readonly Remembered[], temporary: readonly Temporary[]): Promise<Refusal | undefined> {
		const now = this.#options.now();
		const wanted = new Map<string, Wanted>();
		const want = (rule: Numbered | undefined, target: Target, until: number): void => {
			const name = this.#ledger.nameOf(target);
			if (name === undefined || targetLocksOut(target, this.#options.management) !== undefined) return;
			wanted.delete(name);
			const { action } = rule?.rule ?? {};
			if (rule !== undefined && until > now && (action === 'block' || action === 'throttle'))
				wanted.set(name, { rule, target, until });
		};
		for (const { rule, target, until } of orders) want(this.#book.named(rule), target, until);
		for (const one of temporary) {
			const rule = keysOf(one.target) === undefined ? undefined : this.#book.add(one, now);
			want(rule, one.target, one.until);
		}
		await this.#kernel.shape(this.#book.classes);
		this.#ledger.ingress = this.#kernel.how === 'shaped';
		this.#ledger.take([...wanted.values()], now);
		const refusal = await this.#whole();
		return refusal ?? this.#remember(true);
	}

	/** What a person ordered of a flow, or of one of its hosts. */
	#byHand(flow: FiveTuple, now: number): Decision | undefined {
		if (!this.#book.hasTemporary) return undefined;
		for (const target of [{ host: flow.source }, { host: flow.destination }, { flow }]) {
			const { name, action, rateBits, seconds } = this.#order(target, now)?.rule.rule ?? {};
			if (name === undefined || action === undefined || !this.#book.isTemporary(name)) continue;
			return { rule: name, action, seconds: seconds!, ...(rateBits === undefined ? {} : { rateBits }) };
		}
		return undefined;
	}

	/** What holds of a target, or is about to. */
	#order(target: Target, now: number): Wanted | undefined {
		const name = this.#ledger.nameOf(target);
		const wish = name === undefined ? undefined : this.#wishes.get(name);
		return wish === undefined ? this.#ledger.of(target, now) : wish.order;
	}

	#wish(target: Target, order: Wanted | undefined): Refusal | undefined {
		const name = this.#ledger.nameOf(target);
		if (name === undefined) return { refused: keysOf(target) ? 'watch.act.full' : 'watch.act.target' };
		this.#wishes.set(name, { target, order });
		this.#working ??= this.#work();
		return undefined;
	}

	async #work(): Promise<void> {
		// The rest of this turn belongs to the same batch.
		await scheduler.yield();
		while (this.#wishes.size > 0 && !this.#closed) await this.#batch([...this.#wishes.values()]);
		this.#working = undefined;
	}

	async #batch(wishes: readonly Wish[]): Promise<void> {
		this.#wishes = new Map();
		const rules = this.#newRules;
		this.#newRules = [];
		const now = this.#options.now();
		const orders = wishes.flatMap(({ order }) => order ?? []);
		const lifted = wishes.filter(({ order }) => order === undefined).map(({ target }) => target);
		const unshaped = await this.#kernel.shape(this.#book.classes);
		if (unshaped !== undefined) this.#options.trouble({ refused: 'watch.act.failed', detail: unshaped });
		this.#ledger.ingress = this.#kernel.how === 'shaped';
		const gone = this.#ledger.lift(lifted, now);
		const { lines, stale } = this.#ledger.take(orders, now);
		const refused =
			!this.#kernel.isWhole || (await this.#kernel.change(rules, [...gone, ...lines])) !== undefined;
		const refusal = refused ? await this.#whole() : undefined;
		if (refusal !== undefined) this.#options.trouble(refusal);
		// A blocked host may have had flows in any of them.
		const isHost = orders.some(({ target, rule }) => 'host' in target && rule.rule.action === 'block');
		const classes = this.#book.classes.filter(({ minor }) => isHost || stale.has(minor));
		const full = await this.#kernel.empty(classes);
		if (full !== undefined) this.#options.trouble({ refused: 'watch.act.failed', detail: full });
		this.#file.add([
			...lifted.map((target) => ({ order: { target, rule: '', until: 0 } })),
			...orders
				.filter(({ rule }) => !this.#book.isTemporary(rule.rule.name))
				.map(({ target, rule, until }) => ({ order: { target, rule: rule.rule.name, until } })),
		]);
		if (this.#file.isStale(this.#ledger.size)) this.#remember(true);
	}

	/** The whole table from the ledger. */
	async #whole(): Promise<Refusal | undefined> {
		await this.count();
		this.#book.recount();
		return this.#kernel.replace({
			rules: this.#book.rules,
			local: this.#options.policy.local,
			management: this.#options.management,
			elements: this.#ledger.elements(this.#options.now()),
		});
	}

	#remember(acting: boolean): Refusal | undefined {
		const now = this.#options.now();
		const temporary = this.#book.temporaries(now);
		const orders = this.orders().filter(({ rule }) => !this.#book.isTemporary(rule));
		const owner = { pid: process.pid, started: startOf(process.pid) ?? '' };
		try {
			this.#file.rewrite({ ...(acting ? { owner } : {}), orders, temporary });
			return undefined;
		} catch (error) {
			return { refused: 'watch.act.failed', detail: (error as Error).message };
		}
	}
}

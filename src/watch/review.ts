/**
 * When a flow is judged by a policy; pure.
 *
 * - At its verdict, at once.
 * - Each second, where packets of it came since the last: once it is held to be something else than before (its
 *   surroundings may explain what its payload does not say), once it has moved more than a rule's `over`, and shortly
 *   before an order about it ends. A flow that nobody recognised is judged only where a rule asks for no network.
 * - All of them in the minute in which a rule's hours begin or end.
 *
 * What is found only when a flow has ended comes too late to act on, and is not judged.
 */
import { minuteOf } from '../policy/amounts.ts';
import { addressText } from './flows/address-text.ts';
import { TCP, UDP } from './flows/packet.ts';
import { FlowRecord } from './flows/record.ts';
import { bytesAB, bytesBA, type FlowTable, lastTick, serial } from './flows/table.ts';
import type { Decision, FlowFacts, Policy } from './policy.ts';
import type { Verdict } from './recognise/verdict.ts';

/** Seconds before the end of an order in which it is made anew, where the flow goes on. */
const renewal = 5;

interface Judged {
	/** What it was held to be. */
	readonly as: string;
	/** How many of the policy's volumes it had passed. */
	readonly stage: number;
	/** The rule that was found. */
	readonly rule: string | undefined;
	/** Second from which on it is judged again. */
	readonly again: number;
}

export class Review {
	readonly #decide: (facts: FlowFacts, second: number) => Decision | undefined;
	readonly #told: (flow: FlowRecord, verdict: Verdict | undefined, decision: Decision) => void;
	readonly #volumes: readonly number[];
	/** Minutes of the day. */
	readonly #edges: ReadonlySet<number>;
	/** Some rule holds for flows that nobody recognised. */
	readonly #asksForAll: boolean;
	readonly #judged = new Map<number, Judged>();
	readonly #record = new FlowRecord();
	#last = 0;
	#minute = -1;

	/** `told`: of a decision that is another than the last about this flow; the record is reused. */
	constructor(
		policy: Policy,
		decide: (facts: FlowFacts, second: number) => Decision | undefined,
		told: (flow: FlowRecord, verdict: Verdict | undefined, decision: Decision) => void,
	) {
		this.#decide = decide;
		this.#told = told;
		const matches = policy.rules.map(({ match }) => match);
		this.#volumes = [...new Set(matches.flatMap(({ over }) => over ?? []))].sort((one, other) => one - other);
		this.#edges = new Set(
			matches.flatMap(({ hours }) => (hours === undefined ? [] : [hours.from, hours.to % 1440])),
		);
		this.#asksForAll = matches.some(({ network, by }) => network === undefined && by === undefined);
	}

	/** At a verdict. */
	found(flow: FlowRecord, verdict: Verdict): Decision | undefined {
		return this.#judge(flow, verdict, Math.max(this.#last, flow.endSeconds));
	}

	second(table: FlowTable, verdictOf: (flow: number) => Verdict | undefined): void {
		const { ints, doubles, now } = table;
		const turned = this.#turns(now);
		const last = this.#last;
		this.#last = now;
		table.each((flow) => {
			if (!turned && ints[flow + lastTick]! < last) return;
			const verdict = verdictOf(flow);
			if (verdict === undefined && !this.#asksForAll) return;
			const before = this.#judged.get(ints[flow + serial]! >>> 0);
			const bytes = doubles[(flow + bytesAB) >> 1]! + doubles[(flow + bytesBA) >> 1]!;
			const isSame =
				before !== undefined && before.as === nameOf(verdict) && before.stage === this.#stage(bytes);
			if (isSame && !turned && now < before.again) return;
			this.#record.fill(table, flow);
			this.#judge(this.#record, verdict, now);
		});
	}

	ended(flow: FlowRecord): void {
		this.#judged.delete(flow.serial);
	}

	#judge(flow: FlowRecord, verdict: Verdict | undefined, second: number): Decision | undefined {
		const { source, destination, addressLength, protocol, sourcePort, destinationPort } = flow;
		if (protocol !== TCP && protocol !== UDP) return undefined;
		const bytes = flow.bytesToServer + flow.bytesToClient;
		const decision = this.#decide(
			{
				source: addressText(source, addressLength),
				sourcePort,
				destination: addressText(destination, addressLength),
				destinationPort,
				protocol: protocol === TCP ? 'tcp' : 'udp',
				bytes,
				...(verdict === undefined ? {} : { network: verdict.network, by: verdict.by }),
			},
			second,
		);
		const before = this.#judged.get(flow.serial);
		const seconds = decision?.seconds ?? Number.POSITIVE_INFINITY;
		this.#judged.set(flow.serial, {
			as: nameOf(verdict),
			stage: this.#stage(bytes),
			rule: decision?.rule,
			again: second + Math.max(seconds / 2, seconds - renewal),
		});
		if (decision !== undefined && decision.rule !== before?.rule) this.#told(flow, verdict, decision);
		return decision;
	}

	#stage(bytes: number): number {
		let stage = 0;
		while (stage < this.#volumes.length && bytes > this.#volumes[stage]!) stage++;
		return stage;
	}

	/** Whether hours of a rule began or ended since it was asked last. */
	#turns(second: number): boolean {
		const minute = minuteOf(second * 1000);
		if (this.#edges.size === 0 || minute === this.#minute) return false;
		const from = this.#minute;
		this.#minute = minute;
		if (from === -1) return false;
		for (const edge of this.#edges) {
			const isPast = from < minute ? edge > from && edge <= minute : edge > from || edge <= minute;
			if (isPast) return true;
		}
		return false;
	}
}

function nameOf(verdict: Verdict | undefined): string {
	return verdict === undefined ? '' : `${verdict.network} ${verdict.by}`;
}

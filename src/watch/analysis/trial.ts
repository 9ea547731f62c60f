/**
 * A policy tried on the flows of an analysis: nothing is done. Each row gets the number of the rule that would have
 * met it, so that a record leads to its rule and a rule to its records.
 *
 * A flow is judged as it was at its end, with all that it moved: a condition `over` would have held from the byte on
 * that went over it, and the sums say what the flows moved as a whole.
 */

import { type Range, rangeOf } from '../../policy/ranges.ts';
import { type Policy, ruleFor } from '../policy.ts';
import { blockRows, grounds, type Rows } from './rows.ts';

/** Addresses of IPv6 that were read last. */
const mostRanges = 65_536;
/** A block of rows is a whole number of these. */
const stepRows = 16_384;

export interface RuleTrial {
	readonly rule: string;
	readonly action: Policy['rules'][number]['action'];
	readonly rateBits?: number;
	readonly flows: number;
	readonly bytes: number;
}

export class Trial {
	readonly policy: Policy;
	readonly #rows: Rows;
	readonly #minuteOf: (milliseconds: number) => number;
	readonly #flows: number[];
	readonly #bytes: number[];
	readonly #ranges = new Map<number, Range>();
	/** A flow that has no network can be met by one of the rules. */
	readonly #all: boolean;
	#next = 0;

	/** `minuteOf`: minute of the day of a time, by the clock on the wall. */
	constructor(policy: Policy, rows: Rows, minuteOf: (milliseconds: number) => number) {
		this.policy = policy;
		this.#rows = rows;
		this.#minuteOf = minuteOf;
		this.#flows = policy.rules.map(() => 0);
		this.#bytes = policy.rules.map(() => 0);
		this.#all = policy.rules.some(({ match }) => match.network === undefined && match.by === undefined);
	}

	/** Judges some rows that have not been judged: few enough that nobody waits. False: there are none left. */
	step(): boolean {
		const rows = this.#rows;
		if (this.#next >= rows.count) return false;
		const block = rows.block(this.#next);
		const end = Math.min(block.count, (this.#next % blockRows) + stepRows);
		for (let at = this.#next % blockRows; at < end; at++) {
			block.rule[at] = this.#judge(block, at);
			this.#count(block, at, 1);
		}
		this.#next = block.from + end;
		return this.#next < rows.count;
	}

	/** A row that was judged is about to change (`change` does it): it is judged again. */
	again(row: number, change: () => void): void {
		const block = this.#rows.block(row);
		const at = row - block.from;
		if (row >= this.#next) return change();
		this.#count(block, at, -1);
		change();
		block.rule[at] = this.#judge(block, at);
		this.#count(block, at, 1);
	}

	get judged(): number {
		return this.#next;
	}

	rules(): RuleTrial[] {
		return this.policy.rules.map(({ name, action, rateBits }, index) => ({
			rule: name,
			action,
			...(rateBits === undefined ? {} : { rateBits }),
			flows: this.#flows[index]!,
			bytes: this.#bytes[index]!,
		}));
	}

	#count(block: Rows['blocks'][number], at: number, times: 1 | -1): void {
		const number = block.rule[at]!;
		if (number === 0) return;
		this.#flows[number - 1]! += times;
		this.#bytes[number - 1]! += times * block.bytes(at);
	}

	#judge(block: Rows['blocks'][number], at: number): number {
		const network = block.network[at]!;
		if (network === 0 && !this.#all) return 0;
		const protocol = block.protocol[at]!;
		if (protocol !== 6 && protocol !== 17) return 0;
		const is6 = block.is6(at);
		const by = grounds[block.by(at)]!;
		const rule = ruleFor(
			this.policy,
			this.#range(block.source[at]!, is6),
			this.#range(block.destination[at]!, is6),
			{
				sourcePort: block.sourcePort[at]!,
				destinationPort: block.destinationPort[at]!,
				protocol: protocol === 6 ? 'tcp' : 'udp',
				...(network === 0 ? {} : { network: this.#rows.networks.texts[network]! }),
				...(by === '' ? {} : { by }),
				bytes: block.bytes(at),
			},
			this.#minuteOf(block.start[at]!),
		);
		return rule === undefined ? 0 : this.policy.rules.indexOf(rule) + 1;
	}

	/** Most of the time goes into these: an IPv4 address is not read from its text. */
	#range(address: number, is6: boolean): Range {
		if (!is6) {
			const bytes = [address >>> 24, (address >> 16) & 255, (address >> 8) & 255, address & 255];
			return { version: 4, text: '', bytes, bits: 32 };
		}
		const known = this.#ranges.get(address);
		if (known !== undefined) return known;
		const range = rangeOf(this.#rows.addressText(address, is6))!;
		if (this.#ranges.size >= mostRanges) this.#ranges.clear();
		this.#ranges.set(address, range);
		return range;
	}
}

/**
 * One alert a host and network in 60 s: a servent speaks to hundreds of peers, and who reads alerts needs to know
 * of the host, not of each peer. Each flow has its record anyway. (The rule sets for other systems limit theirs
 * the same way: `type limit, track by_src, count 1, seconds 60`.)
 */
import type { FlowRecord } from '../flows/record.ts';
import { PairTable } from '../recognise/pair-table.ts';
import type { Verdict } from '../recognise/verdict.ts';

export const alertSeconds = 60;
/** Hosts and networks that are remembered. */
const most = 1 << 17;

export class AlertLimit extends PairTable {
	readonly #networks = new Map<string, number>();
	/** The second of the last alert. */
	readonly #last = new Float64Array(most);

	constructor() {
		super(most);
	}

	isDue({ source, addressLength, endSeconds }: FlowRecord, { network }: Verdict): boolean {
		let number = this.#networks.get(network);
		if (number === undefined) {
			number = this.#networks.size;
			this.#networks.set(network, number);
		}
		const host = keyOf(source, addressLength);
		let entry = this.find(host, number);
		if (entry >= 0 && Math.abs(endSeconds - this.#last[entry]!) < alertSeconds) return false;
		if (entry < 0) entry = this.place(host, number);
		this.#last[entry] = endSeconds;
		return true;
	}

	protected override moved(from: number, to: number): void {
		this.#last[to] = this.#last[from]!;
	}
}

/** Two IPv6 addresses may rarely share a key: then one of two alerts is left out. */
function keyOf(address: Uint8Array, length: number): number {
	let key = length;
	for (let index = 0; index < length; index++) key = (Math.imul(key, 0x01000193) ^ address[index]!) | 0;
	return key;
}

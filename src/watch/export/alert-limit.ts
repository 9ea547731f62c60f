/**
 * One alert a host and network in 60 s: a servent speaks to hundreds of peers, and who reads alerts needs to know
 * of the host, not of each peer. Each flow has its record anyway. (The rule sets for other systems limit theirs
 * the same way: `type limit, track by_src, count 1, seconds 60`.)
 */
import type { FlowRecord } from '../flows/record.ts';
import type { Verdict } from '../recognise/verdict.ts';

export const alertSeconds = 60;
const most = 65_536;

export class AlertLimit {
	/** Host and network to the second of the last alert. */
	readonly #last = new Map<string, Map<number, number>>();

	isDue({ source, addressLength, endSeconds }: FlowRecord, { network }: Verdict): boolean {
		let hosts = this.#last.get(network);
		if (hosts === undefined) {
			hosts = new Map();
			this.#last.set(network, hosts);
		}
		const host = keyOf(source, addressLength);
		const last = hosts.get(host);
		if (last !== undefined && Math.abs(endSeconds - last) < alertSeconds) return false;
		if (hosts.size >= most) hosts.delete(hosts.keys().next().value!);
		hosts.set(host, endSeconds);
		return true;
	}
}

/** Two IPv6 addresses may rarely share a key: then one of two alerts is left out. */
function keyOf(address: Uint8Array, length: number): number {
	let key = length;
	for (let index = 0; index < length; index++) key = (Math.imul(key, 0x01000193) ^ address[index]!) | 0;
	return key;
}

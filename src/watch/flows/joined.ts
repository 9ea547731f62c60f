/**
 * One-way records become flows of two directions again: whichever began first is the opener's. A flow is complete
 * when both have come, or 60 s of export time later; at most 262,144 wait.
 */
import type { OneWay } from '../capture/netflow.ts';
import { addressText } from './address-text.ts';
import { FlowRecord } from './record.ts';

const most = 1 << 18;
const waitSeconds = 60;

export class JoinedFlows {
	/** `since`: the latest end that had been told when it came. Its own end may be long past: exporters hold flows back. */
	readonly #waiting = new Map<string, { readonly one: OneWay; readonly since: number }>();
	readonly #ended: (flow: FlowRecord) => void;
	readonly #record = new FlowRecord();
	#now = 0;
	#serial = 0;

	/** The record is reused. */
	constructor(ended: (flow: FlowRecord) => void) {
		this.#ended = ended;
	}

	add(one: OneWay): void {
		const reverse = keyOf(one.destination, one.destinationPort, one.source, one.sourcePort, one.protocol);
		const other = this.#waiting.get(reverse)?.one;
		if (other !== undefined) {
			this.#waiting.delete(reverse);
			return one.start < other.start ? this.#tell(one, other) : this.#tell(other, one);
		}
		const key = keyOf(one.source, one.sourcePort, one.destination, one.destinationPort, one.protocol);
		const before = this.#waiting.get(key)?.one;
		if (before !== undefined) {
			this.#waiting.delete(key);
			this.#tell(before, undefined);
		}
		this.#now = Math.max(this.#now, one.end);
		this.#waiting.set(key, { one, since: this.#now });
		for (const [oldest, waiting] of this.#waiting) {
			if (this.#waiting.size <= most && this.#now - waiting.since < waitSeconds) break;
			this.#waiting.delete(oldest);
			this.#tell(waiting.one, undefined);
		}
	}

	end(): void {
		for (const { one } of this.#waiting.values()) this.#tell(one, undefined);
		this.#waiting.clear();
	}

	#tell(there: OneWay, back: OneWay | undefined): void {
		const record = this.#record;
		record.version = there.source.length === 4 ? 4 : 6;
		record.addressLength = there.source.length;
		record.source.set(there.source);
		record.destination.set(there.destination);
		record.protocol = there.protocol;
		record.sourcePort = there.sourcePort;
		record.destinationPort = there.destinationPort;
		const end = Math.max(there.end, back?.end ?? 0);
		record.startSeconds = Math.floor(there.start);
		record.startMicroseconds = Math.floor((there.start % 1) * 1e6);
		record.endSeconds = Math.floor(end);
		record.endMicroseconds = Math.floor((end % 1) * 1e6);
		record.packetsToServer = there.packets;
		record.packetsToClient = back?.packets ?? 0;
		record.bytesToServer = there.bytes;
		record.bytesToClient = back?.bytes ?? 0;
		record.flagsToServer = there.tcpFlags;
		record.flagsToClient = back?.tcpFlags ?? 0;
		// Without payload counts: more bytes than headers of the packets take.
		record.payloadToServer = there.bytes > there.packets * 60;
		record.payloadToClient = back !== undefined && back.bytes > back.packets * 60;
		record.closed = true;
		record.serial = ++this.#serial;
		this.#ended(record);
	}
}

function keyOf(
	source: Uint8Array,
	sourcePort: number,
	destination: Uint8Array,
	destinationPort: number,
	protocol: number,
): string {
	const from = addressText(source, source.length);
	return `${from}:${sourcePort}>${addressText(destination, destination.length)}:${destinationPort}/${protocol}`;
}

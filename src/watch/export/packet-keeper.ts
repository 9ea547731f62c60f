/**
 * Keeps the first packets of recognised flows in a pcapng file, with the reason as a comment on the first.
 *
 * A verdict comes after some packets, so the last ones of all flows wait in a ring of 16 MiB; at a verdict the
 * flow's own are taken out of it. What was pushed out of the ring before is missing, and the comment says so.
 */
import type { CaptureWriter } from '../capture/pcapng-writer.ts';
import type { Verdict } from '../recognise/verdict.ts';

const ringBytes = 16 << 20;
const ringPackets = 1 << 15;
/** Fields of a packet in the ring: flow, position, length, wire length, link, seconds, microseconds. */
const fields = 7;

export class PacketKeeper {
	readonly #writer: CaptureWriter;
	readonly #most: number;
	readonly #ring = new Uint8Array(ringBytes);
	readonly #index = new Float64Array(ringPackets * fields).fill(-1);
	/** Bytes put into the ring so far, the skipped ends of rounds included: a position never comes twice. */
	#position = 0;
	#next = 0;
	/** Packets that may still be kept, by flow. */
	readonly #left = new Map<number, number>();

	/** At most `most` packets a flow. */
	constructor(writer: CaptureWriter, most: number) {
		this.#writer = writer;
		this.#most = most;
	}

	/** After the packet was looked at. `flow` is the flow's serial number. */
	packet(
		flow: number,
		bytes: Uint8Array,
		from: number,
		to: number,
		wireLength: number,
		link: number,
		seconds: number,
		microseconds: number,
	): void {
		const length = to - from;
		if (length > ringBytes) return;
		const left = this.#left.get(flow);
		if (left !== undefined) {
			if (left <= 0) return;
			this.#left.set(flow, left - 1);
			this.#writer.packet(bytes, from, to, wireLength, link, seconds, microseconds);
			return;
		}
		const into = this.#position % ringBytes;
		if (into + length > ringBytes) this.#position += ringBytes - into;
		this.#ring.set(bytes.subarray(from, to), this.#position % ringBytes);
		const at = this.#next * fields;
		this.#index[at] = flow;
		this.#index[at + 1] = this.#position;
		this.#index[at + 2] = length;
		this.#index[at + 3] = wireLength;
		this.#index[at + 4] = link;
		this.#index[at + 5] = seconds;
		this.#index[at + 6] = microseconds;
		this.#position += length;
		this.#next = (this.#next + 1) % ringPackets;
	}

	/** The packet that brought the verdict comes to packet() after this. */
	recognised(flow: number, { network, by, evidence }: Verdict): void {
		let comment = `${network} by ${by}: ${evidence}`;
		let left = this.#most;
		for (let count = 0; count < ringPackets && left > 1; count++) {
			const at = ((this.#next + count) % ringPackets) * fields;
			const position = this.#index[at + 1]!;
			if (this.#index[at] !== flow || position < this.#position - ringBytes) continue;
			const from = position % ringBytes;
			const length = this.#index[at + 2]!;
			const [wireLength, link] = [this.#index[at + 3]!, this.#index[at + 4]!];
			this.#writer.packet(
				this.#ring,
				from,
				from + length,
				wireLength,
				link,
				this.#index[at + 5]!,
				this.#index[at + 6]!,
				comment,
			);
			comment = '';
			left--;
		}
		this.#left.set(flow, left);
	}

	ended(flow: number): void {
		this.#left.delete(flow);
	}
}

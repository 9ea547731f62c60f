/**
 * The first packets of one flow, read from its capture again: no packet is kept for the flows that nobody asks about.
 */
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import type { PacketSink } from '../capture/packet-sink.ts';
import { readAhead } from '../capture/read-ahead.ts';
import { decode } from '../flows/decode.ts';
import { Packet, TCP, UDP } from '../flows/packet.ts';

const mostPackets = 16;
const mostBytes = 512;
/** Packets of a capture may stand out of their order by so many seconds. */
const disorder = 60;

/** Which flow. Addresses are the four words of a packet (flows/packet.ts). */
export interface Sought {
	readonly source: readonly number[];
	readonly destination: readonly number[];
	readonly sourcePort: number;
	readonly destinationPort: number;
	readonly protocol: number;
	/** Seconds of the capture. */
	readonly from: number;
	readonly to: number;
}

export interface FlowPacket {
	/** Milliseconds since the epoch. */
	readonly at: number;
	readonly fromOpener: boolean;
	/** Of its payload: on the wire, and the first bytes of it, in hex. */
	readonly length: number;
	readonly hex: string;
}

/** At most 16 packets that have a payload. */
export async function packetsOf(file: string, sought: Sought): Promise<FlowPacket[] | Refusal> {
	const over = new AbortController();
	const sink = new Seeker(sought, () => over.abort());
	const end = await readAhead(file, sink, over.signal);
	return isRefusal(end) ? end : sink.found;
}

class Seeker implements PacketSink {
	readonly found: FlowPacket[] = [];
	readonly #packet = new Packet();
	readonly #sought: Sought;
	readonly #enough: () => void;

	constructor(sought: Sought, enough: () => void) {
		this.#sought = sought;
		this.#enough = enough;
	}

	packet(
		bytes: Uint8Array,
		from: number,
		to: number,
		_wireLength: number,
		link: number,
		seconds: number,
		microseconds: number,
	): void {
		const { found } = this;
		const sought = this.#sought;
		if (seconds > sought.to + disorder) this.#enough();
		if (seconds < sought.from || seconds > sought.to || found.length >= mostPackets) return;
		const packet = this.#packet;
		decode(packet, bytes, from, to, link);
		if (packet.version === 0 || packet.payloadLength <= 0 || packet.fragment !== 0) return;
		const way = wayOf(packet, sought);
		if (way === undefined) return;
		const captured = bytes.subarray(packet.payload, Math.min(packet.payloadEnd, packet.payload + mostBytes));
		found.push({
			at: seconds * 1000 + microseconds / 1000,
			fromOpener: way,
			length: packet.payloadLength,
			hex: Buffer.from(captured).toString('hex'),
		});
		if (found.length >= mostPackets) this.#enough();
	}
}

/** True: from the opener; undefined: of another flow. */
function wayOf(packet: Packet, sought: Sought): boolean | undefined {
	if (packet.protocol !== sought.protocol) return undefined;
	const { source, destination, sourcePort, destinationPort } = sought;
	const ported = packet.protocol === TCP || packet.protocol === UDP;
	const fits = (one: readonly number[], other: readonly number[], first: number, second: number): boolean =>
		packet.source0 === one[0] &&
		packet.source1 === one[1] &&
		packet.source2 === one[2] &&
		packet.source3 === one[3] &&
		packet.destination0 === other[0] &&
		packet.destination1 === other[1] &&
		packet.destination2 === other[2] &&
		packet.destination3 === other[3] &&
		(!ported || (packet.sourcePort === first && packet.destinationPort === second));
	if (fits(source, destination, sourcePort, destinationPort)) return true;
	return fits(destination, source, destinationPort, sourcePort) ? false : undefined;
}

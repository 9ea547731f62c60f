/**
 * Later fragments of a packet have no ports: they get those of the first fragment, which suffices for counting.
 * At most 1,024 packets are remembered, the oldest forgotten first; what cannot be placed is counted as odd.
 */
import { orphan, type Packet } from './packet.ts';

const most = 1024;

export class Fragments {
	/** Both ports in one number. */
	readonly #ports = new Map<string, number>();

	/** Gives a fragment its ports; returns false (and makes it odd) where the first one was not seen. */
	settle(packet: Packet): boolean {
		const { source0, source1, source2, source3, destination0, destination1, destination2, destination3 } =
			packet;
		const from = `${source0},${source1},${source2},${source3}`;
		const to = `${destination0},${destination1},${destination2},${destination3}`;
		const key = `${from}>${to}#${packet.fragmentId}/${packet.protocol}`;
		if (packet.fragment === 0) {
			if (this.#ports.size >= most) this.#ports.delete(this.#ports.keys().next().value!);
			this.#ports.set(key, packet.sourcePort * 65536 + packet.destinationPort);
			return true;
		}
		const ports = this.#ports.get(key);
		if (ports === undefined) {
			packet.version = 0;
			packet.odd = orphan;
			return false;
		}
		packet.sourcePort = Math.floor(ports / 65536);
		packet.destinationPort = ports % 65536;
		return true;
	}
}

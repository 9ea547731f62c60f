/**
 * What every source of packets (a capture file, standard input, a live ring) hands on: one call a packet,
 * no object a packet. The bytes belong to the source and are overwritten after the call.
 */
export interface PacketSink {
	/**
	 * Bytes [from, to) of `bytes` are the captured part of a packet that was `wireLength` bytes long; `link` is
	 * its LINKTYPE (tcpdump.org/linktypes.html); the time is split so that both parts stay small integers.
	 */
	packet(
		bytes: Uint8Array,
		from: number,
		to: number,
		wireLength: number,
		link: number,
		seconds: number,
		microseconds: number,
	): void;
}

/** How a source ended, and what it had to leave out. */
export interface CaptureEnd {
	readonly packets: number;
	/** Bytes of packets as captured. */
	readonly bytes: number;
	/** Packets that the kernel or the interface dropped, as far as the source says. */
	readonly dropped: number;
	/** A sentence where the source was damaged or cut; reading stopped there. */
	readonly damage?: string;
}

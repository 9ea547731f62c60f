/**
 * Live packets from a ring that the kernel fills (TPACKET_V3, linux/if_packet.h).
 *
 * The ring is 32 blocks of 1 MiB. The kernel puts packets into one block after the other, and hands a block over
 * when it is full, or 50 ms after its first packet. A block is ours until its status word is set back; packets
 * are read where they lie, and no call to the kernel is made while blocks are ready. When all are ours and unread,
 * the kernel drops packets and counts them.
 *
 *     block   +8 status  +12 packets  +16 offset of the first
 *     packet  +0 offset of the next  +4 seconds  +8 nanoseconds  +12 bytes here  +16 bytes on the wire
 *             +24 (16 bits) offset of its bytes  +58 (8 bits) kind, of the struct sockaddr_ll at +48
 *
 * The status is shared with the kernel, so it is read and written by Atomics: everything that the kernel wrote
 * before it is then seen. The other words are the kernel's, which is trusted; a ring that makes no sense is a
 * mistake of ours and throws.
 *
 * On loopback each packet comes twice, as it leaves and as it arrives: the leaving one is passed over. VLAN tags are
 * taken off by the kernel before they come here.
 *
 * Waiting blocks the thread. A worker that does nothing else may use run(); where messages and timers should get
 * their turn, poll() is called in rounds (live.ts). A worker must end by itself: terminate() would leave the socket
 * and its memory behind until the process ends.
 */
import type { PacketSink } from './packet-sink.ts';
import { blockMilliseconds, blockSize, blocks, PacketSocket, type RingOptions } from './packet-socket.ts';

const blockWords = blockSize / 4;
const KERNEL = 0;
const USER = 1;
const OUTGOING = 4;
const shortestHeader = 68;

/** How long a round waits for packets: that late a wish to stop is seen. */
export const roundMilliseconds = 20;

export class Ring {
	/** Packets and bytes that were handed on. */
	packets = 0;
	bytes = 0;
	readonly #socket: PacketSocket;
	readonly #bytes: Uint8Array;
	readonly #shorts: Uint16Array;
	readonly #words: Int32Array;
	#block = 0;
	#dropped = 0;
	#gone = false;
	#closed = false;

	/** Throws NoCapture where there can be no ring. */
	constructor(options: RingOptions) {
		this.#socket = new PacketSocket(options);
		this.#bytes = new Uint8Array(this.#socket.memory);
		this.#shorts = new Uint16Array(this.#socket.memory);
		this.#words = new Int32Array(this.#socket.memory);
	}

	/** The interface no longer exists, and all its packets were handed on. */
	get gone(): boolean {
		return this.#gone;
	}

	/** Until `until` says so, asked after each round, or the interface is gone. Blocks the thread meanwhile. */
	run(sink: PacketSink, until: () => boolean): void {
		while (!this.#gone && !until()) this.poll(sink, roundMilliseconds);
		this.rest(sink);
	}

	/**
	 * One round: hands on what is there, or else waits that long for it. At most once around the ring. Returns how
	 * many packets were handed on.
	 */
	poll(sink: PacketSink, milliseconds: number): number {
		const before = this.packets;
		if (!this.#ready()) {
			this.#socket.wait(milliseconds);
			if (!this.#ready()) this.#gone = this.#over();
		}
		for (let count = 0; count < blocks && this.#ready(); count++) this.#hand(sink);
		return this.packets - before;
	}

	/** Hands on the packets that the kernel still holds back in a block that is not full. */
	rest(sink: PacketSink): void {
		if (!this.#gone) this.poll(sink, 2 * blockMilliseconds);
	}

	/** So far: packets that the kernel took for us, and those that it dropped because the ring was full. */
	drops(): { readonly packets: number; readonly dropped: number } {
		if (!this.#closed) this.#dropped += this.#socket.newlyDropped();
		return { packets: this.packets, dropped: this.#dropped };
	}

	/** Gives socket and memory back. Bytes that a sink still looks at are gone: its views are empty. */
	close(): void {
		if (this.#closed) return;
		this.drops();
		this.#closed = true;
		this.#socket.close();
	}

	/** The interface is gone, and since then a block had time enough to be handed over, and none was. */
	#over(): boolean {
		return this.#socket.gone && !this.#socket.wait(2 * blockMilliseconds) && !this.#ready();
	}

	#ready(): boolean {
		if (this.#closed) throw new Error('a closed ring was asked for packets');
		return (Atomics.load(this.#words, this.#block * blockWords + 2) & USER) !== 0;
	}

	#hand(sink: PacketSink): void {
		const words = this.#words;
		const status = this.#block * blockWords + 2;
		const from = this.#block * blockSize;
		const count = words[status + 1]!;
		let at = from + words[status + 2]!;
		for (let index = 0; index < count; index++) {
			if (at + shortestHeader > from + blockSize) throw new Error(`packet ${index} lies outside its block`);
			this.#packet(sink, at, from + blockSize);
			at += words[at >> 2]!;
		}
		Atomics.store(words, status, KERNEL);
		this.#block = (this.#block + 1) % blocks;
		// The kernel counts in 32 bits: asked once around, that is enough.
		if (this.#block === 0) this.drops();
	}

	#packet(sink: PacketSink, at: number, end: number): void {
		if (this.#socket.loopback && this.#bytes[at + 58] === OUTGOING) return;
		const words = this.#words;
		const word = at >> 2;
		const from = at + this.#shorts[(at + 24) >> 1]!;
		const to = from + words[word + 3]!;
		if (to > end) throw new Error(`a packet of ${words[word + 3]} bytes lies outside its block`);
		this.packets++;
		this.bytes += to - from;
		const microseconds = (words[word + 2]! / 1000) | 0;
		sink.packet(
			this.#bytes,
			from,
			to,
			words[word + 4]!,
			this.#socket.link,
			words[word + 1]! >>> 0,
			microseconds,
		);
	}
}

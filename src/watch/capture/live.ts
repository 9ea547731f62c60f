/**
 * Packets of a network interface as they pass: by the kernel's ring (ring.ts), or, where there can be none, by
 * tcpdump (tcpdump.ts).
 *
 * | koffi loads | CAP_NET_RAW | tcpdump runs and may capture | how |
 * |---|---|---|---|
 * | yes | yes | either | ring |
 * | otherwise | | yes | tcpdump |
 * | otherwise | | no | refused: what is missing, and what to do |
 *
 * An interface that does not exist, is down, or carries what we do not read is refused at once.
 *
 * Both go on until they are stopped or the interface is gone. In a ring's thread everything else gets its turn
 * between rounds, thus at least every 20 ms, but each idle round blocks the thread that long: beside a server it
 * belongs into a worker, together with its sink. Such a worker is stopped by a message, which aborts the signal;
 * terminate() would leave the ring's memory behind.
 */
import { scheduler } from 'node:timers/promises';
import type { Refusal } from '../../evidence/refusal.ts';
import type { CaptureEnd, PacketSink } from './packet-sink.ts';
import { NoCapture } from './packet-socket.ts';
import { Ring, roundMilliseconds } from './ring.ts';
import { Tcpdump, tcpdumpRefuses } from './tcpdump.ts';

/** Enough for every first payload that signatures look at, but for long HTTP headers. */
const defaultSnap = 512;
const hurriedMilliseconds = 1;

/** The kernel allows 15 characters; these are those in use. */
const named = /^[A-Za-z0-9_.:@-]{1,15}$/;

export interface LiveOptions {
	/** So many bytes of each packet are kept; 512 unless said otherwise. */
	readonly snap?: number;
	/** Also packets that are for no address of this machine (a mirror port). */
	readonly promiscuous?: boolean;
	/** tcpdump hands on each packet as it comes. A ring hands on within 50 ms anyway. */
	readonly promptly?: boolean;
	/** Something else waits for its turn, so a round of the ring is to be short. */
	readonly hurried?: () => boolean;
}

export class LiveCapture {
	readonly name: string;
	/** A ring, which is open already; tcpdump is started by run(). */
	readonly #ring: Ring | undefined;
	readonly #options: LiveOptions;

	private constructor(name: string, options: LiveOptions, ring: Ring | undefined) {
		this.name = name;
		this.#options = options;
		this.#ring = ring;
	}

	/** Of the interface of that name. A ring gathers packets from now on; run() must follow, or close(). */
	static open(name: string, options: LiveOptions = {}): LiveCapture | Refusal {
		if (!named.test(name)) return { refused: 'watch.live.interface', detail: JSON.stringify(name) };
		const { snap = defaultSnap, promiscuous = false } = options;
		let why: Refusal;
		try {
			return new LiveCapture(name, options, new Ring({ interface: name, snap, promiscuous }));
		} catch (error) {
			if (!(error instanceof NoCapture)) throw error;
			why = error.refusal;
		}
		if (why.refused === 'watch.live.interface' || why.refused === 'watch.live.link') return why;
		const refusal = tcpdumpRefuses(name);
		if (refusal === undefined) return new LiveCapture(name, options, undefined);
		// Of two missing things, the right is easier to give than the program.
		const refused = why.refused === 'watch.live.permission' ? why.refused : refusal.refused;
		return { refused, detail: `${why.detail}; ${refusal.detail}` };
	}

	get how(): 'ring' | 'tcpdump' {
		return this.#ring === undefined ? 'tcpdump' : 'ring';
	}

	/** Packets dropped so far, because the ring was full. tcpdump says so at its end only. */
	get dropped(): number {
		return this.#ring?.drops().dropped ?? 0;
	}

	/** Once. Hands packets to the sink until the signal, or until the interface is gone, and closes. */
	async run(sink: PacketSink, signal: AbortSignal): Promise<CaptureEnd> {
		return this.#ring === undefined ? this.#tcpdump(sink, signal) : this.#rounds(this.#ring, sink, signal);
	}

	/** For those who do not run(). */
	close(): void {
		this.#ring?.close();
	}

	async #rounds(ring: Ring, sink: PacketSink, signal: AbortSignal): Promise<CaptureEnd> {
		try {
			while (!ring.gone && !signal.aborted) {
				ring.poll(sink, this.#options.hurried?.() ? hurriedMilliseconds : roundMilliseconds);
				await scheduler.yield();
			}
			ring.rest(sink);
			const { packets, dropped } = ring.drops();
			const end = { packets, bytes: ring.bytes, dropped };
			return ring.gone ? { ...end, damage: `The interface ${this.name} is gone.` } : end;
		} finally {
			ring.close();
		}
	}

	async #tcpdump(sink: PacketSink, signal: AbortSignal): Promise<CaptureEnd> {
		const { snap = defaultSnap, hurried: _, ...rest } = this.#options;
		const child = new Tcpdump(sink, { ...rest, interface: this.name, snap });
		const stop = (): unknown => child.stop();
		signal.addEventListener('abort', stop);
		if (signal.aborted) stop();
		try {
			return await child.end();
		} finally {
			signal.removeEventListener('abort', stop);
		}
	}
}

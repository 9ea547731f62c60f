/**
 * One link over a TCP socket.
 *
 * - send only collects. What was collected during a turn of the event loop leaves as one write at its end
 *   (settle), and one write is under way at a time: flooding many small frames costs one system call a
 *   link, and more so the slower the peer reads.
 * - The order of everything sent is kept: bytes, then a pump, then bytes sent after the pump was asked for.
 * - A sealed link hides what it writes when it is written, so in the order of the wire: bytes that were sent in a copy (others
 *   may be sent the same), a pump's in its own buffer. A link that is not sealed writes what it was given.
 * - A link ends in one way (finish): what was taken leaves, then our end of the connection; `closed`
 *   follows when that is done. The socket stays a little longer to read the peer's end away, because
 *   closing with unread input makes the kernel reset the connection, and the peer would lose our last
 *   words. All of it is bounded by `linger`.
 * - The peer's end of input ends the link; a pump that is running is completed first, for clients that
 *   close their sending side after a request.
 * - After finish the network hears nothing but `closed`.
 */
import type { Socket } from 'node:net';
import { Pump, type Read } from './pump.ts';
import { inWords } from './words.ts';
import type { Address, Hide, Link } from './world.ts';

/** Who is told about a link. Never called from within a call to the link. */
export interface LinkKeeper {
	opened(link: SocketLink): void;
	received(link: SocketLink, bytes: Uint8Array): void;
	drained(link: SocketLink): void;
	closed(link: SocketLink, why: string): void;
	/** The socket is free; comes after closed. */
	gone(link: SocketLink): void;
	/** Asks for a call of settle at the end of this turn: the one thing that a call may cause at once. */
	later(link: SocketLink): void;
}

export interface LinkLimits {
	/** Bytes queued beyond which send answers false. */
	readonly highWater: number;
	/** Milliseconds between hangup and the end of the socket, whatever the peer does. */
	readonly linger: number;
}

interface Pumping {
	readonly pump: Pump;
	readonly done: (why: string) => void;
	running: boolean;
}

/** One count for all worlds of a process: a node takes part in several networks, each with a world. */
let lastLink = 0;

export class SocketLink {
	readonly link: Link;
	readonly remote: Address;
	readonly dialled: boolean;
	state: 'opening' | 'open' | 'closing' | 'closed' = 'opening';
	readonly traffic = { in: 0, out: 0 };
	/** Waits for settle. */
	dirty = false;
	readonly #keeper: LinkKeeper;
	readonly #limits: LinkLimits;
	#socket: Socket | undefined;
	#why = '';
	#batch: Uint8Array[] = [];
	/** Sent before the pump was asked for. */
	#ahead: Uint8Array[] = [];
	#queued = 0;
	#writing = false;
	#pumping: Pumping | undefined;
	#hide: Hide | undefined;
	#full = false;
	#peerEnded = false;
	#timer: NodeJS.Timeout | undefined;

	constructor(keeper: LinkKeeper, limits: LinkLimits, remote: Address, dialled: boolean) {
		this.#keeper = keeper;
		this.#limits = limits;
		this.link = ++lastLink;
		this.remote = remote;
		this.dialled = dialled;
	}

	/** Gives the link its socket: one that is connecting, or one that was accepted. */
	use(socket: Socket): void {
		this.#socket = socket;
		socket.on('data', (bytes: Buffer) => this.#received(bytes));
		socket.on('end', () => this.#ended());
		socket.on('finish', () => this.#closed());
		socket.on('error', (error) => {
			if (this.state === 'opening' || this.state === 'open') this.#why = inWords(error);
		});
		socket.on('close', () => this.#gone());
		if (this.dialled) socket.on('connect', () => this.#opened());
		else this.#opened();
	}

	get subject(): string {
		return `${this.remote.host}:${this.remote.port}`;
	}

	get queued(): number {
		return this.#queued;
	}

	send(bytes: Uint8Array): boolean {
		if (this.state === 'closing' || this.state === 'closed') return true;
		if (this.#queued > this.#limits.highWater) {
			this.#full = true;
			return false;
		}
		if (bytes.length === 0) return true;
		this.#batch.push(bytes);
		this.#queued += bytes.length;
		if (!this.dirty) this.#keeper.later(this);
		return true;
	}

	seal(hide: Hide): void {
		if (this.#hide || this.#queued > 0 || this.#pumping || this.traffic.out > 0)
			throw new Error(`link ${this.link} has sent something already`);
		this.#hide = hide;
	}

	/** True if the pump will run, after all that was sent so far; then done follows exactly once. */
	pump(read: Read, bytes: number, done: (why: string) => void): boolean {
		if (this.state === 'closing' || this.state === 'closed') return false;
		if (this.#pumping) throw new Error(`link ${this.link} is pumping already`);
		this.#pumping = { pump: new Pump(read, bytes), done, running: false };
		this.#ahead = this.#batch;
		this.#batch = [];
		if (!this.dirty) this.#keeper.later(this);
		return true;
	}

	pause(paused: boolean): void {
		if (this.state !== 'open') return;
		if (paused) this.#socket?.pause();
		else this.#socket?.resume();
	}

	/** Ends the link after what was taken; a pump is not waited for. */
	finish(why: string): void {
		if (this.state === 'closing' || this.state === 'closed') return;
		const opening = this.state === 'opening';
		this.state = 'closing';
		this.#why = why;
		if (this.#pumping) {
			this.#pumping.pump.stop(why);
			// What was sent behind a body that now ends early would be taken for its next bytes.
			this.#batch = [];
		}
		if (opening) this.#socket?.destroy();
		else {
			this.#socket?.resume();
			this.hurry(this.#limits.linger);
		}
		if (!this.dirty) this.#keeper.later(this);
	}

	/** Ends the link at once with a reset: what was taken is lost. */
	abort(why: string): void {
		this.finish(why);
		this.#reset();
	}

	/** Lets a dial take no longer than this. */
	expire(milliseconds: number): void {
		this.#timer = setTimeout(() => this.finish('timed out'), milliseconds);
	}

	/** Lets a link that is ending take no longer than this. */
	hurry(milliseconds: number): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#reset(), milliseconds);
	}

	/** The end of a turn: writes what was collected, begins what is due. Called by the keeper. */
	settle(): void {
		this.dirty = false;
		if (this.#socket) this.#proceed();
		else if (this.state === 'closing') this.#gone();
	}

	/**
	 * While our end is on its way (libuv: uv_tcp_close_reset) no socket can be reset; Node.js would then neither close it nor
	 * say so. All else has left by then, and to close it is enough.
	 */
	#reset(): void {
		const socket = this.#socket;
		if (socket === undefined) return;
		const isEnding = socket.writableEnded && !socket.writableFinished && socket.writableLength === 0;
		if (isEnding) socket.destroy();
		else socket.resetAndDestroy();
	}

	#opened(): void {
		if (this.state !== 'opening') return;
		this.state = 'open';
		clearTimeout(this.#timer);
		if (!this.dirty) this.#keeper.later(this);
		this.#keeper.opened(this);
	}

	#received(bytes: Buffer): void {
		this.traffic.in += bytes.length;
		if (this.state !== 'open') return;
		// A plain Uint8Array, as in every world: slice() of a Buffer would share its memory.
		this.#keeper.received(this, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
	}

	#ended(): void {
		this.#peerEnded = true;
		if (!this.#pumping) this.finish('closed by peer');
	}

	/** The next thing in order, unless something is under way. */
	#proceed(): void {
		if (this.state === 'opening' || this.state === 'closed' || this.#writing) return;
		if (this.#socket!.destroyed) return;
		const pumping = this.#pumping;
		if (pumping?.running) return;
		if (this.#ahead.length > 0) this.#writeAll(this.#ahead.splice(0));
		else if (pumping) void this.#run(pumping);
		else if (this.#batch.length > 0) this.#writeAll(this.#batch.splice(0));
		else if (this.state === 'closing') this.#socket!.end();
	}

	#writeAll(parts: Uint8Array[]): void {
		const bytes = parts.length === 1 ? parts[0] : Buffer.concat(parts);
		const written =
			this.#hide === undefined ? bytes : this.#hidden(parts.length === 1 ? bytes.slice() : bytes);
		this.#writing = true;
		this.#socket!.write(written, (error) => {
			this.#writing = false;
			this.#queued -= bytes.length;
			if (error) return;
			this.traffic.out += bytes.length;
			this.#proceed();
			if (!this.#full || this.state !== 'open' || this.#queued > this.#limits.highWater / 2) return;
			this.#full = false;
			this.#keeper.drained(this);
		});
	}

	#hidden(bytes: Uint8Array): Uint8Array {
		this.#hide?.(bytes);
		return bytes;
	}

	async #run(pumping: Pumping): Promise<void> {
		pumping.running = true;
		const socket = this.#socket!;
		const write = (bytes: Uint8Array) =>
			new Promise<void>((resolve, reject) => {
				socket.write(this.#hidden(bytes), (error) => {
					if (error) return reject(error);
					this.traffic.out += bytes.length;
					resolve();
				});
			});
		const why = await pumping.pump.run(write, inWords);
		// A broken connection is told by its close, which knows the reason better than a failed write.
		if (socket.destroyed) return;
		this.#pumpEnded(why);
		if (why !== '' && this.state === 'open') this.abort(why);
		else if (this.#peerEnded) this.finish('closed by peer');
		this.#proceed();
	}

	#pumpEnded(why: string): void {
		const pumping = this.#pumping;
		this.#pumping = undefined;
		pumping?.done(why);
	}

	/** The network's `closed`: our end has left, or the connection is no more. */
	#closed(): void {
		if (this.state === 'closed') return;
		this.state = 'closed';
		this.#batch = [];
		this.#ahead = [];
		this.#queued = 0;
		this.#pumping?.pump.stop(this.#why);
		this.#pumpEnded(this.#why);
		this.#keeper.closed(this, this.#why);
	}

	#gone(): void {
		clearTimeout(this.#timer);
		if (this.#why === '') this.#why = 'closed by peer';
		this.#closed();
		this.#keeper.gone(this);
	}
}

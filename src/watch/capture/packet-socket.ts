/**
 * An AF_PACKET socket with a receive ring in shared memory (packet(7); Documentation/networking/packet_mmap.rst
 * of the kernel). Node.js has no such sockets, so the C library is called through koffi.
 *
 * The rule for memory: what the kernel writes into after a call has returned comes from mmap. What it reads or
 * writes during a call is one small piece of koffi.alloc that lives as long as the socket. No address of a
 * JavaScript buffer is ever written anywhere: such a buffer may be collected while the kernel still uses it.
 *
 * The socket is made for no protocol and gets one as it is bound. Made for all protocols it would take packets of
 * every interface until then.
 */
import { createRequire } from 'node:module';
import { endianness } from 'node:os';
import type koffi from 'koffi';
import type { Refusal } from '../../evidence/refusal.ts';

/** Block count, bytes of a block, and how long the kernel holds back a block that is not full. */
export const blocks = 32;
export const blockSize = 1 << 20;
export const blockMilliseconds = 50;

const ringSize = blocks * blockSize;
const scratchSize = 64;

const AF_PACKET = 17;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const ETH_P_ALL = 3;
const SOL_SOCKET = 1;
const SO_ERROR = 4;
const SO_ATTACH_FILTER = 26;
const SOL_PACKET = 263;
const PACKET_ADD_MEMBERSHIP = 1;
const PACKET_RX_RING = 5;
const PACKET_STATISTICS = 6;
const PACKET_VERSION = 10;
const TPACKET_V3 = 2;
const PACKET_MR_PROMISC = 1;
const SIOCGIFFLAGS = 0x8913n;
const SIOCGIFHWADDR = 0x8927n;
const SIOCGIFINDEX = 0x8933n;
const IFF_UP = 1;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_FAILED = 2n ** 64n - 1n;
const POLLIN = 1;
const POLLERR = 8;
const RETURN_CONSTANT = 6;

/** What the kernel says of an interface (linux/if_arp.h), as a LINKTYPE. */
const links: ReadonlyMap<number, number> = new Map([
	[1, 1],
	[772, 1],
	[65_534, 101],
]);
const loopbackType = 772;

const little = endianness() === 'LE';

/** Why there is no ring. Not a failure of ours: a reason to try something else, or to tell the user. */
export class NoCapture extends Error {
	readonly refusal: Refusal;

	constructor(refused: string, detail: string) {
		super(`${refused}: ${detail}`);
		this.refusal = { refused, detail };
	}
}

type Call = (...words: unknown[]) => number;

interface Calls {
	readonly koffi: typeof koffi;
	readonly socket: Call;
	readonly setsockopt: Call;
	readonly getsockopt: Call;
	readonly getsockname: Call;
	readonly ioctl: Call;
	readonly bind: Call;
	readonly poll: Call;
	readonly close: Call;
	readonly mmap: (...words: unknown[]) => bigint;
	readonly munmap: Call;
}

let loaded: Calls | undefined;

function calls(): Calls {
	if (process.platform !== 'linux') throw new NoCapture('watch.live.unsupported', 'rings are of Linux');
	try {
		loaded ??= load();
	} catch (error) {
		const [line] = (error as Error).message.split('\n');
		throw new NoCapture('watch.live.unsupported', `koffi does not load: ${line}`);
	}
	return loaded;
}

/** Loaded when it is wanted first: it is native code, and there may be none for this machine. */
function load(): Calls {
	const library = createRequire(import.meta.url)('koffi') as typeof koffi;
	// The structures below are laid out for pointers of 64 bits.
	if (library.sizeof('void *') !== 8) throw new Error('this is a machine of 32 bits');
	const c = library.load(null);
	return {
		koffi: library,
		socket: c.func('int socket(int, int, int)'),
		setsockopt: c.func('int setsockopt(int, int, int, void *, uint32_t)'),
		getsockopt: c.func('int getsockopt(int, int, int, void *, void *)'),
		getsockname: c.func('int getsockname(int, void *, void *)'),
		ioctl: c.func('int ioctl(int, unsigned long, void *)'),
		bind: c.func('int bind(int, void *, uint32_t)'),
		poll: c.func('int poll(void *, unsigned long, int)'),
		close: c.func('int close(int)'),
		mmap: c.func('void *mmap(void *, size_t, int, int, int, intptr_t)'),
		munmap: c.func('int munmap(void *, size_t)'),
	};
}

export interface RingOptions {
	readonly interface: string;
	/** So many bytes of each packet are kept; all of them unless said otherwise. */
	readonly snap?: number;
	/** Also packets that are for no address of this machine (a mirror port). */
	readonly promiscuous?: boolean;
}

export class PacketSocket {
	/** LINKTYPE of all its packets. */
	readonly link: number;
	readonly loopback: boolean;
	readonly #name: string;
	readonly #calls = calls();
	readonly #socket: number;
	readonly #at: bigint;
	/** The small piece: calls put their structures at its beginning, and lengths into its last eight bytes. */
	readonly #scratch: DataView;
	#mapped = MAP_FAILED;
	#memory = new ArrayBuffer(0);
	#closed = false;

	constructor({ interface: name, snap, promiscuous = false }: RingOptions) {
		const { koffi, socket } = this.#calls;
		this.#name = name;
		this.#socket = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
		if (this.#socket < 0) throw this.#failed('socket');
		this.#at = koffi.alloc('uint8_t', scratchSize) as bigint;
		this.#scratch = new DataView(koffi.view(this.#at, scratchSize));
		try {
			const type = this.#ask(SIOCGIFHWADDR).getUint16(16, little);
			const link = links.get(type);
			if (link === undefined)
				throw new NoCapture('watch.live.link', `${name} is of type ${type} (linux/if_arp.h)`);
			this.link = link;
			this.loopback = type === loopbackType;
			if ((this.#ask(SIOCGIFFLAGS).getUint16(16, little) & IFF_UP) === 0)
				throw new NoCapture('watch.live.interface', `${name} is not up`);
			const index = this.#ask(SIOCGIFINDEX).getInt32(16, little);
			if (snap !== undefined) this.#limit(snap);
			this.#map();
			this.#bind(index);
			if (promiscuous) this.#promiscuous(index);
		} catch (error) {
			this.close();
			throw error;
		}
	}

	/** The ring. It is detached, and everything that looks into it is empty, after close(). */
	get memory(): ArrayBuffer {
		return this.#memory;
	}

	/** The interface no longer exists. (One that is down may come up again.) */
	get gone(): boolean {
		const { getsockname } = this.#calls;
		this.#scratch.setUint32(56, 20, little);
		if (getsockname(this.#socket, this.#at, this.#at + 56n) < 0) throw this.#failed('getsockname');
		return this.#scratch.getInt32(4, little) === -1;
	}

	/** Waits for a block. True: something happened, which need not be a block; false: the time passed. */
	wait(milliseconds: number): boolean {
		const { poll } = this.#calls;
		this.#scratch.setInt32(0, this.#socket, little);
		this.#scratch.setUint32(4, POLLIN | POLLERR, little);
		const happened = poll(this.#at, 1, milliseconds);
		// A signal: whoever asked asks again.
		if (happened < 0) return true;
		const failed = (this.#scratch.getUint16(6, little) & POLLERR) !== 0;
		// Reading the error, which is that the interface went down, clears it: waiting is possible again.
		if (failed) this.#read(SOL_SOCKET, SO_ERROR, 4);
		return happened > 0;
	}

	/** Packets that were dropped since this was asked last, because the ring was full. */
	newlyDropped(): number {
		return this.#read(SOL_PACKET, PACKET_STATISTICS, 12).getUint32(4, little);
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		const { koffi, munmap, close } = this.#calls;
		if (this.#mapped !== MAP_FAILED) {
			// Detached first: what still looks into the ring finds no bytes, instead of unmapped memory.
			this.#memory.transfer(0);
			munmap(this.#mapped, ringSize);
		}
		close(this.#socket);
		(this.#scratch.buffer as ArrayBuffer).transfer(0);
		koffi.free(this.#at);
	}

	#ask(what: bigint): DataView {
		this.#clear();
		for (let index = 0; index < this.#name.length; index++)
			this.#scratch.setUint8(index, this.#name.charCodeAt(index));
		if (this.#calls.ioctl(this.#socket, what, this.#at) < 0) throw this.#failed('ioctl');
		return this.#scratch;
	}

	/** struct sock_fprog and, at 16, its only instruction: "take so many bytes". */
	#limit(snap: number): void {
		this.#clear();
		this.#scratch.setUint16(0, 1, little);
		this.#scratch.setBigUint64(8, this.#at + 16n, little);
		this.#scratch.setUint16(16, RETURN_CONSTANT, little);
		this.#scratch.setUint32(20, snap, little);
		this.#set(SOL_SOCKET, SO_ATTACH_FILTER, 16);
	}

	/** struct tpacket_req3. Frames have no meaning in version 3, but their sizes must agree. */
	#map(): void {
		this.#clear();
		this.#scratch.setUint32(0, TPACKET_V3, little);
		this.#set(SOL_PACKET, PACKET_VERSION, 4);
		const frame = 2048;
		const request = [blockSize, blocks, frame, ringSize / frame, blockMilliseconds, 0, 0];
		for (const [index, word] of request.entries()) this.#scratch.setUint32(4 * index, word, little);
		this.#set(SOL_PACKET, PACKET_RX_RING, 28);
		this.#mapped = this.#calls.mmap(null, ringSize, PROT_READ_WRITE, MAP_SHARED, this.#socket, 0);
		if (this.#mapped === MAP_FAILED) throw this.#failed('mmap');
		this.#memory = this.#calls.koffi.view(this.#mapped, ringSize);
	}

	/** struct sockaddr_ll. */
	#bind(index: number): void {
		this.#clear();
		this.#scratch.setUint16(0, AF_PACKET, little);
		this.#scratch.setUint16(2, ETH_P_ALL, false);
		this.#scratch.setInt32(4, index, little);
		if (this.#calls.bind(this.#socket, this.#at, 20) < 0) throw this.#failed('bind');
	}

	/** struct packet_mreq. It ends with the socket. */
	#promiscuous(index: number): void {
		this.#clear();
		this.#scratch.setInt32(0, index, little);
		this.#scratch.setUint16(4, PACKET_MR_PROMISC, little);
		this.#set(SOL_PACKET, PACKET_ADD_MEMBERSHIP, 16);
	}

	#clear(): void {
		for (let at = 0; at < scratchSize; at += 8) this.#scratch.setBigUint64(at, 0n);
	}

	#set(level: number, option: number, length: number): void {
		const failed = this.#calls.setsockopt(this.#socket, level, option, this.#at, length) < 0;
		if (failed) throw this.#failed(`setsockopt ${option}`);
	}

	#read(level: number, option: number, length: number): DataView {
		this.#scratch.setUint32(56, length, little);
		const failed = this.#calls.getsockopt(this.#socket, level, option, this.#at, this.#at + 56n) < 0;
		if (failed) throw this.#failed(`getsockopt ${option}`);
		return this.#scratch;
	}

	#failed(call: string): NoCapture {
		const { koffi } = this.#calls;
		const number = koffi.errno();
		const known = koffi.os.errno;
		const code = Object.keys(known).find((name) => known[name] === number) ?? `error ${number}`;
		if (code === 'EPERM' || code === 'EACCES')
			return new NoCapture('watch.live.permission', `${call}: ${code}`);
		if (code === 'ENODEV' || code === 'ENXIO') return new NoCapture('watch.live.interface', this.#name);
		return new NoCapture('watch.live.unsupported', `${call}: ${code}`);
	}
}

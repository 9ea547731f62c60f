/**
 * Throttling by tc, as lists of its commands; pure. A packet that nftables has given the priority 5350:20 goes into
 * the HTB class of that number without any filter.
 *
 * - One class a distinct rate, from 20 on (hexadecimal, as tc counts): all flows of that rate share it on a device.
 * - The promise is goodput. HTB counts frames, of which full TCP segments are 95.6 % payload, so it gets
 *   rate / 0.956. Flows of small packets get less.
 * - The queue of a class holds two seconds of its rate, at least 4 MiB: what a fast TCP flow may have under way when
 *   it is first slowed down. Where that finds no room, hundreds of packets are lost at once, and the flow stands still
 *   for seconds before it goes on (29 to 40 % of the rate in the first eight seconds with 1 MiB, 97 to 100 % with 3 MiB).
 *   Nobody else waits in that queue.
 * - A block reaches packets before the queue only. So the queue is replaced by an empty one; that takes another
 *   handle, as tc otherwise changes the one that is there.
 * - All else goes to class 10, at more than any line's rate, into a queue of the kind that the device had before.
 * - Only the device that is watched is shaped: all packets of what is seen there pass it. What leaves goes through its
 *   classes; what arrives takes the way over an intermediate device (IFB) that has the same ones.
 * - A root qdisc that somebody has made is not touched. The kernel's own has the handle 0: and comes back by itself
 *   when ours goes. Ours is known by its handle, 5350: ("SP"), also after a crash.
 */

export const major = '5350:';
export const ingressDevice = 'sallyport-ifb';
export const firstMinor = 0x20;

/** Share of payload in a full frame: 1,448 of 1,514 bytes. */
const payloadShare = 0.956;
/** Of a frame as nftables counts it, without its Ethernet header. */
const payloadShareOfPacket = 0.965;
const leastQueue = 4_194_304;
const queueSeconds = 2;
/** Of a policer: two of the packets that the kernel may hand down at once. */
const policerBurst = 131_072;
const lineBits = 100e9;

/** As `tc -j qdisc show` lists them. */
export interface Qdisc {
	readonly kind: string;
	readonly handle: string;
	readonly dev: string;
	readonly root?: boolean;
	readonly parent?: string;
}

/** A rate that is in use, with its class. */
export interface RateClass {
	readonly minor: number;
	/** Bits a second of goodput. */
	readonly rateBits: number;
}

export function classOf(minor: number): string {
	return `${major}${minor.toString(16)}`;
}

export function isOurs({ kind, handle, root }: Qdisc): boolean {
	return kind === 'htb' && handle === major && root === true;
}

/** One that somebody has set up on this device; ours and the kernel's own are none. */
export function foreignQdisc(all: readonly Qdisc[], device: string): Qdisc | undefined {
	const here = all.filter(({ dev, kind }) => dev === device && kind !== 'ingress' && kind !== 'clsact');
	return here.some(isOurs) ? undefined : here.find(({ handle }) => handle !== '0:');
}

/** The kernel's own queues that may be asked for by name. */
const fair = new Set(['fq_codel', 'fq', 'cake', 'sfq']);

/** The kind of queue that the device has by itself: of one with many, that of each. */
function kindBefore(all: readonly Qdisc[], device: string): string {
	const kind = all.find((one) => one.dev === device && fair.has(one.kind))?.kind;
	return kind ?? 'pfifo limit 1000';
}

/** On a device without a qdisc of ours. */
export function rootCommands(device: string, before: readonly Qdisc[]): string[] {
	const rate = `rate ${lineBits} ceil ${lineBits} ${burst(lineBits)}`;
	return [
		`qdisc replace dev ${device} root handle ${major} htb default 10`,
		`class add dev ${device} parent ${major} classid ${major}10 htb ${rate} quantum 60000`,
		`qdisc add dev ${device} parent ${major}10 ${kindBefore(before, device)}`,
	];
}

export function classCommands(device: string, { minor, rateBits }: RateClass): string[] {
	const rate = Math.ceil(rateBits / payloadShare);
	const id = classOf(minor);
	return [
		`class add dev ${device} parent ${major} classid ${id} htb rate ${rate} ceil ${rate} ${burst(rate)} quantum 1514`,
		`qdisc add dev ${device} parent ${id} handle ${leafHandle(minor, 0)} bfifo limit ${queueBytes(rateBits)}`,
	];
}

/** Throws away what waits in the queue of a class. `turn` counts up from 1. */
export function emptyQueue(device: string, { minor, rateBits }: RateClass, turn: number): string {
	const queue = `bfifo limit ${queueBytes(rateBits)}`;
	return `qdisc replace dev ${device} parent ${classOf(minor)} handle ${leafHandle(minor, turn)} ${queue}`;
}

export function removalCommand(device: string): string {
	return `qdisc delete dev ${device} root`;
}

/** What takes the place of a class where there is no tc: packets beyond the rate are thrown away. */
export function policer({ rateBits }: RateClass): string {
	const bytes = Math.ceil(rateBits / 8 / payloadShareOfPacket);
	return `limit rate over ${bytes} bytes/second burst ${policerBurst} bytes drop`;
}

function queueBytes(rateBits: number): number {
	return Math.max(leastQueue, Math.ceil((rateBits / payloadShare / 8) * queueSeconds));
}

/** Two handles take turns. */
function leafHandle(minor: number, turn: number): string {
	return `${(0x6000 + minor + (turn % 2) * 0x1000).toString(16)}:`;
}

/** Two milliseconds of the rate, at least two frames. */
function burst(bits: number): string {
	const bytes = Math.max(3072, Math.ceil(bits / 8 / 500));
	return `burst ${bytes} cburst ${bytes}`;
}

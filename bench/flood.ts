/**
 * Ten million flows of one packet each, made on the fly and read as standard input is, through all of `watch` with
 * its evidence: what a flood of spoofed addresses does to its memory. A million of them are open at once; then the
 * table is full, and each new flow ends the oldest.
 *
 * Of ten packets six are SYNs, two are datagrams of noise, one is IPv6, and one is a Gnutella datagram (so a million
 * flows are recognised); every address and port is another one.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CaptureStream } from '../src/watch/capture/capture-file.ts';
import { Lines } from '../src/watch/export/lines.ts';
import { LogFile } from '../src/watch/export/log-file.ts';
import { Watch } from '../src/watch/watch.ts';

const packets = 10_000_000;
const concurrent = 1_000_000;
const self = fileURLToPath(import.meta.url);

interface Figures {
	/** Resident, in bytes: before the first packet, with a million open flows, and the most. */
	readonly before: number;
	readonly full: number;
	readonly most: number;
	readonly seconds: number;
	readonly flows: number;
	readonly recognised: number;
	readonly evicted: number;
}

/** In a process of its own: the most that it ever took is asked of the system. */
export function flood(): void {
	for (const kind of ['idle', 'mixed'] as const) {
		const done = spawnSync(process.execPath, [self, kind], { encoding: 'utf8' });
		if (done.status !== 0) throw new Error(`the flood failed: ${done.stderr.slice(-500)}`);
		const { before, full, most, seconds, flows, recognised, evicted } = JSON.parse(done.stdout) as Figures;
		const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
		const what = kind === 'idle' ? 'SYNs' : 'SYNs, noise, IPv6, Gnutella';
		console.log(
			`flood of ${what}: ${flows} flows, ${recognised} recognised, ${evicted} ended early, ${seconds.toFixed(1)} s; ` +
				`${megabytes(full)} with ${concurrent} open [bar: 400 MB], ` +
				`${Math.round((full - before) / concurrent)} bytes each [bar: 300 of an idle one], at most ${megabytes(most)}`,
		);
	}
}

/** The packets of a flood, as a capture in the classic format, in pieces. */
class Flood {
	readonly #kind: 'idle' | 'mixed';
	readonly #piece = new Uint8Array(1 << 20);
	readonly #view = new DataView(this.#piece.buffer);
	#filled = 0;
	#made = 0;

	constructor(kind: 'idle' | 'mixed') {
		this.#kind = kind;
		for (const [at, word] of [
			[0, 0xa1b2c3d4],
			[4, 0x00040002],
			[16, 262_144],
			[20, 1],
		] as const)
			this.#view.setUint32(at, word, true);
		this.#filled = 24;
	}

	/** Packets up to the one of this number, as many as fit. */
	next(until: number): Uint8Array {
		for (; this.#made < until && this.#filled < this.#piece.length - 256; this.#made++)
			this.#packet(this.#made);
		const piece = this.#piece.subarray(0, this.#filled);
		this.#filled = 0;
		return piece;
	}

	get made(): number {
		return this.#made;
	}

	#packet(number: number): void {
		const turn = this.#kind === 'idle' ? 0 : number % 10;
		const isV6 = turn === 8;
		const isTcp = turn < 6;
		const header = isV6 ? 40 : 20;
		const payload = isTcp ? 0 : turn === 9 ? 23 : 40;
		const length = 14 + header + (isTcp ? 20 : 8) + payload;
		const view = this.#view;
		const record = this.#filled;
		const frame = record + 16;
		const at = frame + 14 + header;
		this.#piece.fill(0, record, frame + length);
		view.setUint32(record, 1_700_000_000 + Math.floor(number / 100_000), true);
		view.setUint32(record + 4, (number % 100_000) * 10, true);
		view.setUint32(record + 8, length, true);
		view.setUint32(record + 12, length, true);
		view.setUint16(frame + 12, isV6 ? 0x86dd : 0x0800);
		this.#addresses(frame + 14, number, isV6, isTcp, length - 14);
		view.setUint16(at, 1024 + (number % 60_000));
		view.setUint16(at + 2, 1024 + ((number * 7) % 50_000));
		if (isTcp) {
			view.setUint16(at + 12, 0x5002);
		} else {
			view.setUint16(at + 4, 8 + payload);
			if (turn !== 9)
				for (let byte = 0; byte < payload; byte++) this.#piece[at + 8 + byte] = hashOf(number, byte);
			// A ping: an ID, type 0, TTL 3, no payload.
			else {
				for (let byte = 0; byte < 16; byte++) this.#piece[at + 8 + byte] = hashOf(number, byte);
				this.#piece[at + 8 + 17] = 3;
			}
		}
		this.#filled = frame + length;
	}

	#addresses(at: number, number: number, isV6: boolean, isTcp: boolean, length: number): void {
		const view = this.#view;
		if (isV6) {
			view.setUint8(at, 0x60);
			view.setUint16(at + 4, length - 40);
			view.setUint8(at + 6, isTcp ? 6 : 17);
			view.setUint32(at + 8, 0x20010db8);
			view.setUint32(at + 20, number);
			view.setUint32(at + 24, 0x20010db8);
			view.setUint32(at + 36, number);
			return;
		}
		view.setUint8(at, 0x45);
		view.setUint16(at + 2, length);
		view.setUint8(at + 9, isTcp ? 6 : 17);
		view.setUint32(at + 12, 0x0a000000 + number);
		view.setUint32(at + 16, 0xcb007100 + (number % 251));
	}
}

/** Noise that is the same in every run. */
function hashOf(number: number, byte: number): number {
	return (Math.imul(number ^ Math.imul(byte + 1, 0x9e3779b1), 0x85ebca6b) >>> 13) & 255;
}

function run(kind: 'idle' | 'mixed'): Figures {
	const log = new LogFile('/dev/null');
	const lines = new Lines((block) => log.write(block));
	const watch = new Watch({ flows: lines, events: lines, onlyRecognised: true });
	const stream = new CaptureStream(watch);
	const from = new Flood(kind);
	const before = process.memoryUsage.rss();
	const began = performance.now();
	while (from.made < concurrent) stream.push(from.next(concurrent));
	const full = process.memoryUsage.rss();
	while (from.made < packets) stream.push(from.next(packets));
	const { evicted } = watch;
	const end = stream.end();
	if ('refused' in end) throw new Error(end.refused);
	const { flows, p2p } = watch.end(end);
	log.close();
	const seconds = (performance.now() - began) / 1000;
	const most = process.resourceUsage().maxRSS * 1024;
	return { before, full, most, seconds, flows, recognised: p2p.flows, evicted };
}

const kind = process.argv[2];
if (process.argv[1] === self && (kind === 'idle' || kind === 'mixed')) console.log(JSON.stringify(run(kind)));

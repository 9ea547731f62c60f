/**
 * The two capture files of the watch bench, made new for each run: many short flows (copies of real captures with
 * rewritten addresses, or of made-up ones where there are none) and bulk (long TCP flows).
 */
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const captures = fileURLToPath(new URL('../../shared/data/captures', import.meta.url));
const firstSecond = 1_700_000_000;

interface Packet {
	/** Ethernet frame. */
	readonly frame: Uint8Array;
	readonly wireLength: number;
	/** Since the capture's beginning. */
	readonly microseconds: number;
}

/** Returns how it was made. */
export function makeMix(path: string, bytes: number): string {
	const real = existsSync(captures) ? readAll() : [];
	const sources = real.length > 0 ? real : [madeUp()];
	const out = new Out(path);
	let copies = 0;
	for (; out.bytes < bytes; copies++)
		for (const source of sources) {
			for (const packet of source) {
				// Not slice(): of a Buffer that is a view.
				const frame = Uint8Array.from(packet.frame);
				rewrite(frame, copies);
				out.packet(frame, packet.wireLength, packet.microseconds);
				if (out.bytes >= bytes) break;
			}
		}
	out.close();
	const from = real.length > 0 ? `${real.length} captures` : 'a made-up capture';
	return `${out.packets} packets, ${Math.round(out.bytes / 1e6)} MB, ${copies} copies of ${from}`;
}

/** 5,000 TCP flows at once, full segments one way, acknowledgements the other. */
export function makeBulk(path: string, bytes: number): string {
	const flows = 5000;
	const out = new Out(path);
	const data = new Uint8Array(14 + 20 + 20 + 1400);
	data.set([8, 0, 0x45, 0], 12);
	const view = new DataView(data.buffer);
	for (let round = 0; out.bytes < bytes; round++) {
		for (let flow = 0; flow < flows && out.bytes < bytes; flow++) {
			const length = round === 0 ? 0 : round % 3 === 0 ? 0 : 1400;
			const forward = round % 3 !== 0 || round === 0;
			view.setUint16(16, 40 + length);
			data[23] = 6;
			const client = 0x0a000000 + flow;
			view.setUint32(26, forward ? client : 0xc0a80001);
			view.setUint32(30, forward ? 0xc0a80001 : client);
			view.setUint16(34, forward ? 20_000 + (flow % 40_000) : 443);
			view.setUint16(36, forward ? 443 : 20_000 + (flow % 40_000));
			view.setUint32(38, forward ? 1 + Math.max(0, round - 1 - Math.floor(round / 3)) * 1400 : 1);
			data[46] = 0x50;
			data[47] = round === 0 ? 2 : 16;
			for (let at = 54; at < 54 + Math.min(length, 64); at++) data[at] = (at * 31 + round) & 255;
			out.packet(data.subarray(0, 54 + length), 54 + length, round * 1000 + Math.floor(flow / 5));
		}
	}
	out.close();
	return `${out.packets} packets, ${Math.round(out.bytes / 1e6)} MB, ${flows} flows`;
}

class Out {
	bytes = 24;
	packets = 0;
	readonly #descriptor: number;
	readonly #buffer = Buffer.alloc(1 << 20);
	#filled = 24;

	constructor(path: string) {
		this.#descriptor = openSync(path, 'w');
		this.#buffer.writeUInt32LE(0xa1b2c3d4, 0);
		this.#buffer.writeUInt16LE(2, 4);
		this.#buffer.writeUInt16LE(4, 6);
		this.#buffer.writeUInt32LE(262_144, 16);
		this.#buffer.writeUInt32LE(1, 20);
	}

	packet(frame: Uint8Array, wireLength: number, microseconds: number): void {
		if (this.#filled + 16 + frame.length > this.#buffer.length) this.#flush();
		const at = this.#filled;
		this.#buffer.writeUInt32LE(firstSecond + Math.floor(microseconds / 1e6), at);
		this.#buffer.writeUInt32LE(microseconds % 1e6, at + 4);
		this.#buffer.writeUInt32LE(frame.length, at + 8);
		this.#buffer.writeUInt32LE(wireLength, at + 12);
		this.#buffer.set(frame, at + 16);
		this.#filled += 16 + frame.length;
		this.bytes += 16 + frame.length;
		this.packets++;
	}

	close(): void {
		this.#flush();
		closeSync(this.#descriptor);
	}

	#flush(): void {
		writeSync(this.#descriptor, this.#buffer, 0, this.#filled);
		this.#filled = 0;
	}
}

/** The Ethernet captures in the classic format with microseconds, little-endian: most are. */
function readAll(): Packet[][] {
	const found: Packet[][] = [];
	for (const folder of ['p2p', 'other']) {
		for (const name of readdirSync(join(captures, folder)).sort()) {
			const bytes = readFileSync(join(captures, folder, name));
			if (bytes.length < 24 || bytes.readUInt32LE(0) !== 0xa1b2c3d4 || bytes.readUInt32LE(20) !== 1) continue;
			const packets: Packet[] = [];
			let start = -1;
			for (let at = 24; at + 16 <= bytes.length; ) {
				const time = bytes.readUInt32LE(at) * 1e6 + bytes.readUInt32LE(at + 4);
				if (start < 0) start = time;
				const length = bytes.readUInt32LE(at + 8);
				const frame = bytes.subarray(at + 16, at + 16 + length);
				packets.push({
					frame,
					wireLength: bytes.readUInt32LE(at + 12),
					microseconds: Math.max(0, time - start),
				});
				at += 16 + length;
			}
			found.push(packets);
		}
	}
	return found;
}

/** Other addresses for each copy, so that its flows are new ones. */
function rewrite(frame: Uint8Array, copy: number): void {
	if (frame.length < 34 || frame[12] !== 8 || frame[13] !== 0) return;
	for (const at of [26, 30]) {
		if (frame[at]! >= 224) continue;
		frame[at + 1]! ^= copy & 255;
		frame[at + 2]! ^= (copy >> 8) & 255;
	}
}

/** Where no captures are: 2,000 short TCP and UDP conversations. */
function madeUp(): Packet[] {
	const packets: Packet[] = [];
	for (let flow = 0; flow < 2000; flow++) {
		for (let count = 0; count < 10; count++) {
			const frame = new Uint8Array(14 + 20 + 20 + (count > 2 ? 300 : 0));
			const view = new DataView(frame.buffer);
			frame.set([8, 0, 0x45, 0], 12);
			view.setUint16(16, frame.length - 14);
			frame[23] = 6;
			const forward = count % 2 === 0;
			view.setUint32(26, (forward ? 0x0a000000 : 0xcb007100) + (forward ? flow : flow % 200));
			view.setUint32(30, (forward ? 0xcb007100 : 0x0a000000) + (forward ? flow % 200 : flow));
			view.setUint16(34, forward ? 1024 + flow : 6346);
			view.setUint16(36, forward ? 6346 : 1024 + flow);
			view.setUint32(38, Math.max(0, Math.ceil(count / 2) - 1) * 300);
			frame[46] = 0x50;
			frame[47] = count === 0 ? 2 : count === 1 ? 18 : 16;
			if (count === 4) frame.set(Buffer.from('GNUTELLA CONNECT/0.6\r\nUser-Agent: bench\r\n\r\n'), 54);
			packets.push({ frame, wireLength: frame.length, microseconds: flow * 100 + count });
		}
	}
	return packets;
}

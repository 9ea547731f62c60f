/**
 * Tables in transit. A reader takes RESET and PATCH messages and hands over a table when a whole patch
 * has been applied; until then, and after a refusal, the last good table stands. A patch is unpacked
 * and applied while it arrives, so that nothing but the table is held, and never beyond the table's end.
 *
 * Entries: 8 bits or 4 bits (first entry in the high half), signed: below 0 the slot is there, above 0
 * it is gone, 0 unchanged. 1 bit: flips the slot (gtk-gnutella, feature QRP1).
 * We send 4 bits. One-bit patches are read, but hardly anybody should be sent one: gtk-gnutella 1.2.3
 * announces QRP1 and sends them, yet takes a one-bit patch without a change to what it looks up (measured
 * in November 2026: after it, queries for the new words did not come). Infinity is 7, as with LimeWire:
 * a word at distance 1 is an entry of -6.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { packBlock } from '../../common/zlib.ts';
import { ours, specification } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { LinkInflater } from './deflate.ts';
import { decodeQrp, type EntryBits, encodeQrp, PATCH_HEADER, type QrpPatch } from './qrp.ts';
import { RouteTable, sharedIfBlank } from './qrp-table.ts';

const INFINITY = 7;
const THERE = (1 - INFINITY) & 0x0f;
const GONE = INFINITY - 1;

const early = refusal('gnutella.qrp.sequence', 'patch before any table');
const order = refusal('gnutella.qrp.sequence', 'patch out of order');
const over = refusal('gnutella.qrp.size', 'patch longer than its table');
const under = refusal('gnutella.qrp.size', 'patch shorter than its table');

interface Running {
	readonly next: RouteTable;
	readonly count: number;
	readonly entryBits: EntryBits;
	readonly inflater: LinkInflater | undefined;
	sequence: number;
	/** Bytes of the unpacked patch applied so far. */
	at: number;
}

export class RouteTableReader {
	/** The last good table. */
	table: RouteTable | undefined;
	#blank: RouteTable | undefined;
	#running: Running | undefined;

	/** `table`: the last good one, which a patch would change. */
	constructor(table?: RouteTable) {
		this.table = table;
	}

	/** More has been announced: until it has come, the reader is needed. */
	get isBusy(): boolean {
		return this.#blank !== undefined || this.#running !== undefined;
	}

	/** The table that is now complete, undefined while a patch goes on, or a refusal. */
	take(payload: Uint8Array): RouteTable | Refusal | undefined {
		const message = decodeQrp(payload);
		if ('refused' in message) return this.#stop(message);
		if (message.kind === 'reset') {
			this.#running = undefined;
			this.#blank = new RouteTable(message.slots);
			return undefined;
		}
		const running = this.#begin(message);
		if ('refused' in running) return this.#stop(running);
		const why = this.#apply(running, message.data);
		if (why) return this.#stop(why);
		if (message.sequence < running.count) return undefined;
		if (running.at !== patchLength(running)) return this.#stop(under);
		this.#running = undefined;
		this.#blank = undefined;
		this.table = sharedIfBlank(running.next);
		return this.table;
	}

	#begin(message: QrpPatch): Running | Refusal {
		const running = this.#running;
		if (message.sequence > 1) {
			const same =
				running !== undefined &&
				message.sequence === running.sequence + 1 &&
				message.count === running.count &&
				message.entryBits === running.entryBits &&
				message.compressed === (running.inflater !== undefined);
			if (!same) return order;
			running.sequence = message.sequence;
			return running;
		}
		if (running) return order;
		const next = this.#blank ?? this.table?.clone();
		if (!next) return early;
		const { count, entryBits } = message;
		const most = (next.slots / 8) * entryBits;
		const inflater = message.compressed ? new LinkInflater(most) : undefined;
		this.#running = { next, count, entryBits, inflater, sequence: 1, at: 0 };
		return this.#running;
	}

	#apply(running: Running, data: Uint8Array): Refusal | undefined {
		if (!running.inflater) return applyEntries(running, data);
		let why: Refusal | undefined;
		const broken = running.inflater.push(data, (chunk) => {
			why ??= applyEntries(running, chunk);
		});
		if (broken?.refused === 'gnutella.deflate.bomb') return over;
		return why ?? broken;
	}

	/** What a patch has half changed is dropped. */
	#stop(why: Refusal): Refusal {
		this.#running = undefined;
		this.#blank = undefined;
		return why;
	}
}

/**
 * The payloads that bring a peer from `previous` (undefined: from nothing, or another size) to `table`.
 * Empty where nothing has changed.
 */
export function tableMessages(
	table: RouteTable,
	previous: RouteTable | undefined,
	entryBits: 1 | 4,
): Uint8Array[] {
	const base = previous?.slots === table.slots ? previous : undefined;
	if (base?.equals(table)) return [];
	const entries = entryBits === 1 ? oneBitEntries(table, base) : fourBitEntries(table, base);
	const packed = packBlock(entries, true);
	const compressed = packed.length < entries.length;
	const data = compressed ? packed : entries;
	const room = ours.qrpPatchSent - PATCH_HEADER;
	const count = Math.max(1, Math.ceil(data.length / room));
	if (count > specification.qrpPatches) throw new RangeError('a table too large to be sent');
	const messages: Uint8Array[] = [];
	if (!base) messages.push(encodeQrp({ kind: 'reset', slots: table.slots, infinity: INFINITY }));
	for (let i = 0; i < count; i++) {
		const part = data.subarray(i * room, (i + 1) * room);
		messages.push(encodeQrp({ kind: 'patch', sequence: i + 1, count, compressed, entryBits, data: part }));
	}
	return messages;
}

function patchLength(running: Running): number {
	return (running.next.slots / 8) * running.entryBits;
}

function applyEntries(running: Running, data: Uint8Array): Refusal | undefined {
	if (data.length > patchLength(running) - running.at) return over;
	const { bits } = running.next;
	for (let i = 0; i < data.length; i++) {
		const at = running.at + i;
		const byte = data[i];
		if (byte === 0) continue;
		if (running.entryBits === 1) bits[at] ^= byte;
		else if (running.entryBits === 8) change(bits, at, (byte << 24) >> 24);
		else {
			change(bits, at * 2, (byte << 24) >> 28);
			change(bits, at * 2 + 1, (byte << 28) >> 28);
		}
	}
	running.at += data.length;
	return undefined;
}

function change(bits: Uint8Array, slot: number, delta: number): void {
	const mask = 0x80 >>> (slot & 7);
	if (delta < 0) bits[slot >>> 3] |= mask;
	else if (delta > 0) bits[slot >>> 3] &= ~mask;
}

function oneBitEntries(table: RouteTable, base: RouteTable | undefined): Uint8Array {
	return table.bits.map((byte, i) => byte ^ (base?.bits[i] ?? 0));
}

function fourBitEntries(table: RouteTable, base: RouteTable | undefined): Uint8Array {
	const entries = new Uint8Array(table.slots / 2);
	for (let i = 0; i < table.bits.length; i++) {
		const now = table.bits[i];
		const changed = now ^ (base?.bits[i] ?? 0);
		if (changed === 0) continue;
		for (let bit = 0; bit < 8; bit++) {
			const mask = 0x80 >>> bit;
			if ((changed & mask) === 0) continue;
			const value = now & mask ? THERE : GONE;
			entries[i * 4 + (bit >>> 1)] |= bit & 1 ? value : value << 4;
		}
	}
	return entries;
}

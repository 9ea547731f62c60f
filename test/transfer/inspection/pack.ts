/** Makes archives, also such as no honest program makes. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface Packed {
	readonly name: string;
	readonly bytes?: Uint8Array;
	/** In the member's own header, if it is another. */
	readonly localName?: string;
	/** What the list says that it is unpacked. */
	readonly says?: number;
	readonly stored?: boolean;
	/** Unix: 0o120777 is a link. */
	readonly mode?: number;
	readonly encrypted?: boolean;
	/** Take the bytes of the member of this number instead. */
	readonly shares?: number;
	/** Bytes are already compressed so (APPNOTE 4.4.5). */
	readonly method?: number;
}

export function zip(members: readonly Packed[], front: Uint8Array = new Uint8Array(0)): Buffer {
	const parts: Uint8Array[] = [front];
	const places: { at: number; packed: number }[] = [];
	const list: Buffer[] = [];
	let at = front.length;
	for (const member of members) {
		const bytes = member.bytes ?? new Uint8Array(0);
		const method = member.method ?? (member.stored === true || bytes.length === 0 ? 0 : 8);
		const data = method === 8 ? deflateRawSync(bytes) : bytes;
		const name = Buffer.from(member.localName ?? member.name);
		let place = { at, packed: data.length };
		if (member.shares !== undefined) place = places[member.shares]!;
		else {
			const header = Buffer.alloc(30);
			header.write('PK\x03\x04', 'latin1');
			fields(header, 4, member, method, data.length, bytes);
			header.writeUInt16LE(name.length, 26);
			parts.push(header, name, data);
			at += 30 + name.length + data.length;
		}
		places.push(place);
		const listed = Buffer.from(member.name);
		const entry = Buffer.alloc(46);
		entry.write('PK\x01\x02', 'latin1');
		entry.writeUInt16LE(0x031e, 4);
		fields(entry, 6, member, method, place.packed, bytes);
		entry.writeUInt16LE(listed.length, 28);
		entry.writeUInt32LE(((member.mode ?? 0o100644) << 16) >>> 0, 38);
		entry.writeUInt32LE(place.at - front.length, 42);
		list.push(Buffer.concat([entry, listed]));
	}
	const directory = Buffer.concat(list);
	const end = Buffer.alloc(22);
	end.write('PK\x05\x06', 'latin1');
	end.writeUInt16LE(members.length, 8);
	end.writeUInt16LE(members.length, 10);
	end.writeUInt32LE(directory.length, 12);
	end.writeUInt32LE(at - front.length, 16);
	return Buffer.concat([...parts, directory, end]);
}

/** The fields that both headers have in common, from the version that is needed on. */
function fields(
	to: Buffer,
	at: number,
	member: Packed,
	method: number,
	packed: number,
	bytes: Uint8Array,
): void {
	to.writeUInt16LE(20, at);
	to.writeUInt16LE(0x800 | (member.encrypted === true ? 1 : 0), at + 2);
	to.writeUInt16LE(method, at + 4);
	to.writeUInt32LE(crc32(bytes), at + 10);
	to.writeUInt32LE(packed, at + 14);
	to.writeUInt32LE(member.says ?? bytes.length, at + 18);
}

export interface Taped {
	readonly name: string;
	readonly bytes?: Uint8Array;
	/** '0' file, '1' hard link, '2' link, '5' folder, 'x' pax, 'L' long name. */
	readonly type?: string;
	readonly target?: string;
}

export function tar(members: readonly Taped[]): Buffer {
	const parts: Buffer[] = [];
	for (const { name, bytes = new Uint8Array(0), type = '0', target = '' } of members) {
		const header = Buffer.alloc(512);
		header.write(name, 0, 100);
		header.write(`0000644\0${'0000000\0'.repeat(2)}`, 100);
		header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
		header.write('00000000000\0        ', 136);
		header.write(type, 156);
		header.write(target, 157, 100);
		header.write('ustar\x0000', 257, 'latin1');
		const sum = header.reduce((all, byte) => all + byte, 0);
		header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
		parts.push(header, Buffer.from(bytes), Buffer.alloc((512 - (bytes.length % 512)) % 512));
	}
	return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

/** A member of pax that says this of the next one. */
export function pax(key: string, value: string): Taped {
	const rest = ` ${key}=${value}\n`;
	let length = Buffer.byteLength(rest) + 2;
	while (Buffer.byteLength(`${length}${rest}`) !== length) length++;
	return { name: 'pax', type: 'x', bytes: Buffer.from(`${length}${rest}`) };
}

/** What a Windows program begins with. */
export const program = (() => {
	const bytes = Buffer.alloc(1024);
	bytes.write('MZ', 'latin1');
	bytes.writeUInt32LE(128, 60);
	bytes.write('PE\0\0', 128, 'latin1');
	return bytes;
})();

interface Rarred {
	readonly name: string;
	readonly bytes?: Uint8Array;
	/** Bytes are not as they were. */
	readonly compressed?: boolean;
	readonly says?: number;
	readonly encrypted?: boolean;
	readonly target?: string;
	/** It goes on in another volume. */
	readonly split?: boolean;
}

/** RAR 4. */
export function rar4(members: readonly Rarred[], sealed = false): Buffer {
	const parts: Uint8Array[] = [
		Buffer.from('Rar!\x1a\x07\0', 'latin1'),
		block4(0x73, sealed ? 0x80 : 0, Buffer.alloc(6)),
	];
	for (const { name, bytes = new Uint8Array(0), compressed, says, encrypted, target, split } of members) {
		const data = target === undefined ? bytes : Buffer.from(target);
		const raw = Buffer.from(name, 'latin1');
		const fields = Buffer.alloc(25);
		fields.writeUInt32LE(data.length, 0);
		fields.writeUInt32LE(says ?? data.length, 4);
		fields[8] = 3;
		fields[18] = compressed === true ? 0x33 : 0x30;
		fields.writeUInt16LE(raw.length, 19);
		fields.writeUInt32LE(target === undefined ? 0o100644 : 0o120777, 21);
		const flags = 0x8000 | (encrypted === true ? 4 : 0) | (split === true ? 2 : 0);
		parts.push(block4(0x74, flags, Buffer.concat([fields, raw])), data);
	}
	return Buffer.concat([...parts, block4(0x7b, 0, Buffer.alloc(0))]);
}

function block4(type: number, flags: number, rest: Buffer): Buffer {
	const head = Buffer.alloc(7);
	head[2] = type;
	head.writeUInt16LE(flags, 3);
	head.writeUInt16LE(7 + rest.length, 5);
	return Buffer.concat([head, rest]);
}

/** RAR 5. */
export function rar5(members: readonly Rarred[], sealed = false): Buffer {
	const parts: Uint8Array[] = [Buffer.from('Rar!\x1a\x07\x01\0', 'latin1')];
	if (sealed) parts.push(block5([4, 0, 0, 0, 15]));
	parts.push(block5([1, 0, 0]));
	for (const { name, bytes = new Uint8Array(0), compressed, says, encrypted, target, split } of members) {
		const raw = Buffer.from(name);
		const extra: number[] = [];
		if (encrypted === true) extra.push(3, 1, 0, 0);
		if (target !== undefined) {
			const to = Buffer.from(target);
			const record = [5, 1, 0, ...number5(to.length), ...to];
			extra.push(...number5(record.length), ...record);
		}
		const flags = 2 | (extra.length > 0 ? 1 : 0) | (split === true ? 16 : 0);
		const sizes = [...(extra.length > 0 ? number5(extra.length) : []), ...number5(bytes.length)];
		const fields = [0, ...number5(says ?? bytes.length), 0, ...number5(compressed === true ? 3 << 7 : 0), 1];
		parts.push(block5([2, flags, ...sizes, ...fields, ...number5(raw.length), ...raw, ...extra]), bytes);
	}
	return Buffer.concat([...parts, block5([5, 0, 0])]);
}

function block5(content: readonly number[]): Buffer {
	return Buffer.from([0, 0, 0, 0, ...number5(content.length), ...content]);
}

function number5(value: number): number[] {
	return value < 128 ? [value] : [(value % 128) | 128, ...number5(Math.floor(value / 128))];
}

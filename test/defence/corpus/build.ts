/** Bytes from parts. */
import { crc32 as checksum } from 'node:zlib';

export type Part = Uint8Array | string | readonly number[];

/** Strings are one byte a character. */
export function cat(...parts: readonly Part[]): Buffer {
	return Buffer.concat(
		parts.map((part) =>
			typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part as Uint8Array),
		),
	);
}

export function le16(value: number): Buffer {
	return Buffer.from([value & 255, (value >>> 8) & 255]);
}

export function le32(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(value >>> 0);
	return bytes;
}

export function le64(value: number): Buffer {
	return cat(le32(value % 0x1_0000_0000), le32(Math.floor(value / 0x1_0000_0000)));
}

export function be16(value: number): Buffer {
	return Buffer.from([(value >>> 8) & 255, value & 255]);
}

export function be32(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value >>> 0);
	return bytes;
}

export function be64(value: number): Buffer {
	return cat(be32(Math.floor(value / 0x1_0000_0000)), be32(value % 0x1_0000_0000));
}

export function crc32(bytes: Uint8Array): number {
	return checksum(bytes);
}

export function wide(text: string): Buffer {
	return Buffer.from(text, 'utf16le');
}

export function utf8(text: string): Buffer {
	return Buffer.from(text, 'utf8');
}

export function zeros(length: number): Buffer {
	return Buffer.alloc(Math.max(0, length));
}

/** Up to a multiple of `unit`. */
export function padded(bytes: Uint8Array, unit: number): Buffer {
	return cat(bytes, zeros((unit - (bytes.length % unit)) % unit));
}

/** RIFF and IFF chunks: name, size, body, a byte of padding. */
export function riff(name: string, ...body: readonly Part[]): Buffer {
	const bytes = cat(...body);
	return cat(name, le32(bytes.length), bytes, zeros(bytes.length & 1));
}

export function iff(name: string, ...body: readonly Part[]): Buffer {
	const bytes = cat(...body);
	return cat(name, be32(bytes.length), bytes, zeros(bytes.length & 1));
}

/** Box of ISO media files and QuickTime. */
export function box(name: string, ...body: readonly Part[]): Buffer {
	const bytes = cat(...body);
	return cat(be32(bytes.length + 8), name, bytes);
}

/** Little-endian integers in byte arrays. Callers have checked the bounds: outside them a read is garbage. */

export function le16(bytes: Uint8Array, at: number): number {
	return bytes[at] | (bytes[at + 1] << 8);
}

/** Unsigned. */
export function le32(bytes: Uint8Array, at: number): number {
	return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}

export function putLe16(bytes: Uint8Array, at: number, value: number): void {
	bytes[at] = value;
	bytes[at + 1] = value >>> 8;
}

export function putLe32(bytes: Uint8Array, at: number, value: number): void {
	bytes[at] = value;
	bytes[at + 1] = value >>> 8;
	bytes[at + 2] = value >>> 16;
	bytes[at + 3] = value >>> 24;
}

/** Little-endian of any length up to 8 bytes; undefined where a number cannot hold it exactly. */
export function leNumber(bytes: Uint8Array): number | undefined {
	if (bytes.length > 8) return undefined;
	let value = 0;
	for (let i = bytes.length - 1; i >= 0; i--) value = value * 256 + bytes[i];
	return Number.isSafeInteger(value) ? value : undefined;
}

/** The shortest little-endian form: no zero bytes at the end, none at all for zero. */
export function shortLe(value: number): Uint8Array {
	const bytes: number[] = [];
	for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.push(rest % 256);
	return Uint8Array.from(bytes);
}

import type { Content } from '../../../src/defence/content.ts';

/** A file that lies in memory. */
export function memory(bytes: Uint8Array, name = 'file', type?: string): Content {
	return {
		name,
		type,
		size: bytes.length,
		read: (from, to) => bytes.subarray(Math.max(0, from), Math.max(0, to)),
	};
}

/** Which parts of a shared file are here, as eDonkey counts them. Pure. */
import type { SharedFile } from '../network.ts';
import { protocol } from './limits.ts';
import type { PartStatus } from './wire/files.ts';

/** A file whose size is a multiple of a part counts an empty part at its end, which everybody has. */
export function partsOf({ size, parts }: Pick<SharedFile, 'size' | 'parts'>): PartStatus {
	if (parts === undefined) return 'all';
	const count = Math.floor(size / protocol.part) + 1;
	return Array.from({ length: count }, (_, part) => {
		const from = part * protocol.part;
		const to = Math.min(size, from + protocol.part);
		return from === to || parts.some((one) => one.from <= from && to <= one.to);
	});
}

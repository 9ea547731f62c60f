import { Readable } from 'node:stream';
import type { Chunks } from '../entry.ts';

/** A decompressor of node:zlib. What is broken, or ends too early, rejects; leaving the loop ends it. */
export function through(packed: Chunks, decompressor: NodeJS.ReadWriteStream): AsyncIterable<Uint8Array> {
	const source = Readable.from(packed, { objectMode: false });
	const out = decompressor as unknown as Readable;
	source.on('error', (error) => out.destroy(error));
	return source.pipe(decompressor) as unknown as AsyncIterable<Uint8Array>;
}

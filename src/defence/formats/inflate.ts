/** Unpacks a zlib or gzip stream up to a bound. What is broken or longer gives the part before that. */
import { Z_OK, Z_SYNC_FLUSH, ZStream, zlibInflate, zlibInflateInit2 } from 'pako';

/** zlib or gzip, as the stream's own header says: the largest window and the bit for both. */
const EITHER_HEADER = 15 + 32;
const CHUNK = 65_536;

export function inflated(bytes: Uint8Array, most: number): Uint8Array {
	const stream = new ZStream();
	stream.input = bytes;
	stream.avail_in = bytes.length;
	zlibInflateInit2(stream, EITHER_HEADER);
	const parts: Uint8Array[] = [];
	let given = 0;
	while (given < most) {
		stream.output = new Uint8Array(Math.min(CHUNK, most - given));
		stream.next_out = 0;
		stream.avail_out = stream.output.length;
		const status = zlibInflate(stream, Z_SYNC_FLUSH);
		parts.push(stream.output.subarray(0, stream.next_out));
		given += stream.next_out;
		if (status !== Z_OK || stream.avail_out > 0) break;
	}
	return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

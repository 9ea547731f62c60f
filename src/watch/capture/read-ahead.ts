/**
 * Reads a capture file while the piece before is looked at: the system copies on another core. Between pieces
 * everything else in the process gets its turn, Ctrl-C too.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import { readerOf, readingFailed } from './capture-file.ts';
import type { CaptureReader } from './capture-reader.ts';
import type { CaptureEnd, PacketSink } from './packet-sink.ts';

const piece = 4 << 20;

/** What a reader leaves of one piece is put before the next one, so there is room for it there. */
const room = 1 << 20;

export async function readAhead(
	path: string,
	sink: PacketSink,
	signal: AbortSignal,
): Promise<CaptureEnd | Refusal> {
	let file: FileHandle;
	try {
		file = await open(path, 'r');
	} catch (error) {
		return {
			refused: 'watch.capture.unreadable',
			detail: `${path}: ${(error as NodeJS.ErrnoException).code}`,
		};
	}
	try {
		return await readPieces(file, sink, signal);
	} finally {
		await file.close();
	}
}

async function readPieces(
	file: FileHandle,
	sink: PacketSink,
	signal: AbortSignal,
): Promise<CaptureEnd | Refusal> {
	let current = new Uint8Array(room + piece);
	let next = new Uint8Array(room + piece);
	let from = room;
	let to = room;
	// A pipe may give its first bytes one by one; the first four say which format it is.
	while (to < room + 4) {
		const { bytesRead } = await file.read(current, to, piece - (to - room), null);
		if (bytesRead === 0) break;
		to += bytesRead;
	}
	const reader = readerOf(current, from, to, sink);
	if (isRefusal(reader)) return reader;
	for (;;) {
		const reading = file.read(next, room, piece, null).then(
			({ bytesRead }) => bytesRead,
			(error: NodeJS.ErrnoException) => error,
		);
		const consumed = reader.feed(current, from, to);
		const bytesRead = await reading;
		if (typeof bytesRead !== 'number') {
			const end = reader.finish(current, from + consumed, to);
			return { ...end, damage: readingFailed(bytesRead.code ?? bytesRead.message) };
		}
		const rest = to - from - consumed;
		if (bytesRead === 0 || reader.damage !== undefined || signal.aborted)
			return ended(reader, current, from + consumed, to, signal);
		if (rest > room) throw new Error(`a reader of captures left ${rest} bytes`);
		next.set(current.subarray(from + consumed, to), room - rest);
		from = room - rest;
		to = room + bytesRead;
		[current, next] = [next, current];
	}
}

function ended(
	reader: CaptureReader,
	bytes: Uint8Array,
	from: number,
	to: number,
	signal: AbortSignal,
): CaptureEnd {
	const end = reader.finish(bytes, from, to);
	return signal.aborted
		? { ...end, damage: 'Interrupted: only the beginning of the capture was read.' }
		: end;
}

/** The pieces that every message passes, each by itself: what the figures of a whole node are made of. */
import { PostingIndex } from '../src/library/posting-index.ts';
import { LinkDeflater, LinkInflater } from '../src/networks/gnutella/wire/deflate.ts';
import { GuidTable } from '../src/networks/gnutella/wire/guid.ts';
import {
	encodeMessage,
	MessageSplitter,
	MessageType,
	maximumPayload,
	payloadOf,
} from '../src/networks/gnutella/wire/message.ts';
import { queryHashes, RouteTable } from '../src/networks/gnutella/wire/qrp-table.ts';
import { decodeQuery, encodeQuery } from '../src/networks/gnutella/wire/query.ts';
import { unanswered } from './library.ts';
import { median } from './sides.ts';

const COUNT = 10_000;
const ROUNDS = 9;
/** Something that depends on every result, so that no compiler leaves the work out. */
let seen = 0;

function guid(i: number): Uint8Array {
	const bytes = new Uint8Array(16);
	new DataView(bytes.buffer).setUint32(0, Math.imul(i, 0x9e3779b1));
	return bytes;
}

/** Prints the median of several rounds; each call of `round` does `count` of what is named. */
function piece(name: string, count: number, unit: string, round: (number: number) => void): void {
	for (let i = 0; i < 3; i++) round(i);
	const rates = Array.from({ length: ROUNDS }, (_, i) => {
		const started = performance.now();
		round(i + 3);
		return count / ((performance.now() - started) / 1000);
	});
	const million = (rate: number): string => (rate / 1e6).toPrecision(3);
	console.log(
		`${name}: ${million(median(rates))} million ${unit} a second (${million(Math.min(...rates))} to ${million(Math.max(...rates))})`,
	);
}

export function pieces(): void {
	const texts = Array.from({ length: COUNT }, (_, i) => unanswered('plain', 1, i));
	const frames = texts.map((text, i) =>
		encodeMessage(MessageType.Query, guid(i), 3, 1, encodeQuery({ text })),
	);
	const stream = Buffer.concat(frames);
	piece('messages cut from a stream', COUNT, 'messages', () => {
		const splitter = new MessageSplitter(maximumPayload);
		for (let at = 0; at < stream.length; at += 65_536) {
			splitter.push(new Uint8Array(stream.subarray(at, at + 65_536)));
			for (let frame = splitter.next(); frame !== undefined; frame = splitter.next()) seen++;
		}
	});
	const table = new GuidTable(65_536, guid(1));
	// As full as in a node that has run for a while.
	for (let i = 1; i < 200_000; i++) table.set(guid(-i), 1);
	piece('ids looked up and remembered', COUNT, 'ids', (number) => {
		const id = guid(0);
		const view = new DataView(id.buffer);
		for (let i = 0; i < COUNT; i++) {
			view.setUint32(0, Math.imul(number * COUNT + i, 0x9e3779b1));
			if (table.get(id) === -1) table.set(id, 1);
		}
		seen += table.size;
	});
	piece('queries decoded', COUNT, 'queries', () => {
		for (const frame of frames) if ('text' in decodeQuery(payloadOf(frame))) seen++;
	});
	lookUps(texts);
	links(frames);
	if (seen === 0) throw new Error('nothing was done');
}

function lookUps(texts: readonly string[]): void {
	const shares = new PostingIndex();
	for (let i = 1; i <= COUNT; i++)
		shares.add({ id: i, name: `${unanswered('dear', 2, i)} number${i}.ogg`, size: 1000 });
	piece('look-ups in vain, 10,000 files shared', COUNT, 'queries', () => {
		for (const text of texts) seen += shares.match(text, 50).length + 1;
	});
	const dear = texts.map((_, i) => unanswered('dear', 3, i));
	piece('look-ups in vain where all but one word is known', COUNT, 'queries', () => {
		for (const text of dear) seen += shares.match(text, 50).length + 1;
	});
	const tables = Array.from({ length: 1000 }, (_, leaf) => {
		const table = new RouteTable(65_536);
		for (let i = 0; i < 100; i++) table.addText(`file ${leaf} of words ${i} and others ${i * 7}`);
		return table;
	});
	const hashes = texts.slice(0, 200).map((text) => queryHashes(text));
	piece('tables of leaves asked, 1,000 for each query', hashes.length * tables.length, 'tables', () => {
		for (const query of hashes) for (const table of tables) if (table.mayMatch(query)) seen++;
		seen++;
	});
}

function links(frames: readonly Uint8Array[]): void {
	const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
	const packed: Uint8Array[] = [];
	const pack = (): void => {
		const deflater = new LinkDeflater();
		packed.length = 0;
		// A flush for every hundred messages, as when they come in one chunk.
		frames.forEach((frame, i) => {
			deflater.push(frame);
			if (i % 100 === 99) packed.push(deflater.flush());
		});
		seen += packed.length;
	};
	piece('queries deflated', bytes, 'bytes', pack);
	piece('queries inflated', bytes, 'bytes', () => {
		const inflater = new LinkInflater();
		for (const block of packed) {
			const refused = inflater.push(block, (chunk) => void (seen += chunk.length));
			if (refused !== undefined) throw new Error(refused.refused);
		}
	});
}

/** The fuzz targets of Gnutella: every decoder, the streams, and a whole servent in a recorded world. */
import { isRefusal } from '../src/evidence/refusal.ts';
import { decodeBye, encodeBye } from '../src/networks/gnutella/wire/bye.ts';
import { LinkDeflater, LinkInflater } from '../src/networks/gnutella/wire/deflate.ts';
import { decodeDime, encodeDime } from '../src/networks/gnutella/wire/dime.ts';
import { decodeGgep, encodeGgep } from '../src/networks/gnutella/wire/ggep.ts';
import { parseGiv } from '../src/networks/gnutella/wire/giv.ts';
import { decodeCacheAnswer, decodeCacheRequest } from '../src/networks/gnutella/wire/gwebcache.ts';
import { parseGreeting } from '../src/networks/gnutella/wire/handshake.ts';
import { HeaderBlock } from '../src/networks/gnutella/wire/head.ts';
import { decodeHit, encodeHit } from '../src/networks/gnutella/wire/hit.ts';
import {
	parseContentRange,
	parseContentUrn,
	parseRange,
	parseRequest,
	parseStatus,
} from '../src/networks/gnutella/wire/http.ts';
import {
	encodeMessage,
	frameOfDatagram,
	MessageSplitter,
	maximumPayload,
} from '../src/networks/gnutella/wire/message.ts';
import { decodePing } from '../src/networks/gnutella/wire/ping.ts';
import { decodePong, encodePong } from '../src/networks/gnutella/wire/pong.ts';
import { decodePush, encodePush } from '../src/networks/gnutella/wire/push.ts';
import { decodeQrp } from '../src/networks/gnutella/wire/qrp.ts';
import { RouteTableReader, tableMessages } from '../src/networks/gnutella/wire/qrp-patch.ts';
import { RouteTable } from '../src/networks/gnutella/wire/qrp-table.ts';
import { decodeQuery, encodeQuery } from '../src/networks/gnutella/wire/query.ts';
import { parseQueue } from '../src/networks/gnutella/wire/queue.ts';
import { decodeThex, encodeThex } from '../src/networks/gnutella/wire/thex.ts';
import { decodeVendor, encodeVendor } from '../src/networks/gnutella/wire/vendor.ts';
import { Recorder } from '../src/world/recorder.ts';
import { quietHost, subjects } from '../test/contract/subjects.ts';
import type { Random } from './random.ts';

export interface Target {
	readonly name: string;
	/** One input. Throws where the promise is broken. */
	run(random: Random): void;
}

const sha1 = Uint8Array.from({ length: 20 }, (_, i) => (i * 97 + 13) & 255);
const guid = Uint8Array.from({ length: 16 }, (_, i) => (i * 31 + 7) & 255);
const address = { host: '198.51.99.7', port: 6346 };
const table = new RouteTable(4096);
table.addText('alpha beta gamma delta');

/** A good payload of each kind, its decoder. */
const kinds: readonly {
	name: string;
	good: readonly Uint8Array[];
	decode: (payload: Uint8Array) => unknown;
}[] = [
	{ name: 'ping', good: [encodeGgep([['SCP', Uint8Array.of(1)]])], decode: decodePing },
	{
		name: 'pong',
		good: [encodePong({ address, files: 3, kilobytes: 8, ggep: new Map([['IPP', new Uint8Array(12)]]) })],
		decode: decodePong,
	},
	{
		name: 'dime',
		good: [encodeDime([{ type: 'text/xml', kind: 'media', id: 'x', data: guid }])],
		decode: decodeDime,
	},
	{
		name: 'hash tree',
		good: [encodeThex({ size: 300_000, slice: 65_536, slices: new Uint8Array(5 * 24) }, 'uuid')],
		decode: decodeThex,
	},
	{ name: 'bye', good: [encodeBye({ code: 200, reason: 'enough' })], decode: decodeBye },
	{
		name: 'query',
		good: [
			encodeQuery({
				text: 'vyncke slides',
				urns: ['urn:sha1:GVQCF23QOONXVO4ODLVYUZNXZFS2TUKT'],
				ggep: new Map([['SO', new Uint8Array(3)]]),
			}),
		],
		decode: decodeQuery,
	},
	{
		name: 'hit',
		good: [
			encodeHit({
				address,
				speed: 9,
				vendor: 'TEST',
				guid,
				records: [
					{ index: 1, size: 5e9, name: 'a talk.pdf', sha1, tth: new Uint8Array(24), alternates: [address] },
					{ index: 2, size: 3, name: 'b' },
				],
				pushProxies: [address],
				browsable: true,
			}),
		],
		decode: decodeHit,
	},
	{ name: 'push', good: [encodePush({ guid, index: 1, address })], decode: decodePush },
	{
		name: 'vendor',
		good: [encodeVendor({ vendor: 'BEAR', selector: 4, version: 1, data: Uint8Array.of(3) })],
		decode: decodeVendor,
	},
	{ name: 'qrp', good: tableMessages(table, undefined, 4), decode: decodeQrp },
	{
		name: 'ggep',
		good: [
			encodeGgep(
				[
					['H', sha1],
					['DU', Uint8Array.of(9)],
				],
				{ cobs: true },
			),
		],
		decode: (bytes) => decodeGgep(bytes, 0, bytes.length),
	},
	{
		name: 'datagram',
		good: [encodeMessage(0, guid, 1, 0, new Uint8Array(0))],
		decode: (bytes) => frameOfDatagram(bytes),
	},
];

/** Lines that a peer may say, and their readers. */
const lines: readonly { name: string; good: readonly string[]; read: (line: string) => unknown }[] = [
	{
		name: 'greeting',
		good: ['GNUTELLA CONNECT/0.6', 'GNUTELLA/0.6 200 OK', 'GNUTELLA OK'],
		read: parseGreeting,
	},
	{
		name: 'request',
		good: [
			'GET /get/1/a%20b.pdf HTTP/1.1',
			'HEAD /uri-res/N2R?urn:sha1:GVQCF23QOONXVO4ODLVYUZNXZFS2TUKT HTTP/1.0',
		],
		read: parseRequest,
	},
	{ name: 'status', good: ['HTTP/1.1 206 Partial Content', 'HTTP 200 OK'], read: parseStatus },
	{ name: 'range', good: ['bytes=0-99', 'bytes=-5'], read: (line) => parseRange(line, 1000) },
	{ name: 'queue', good: ['position=2,length=5,limit=4,pollMin=45,pollMax=120'], read: parseQueue },
	{ name: 'content range', good: ['bytes 0-99/1000'], read: parseContentRange },
	{
		name: 'content urn',
		good: ['urn:bitprint:GVQCF23QOONXVO4ODLVYUZNXZFS2TUKT.4RTNBKCPBJWFNQNIKBJAZDXFFCDDZ2ODPLAU52Y'],
		read: parseContentUrn,
	},
	{ name: 'giv', good: ['GIV 1:00112233445566778899AABBCCDDEEFF/x'], read: parseGiv },
	{
		name: 'cache request',
		good: ['get=1&net=gnutella&ip=1.2.3.4:6346&url=http%3A%2F%2Fa.b%2Fc'],
		read: decodeCacheRequest,
	},
	{
		name: 'cache answer',
		good: ['H|1.2.3.4:6346|60\nU|http://a.b/c|9\nI|pong|x\n'],
		read: decodeCacheAnswer,
	},
];

const decoders: Target[] = kinds.map(({ name, good, decode }) => ({
	name,
	run: (random) => void decode(random.spoilt(random.pick(good))),
}));

const readers: Target[] = lines.map(({ name, good, read }) => ({
	name,
	run: (random) => void read(Buffer.from(random.spoilt(Buffer.from(random.pick(good)))).toString('latin1')),
}));

/** The frames, or the refusal, of a stream in pieces. */
function split(bytes: Uint8Array, random: Random, most: number): string {
	const splitter = new MessageSplitter(maximumPayload);
	const found: string[] = [];
	for (let at = 0; at < bytes.length; ) {
		const to = Math.min(bytes.length, at + 1 + random.below(most));
		splitter.push(bytes.slice(at, to));
		at = to;
		for (let frame = splitter.next(); frame !== undefined; frame = splitter.next()) {
			if (isRefusal(frame)) return [...found, frame.refused].join();
			found.push(Buffer.from(frame).toString('hex'));
		}
	}
	return found.join();
}

const streams: Target[] = [
	{
		name: 'message stream, whole and in pieces',
		run: (random) => {
			const frames = kinds
				.slice(0, 7)
				.map(({ good }, i) =>
					encodeMessage([0, 1, 2, 0x80, 0x81, 0x40, 0x31][i]!, guid, 3, 1, random.pick(good)),
				);
			const bytes = random.spoilt(Buffer.concat(frames));
			const whole = split(bytes, random, bytes.length + 1);
			if (split(bytes, random, 7) !== whole || split(bytes, random, 60) !== whole)
				throw new Error('pieces differ from the whole');
		},
	},
	{
		name: 'head, whole and in pieces',
		run: (random) => {
			const bytes = random.spoilt(
				Buffer.from('GNUTELLA CONNECT/0.6\r\nUser-Agent: x\r\nX-Try: 1.2.3.4:5,\r\n 6.7.8.9:1\r\n\r\nrest'),
			);
			const read = (most: number): string => {
				const head = new HeaderBlock();
				for (let at = 0; at < bytes.length; ) {
					const to = Math.min(bytes.length, at + 1 + random.below(most));
					const answer = head.push(bytes.subarray(at, to));
					at = to;
					if (answer !== 'more')
						return `${isRefusal(answer) ? answer.refused : answer} ${head.firstLine} ${JSON.stringify([...head.headers])}`;
				}
				return 'more';
			};
			const whole = read(bytes.length + 1);
			if (read(3) !== whole) throw new Error('pieces differ from the whole');
		},
	},
	{
		name: 'inflate',
		run: (random) => {
			const deflater = new LinkDeflater();
			deflater.push(random.below(3) === 0 ? new Uint8Array(random.below(200_000)) : random.bytes(3000));
			const bytes = random.spoilt(deflater.flush());
			let out = 0;
			new LinkInflater().push(bytes, (chunk) => {
				out += chunk.length;
			});
			if (out > 2_000_000) throw new Error(`${bytes.length} bytes became ${out}`);
		},
	},
	{
		name: 'table reader',
		run: (random) => {
			const reader = new RouteTableReader();
			const bits = random.pick([1, 4] as const);
			for (const payload of tableMessages(table, undefined, bits))
				reader.take(random.below(3) === 0 ? random.spoilt(payload) : payload);
			for (let i = 0; i < 3; i++)
				reader.take(random.spoilt(random.pick(tableMessages(table, undefined, bits))));
		},
	},
];

const servents: Target[] = subjects.map((subject) => ({
	name: `a whole ${subject.name} node`,
	run: (random) => {
		const world = new Recorder();
		world.attach(subject.make(world, quietHost()));
		const link = world.accept({ host: '198.51.99.50', port: 40_000 });
		const bytes = random.spoilt(random.pick(subject.streams));
		for (let at = 0; at < bytes.length; ) {
			const to = Math.min(bytes.length, at + 1 + random.below(900));
			world.feed(link, bytes.subarray(at, to));
			at = to;
		}
		world.land({ host: '198.51.99.51', port: 6346 }, random.bytes(80));
		world.advance(world.time + 1000);
		world.flush();
	},
}));

export const targets: readonly Target[] = [...decoders, ...readers, ...streams, ...servents];

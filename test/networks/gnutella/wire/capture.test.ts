import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isRefusal, type Refusal } from '../../../../src/evidence/refusal.ts';
import { decodeBye } from '../../../../src/networks/gnutella/wire/bye.ts';
import { LinkInflater } from '../../../../src/networks/gnutella/wire/deflate.ts';
import { parseGreeting } from '../../../../src/networks/gnutella/wire/handshake.ts';
import { HeaderBlock } from '../../../../src/networks/gnutella/wire/head.ts';
import { decodeHit } from '../../../../src/networks/gnutella/wire/hit.ts';
import {
	frameOfDatagram,
	MessageSplitter,
	MessageType,
	maximumPayload,
	payloadOf,
	typeOf,
} from '../../../../src/networks/gnutella/wire/message.ts';
import { decodePing } from '../../../../src/networks/gnutella/wire/ping.ts';
import { decodePong } from '../../../../src/networks/gnutella/wire/pong.ts';
import { decodePush } from '../../../../src/networks/gnutella/wire/push.ts';
import { decodeQrp } from '../../../../src/networks/gnutella/wire/qrp.ts';
import { decodeQuery } from '../../../../src/networks/gnutella/wire/query.ts';
import { decodeVendor } from '../../../../src/networks/gnutella/wire/vendor.ts';
import { readPcap, type Stream } from './pcap.ts';

const path = '../shared/data/captures/p2p/gnutella.pcap';
const present = existsSync(path);
if (!present) console.log(`skipped: no capture of the live network at ${path}`);

const decoders: Record<number, (payload: Uint8Array) => unknown> = {
	[MessageType.Ping]: decodePing,
	[MessageType.Pong]: decodePong,
	[MessageType.Bye]: decodeBye,
	[MessageType.Qrp]: decodeQrp,
	[MessageType.Vendor]: decodeVendor,
	[MessageType.StandardVendor]: decodeVendor,
	[MessageType.Push]: decodePush,
	[MessageType.Query]: decodeQuery,
	[MessageType.Hit]: decodeHit,
};

class Tally {
	readonly greetings: string[] = [];
	readonly types = new Map<string, number>();
	readonly refused: Refusal[] = [];

	frame(frame: Uint8Array): void {
		const type = typeOf(frame).toString(16).padStart(2, '0');
		this.types.set(type, (this.types.get(type) ?? 0) + 1);
		const value = decoders[typeOf(frame)]?.(payloadOf(frame));
		if (isRefusal(value)) this.refused.push(value);
	}
}

/** Reads a direction of a conversation: its one or two heads, then its messages. */
function readStream(stream: Stream, tally: Tally): void {
	let rest: Uint8Array = stream.bytes;
	let deflated = false;
	for (let heads = /^GNUTELLA CONNECT/.test(stream.bytes.toString('latin1')) ? 2 : 1; heads > 0; heads--) {
		const head = new HeaderBlock();
		const answer = head.push(rest);
		if (isRefusal(answer)) tally.refused.push(answer);
		if (answer !== 'done') return;
		const greeting = parseGreeting(head.firstLine ?? '');
		if (isRefusal(greeting)) tally.refused.push(greeting);
		else tally.greetings.push(greeting.kind === 'status' ? String(greeting.code) : greeting.kind);
		// Gnutella 2 and TLS begin with the same handshake; what follows is not ours to read.
		if (/gnutella2/.test(head.headers.get('content-type') ?? '')) return;
		if (/upgrade/i.test(head.headers.get('connection') ?? '')) return;
		deflated = head.headers.get('content-encoding') === 'deflate';
		rest = head.rest;
	}
	const splitter = new MessageSplitter(maximumPayload);
	const take = (chunk: Uint8Array) => {
		splitter.push(chunk);
		for (let next = splitter.next(); next; next = splitter.next()) {
			if (isRefusal(next)) return void tally.refused.push(next);
			tally.frame(next);
		}
	};
	if (!deflated) return take(rest);
	const broken = new LinkInflater().push(rest, take);
	if (broken) tally.refused.push(broken);
}

test.skipIf(!present)(
	'a capture of the live network: every greeting and message is read, none is refused',
	() => {
		const tally = new Tally();
		const { streams, datagrams } = readPcap(readFileSync(path));
		for (const stream of streams)
			if (stream.bytes.toString('latin1', 0, 8) === 'GNUTELLA') readStream(stream, tally);
		expect(tally.refused).toEqual([]);
		expect(tally.greetings.filter((one) => one === 'connect').length).toBeGreaterThan(10);
		expect(tally.greetings).toContain('503');
		// Pings, pongs, goodbyes, tables, vendor messages, queries, hits, and HSEP, which is not decoded.
		const types = { '00': 14, '01': 138, '02': 3, '30': 9, '31': 293, '80': 17, '81': 87, cd: 99 };
		expect(Object.fromEntries(tally.types)).toEqual(types);
		let pongs = 0;
		for (const { bytes } of datagrams) {
			const frame = frameOfDatagram(bytes);
			if (isRefusal(frame) || typeOf(frame) !== MessageType.Pong) continue;
			pongs++;
			expect(isRefusal(decodePong(payloadOf(frame)))).toBe(false);
		}
		expect(pongs).toBeGreaterThan(10);
	},
);

/**
 * Wireshark's tshark reads what we say: an independent reader, written by people who never saw our code. Two
 * of our servents speak on real sockets, a capture is made of it, and each message must come out of tshark
 * with the type, TTL, hops, length and fields that were sent.
 *
 * Two things that its dissector (4.0) cannot do, and how the capture is made for it:
 * - it cannot read deflate: the servents do not offer it;
 * - it takes whatever shares a reassembled chunk with the text of the handshake for a part of it: each thing
 *   said is a segment of its own. It also leaves aside messages of more than 1,500 bytes, a sign of a file
 *   transfer: ours are shorter, which is asserted.
 *
 * It knows no QRP, VENDOR and BYE: of those it reads the header.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hex } from '../../src/networks/common/hash.ts';
import { type Said, writePcap } from './capture.ts';
import {
	BYE,
	type Conversation,
	converse,
	HIT,
	LEAF,
	leafFiles,
	messagesOf,
	PING,
	PONG,
	PUSH,
	QRP,
	QUERY,
	ULTRAPEER,
	VENDOR,
} from './conversation.ts';

const program = 'tshark';
const version = /TShark.*?(\d+\.\d+\.\d+)/.exec(
	spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout ?? '',
)?.[1];
if (version === undefined) console.log('skipped: tshark is not installed (Debian: apt install tshark)');

const FIELDS = [
	'tcp.srcport',
	'gnutella.header.id',
	'gnutella.header.payload',
	'gnutella.header.ttl',
	'gnutella.header.hops',
	'gnutella.header.size',
	'gnutella.pong.ip',
	'gnutella.pong.port',
	'gnutella.pong.files',
	'gnutella.query.search',
	'gnutella.queryhit.count',
	'gnutella.queryhit.ip',
	'gnutella.queryhit.port',
	'gnutella.queryhit.hit.index',
	'gnutella.queryhit.hit.size',
	'gnutella.queryhit.hit.name',
	'gnutella.queryhit.servent_id',
	'gnutella.push.servent_id',
	'gnutella.push.index',
	'gnutella.push.ip',
	'gnutella.push.port',
] as const;

type Row = Record<(typeof FIELDS)[number], string>;

/** Its dissector reads names as ASCII: each further byte becomes a replacement character. */
function inAscii(name: string): string {
	return Buffer.from(name)
		.toString('latin1')
		.replace(/[^\x00-\x7f]/g, '\ufffd');
}

let folder: string;
let talk: Conversation;
let rows: Row[];

function tshark(file: string, port: number, ...more: string[]): string {
	const { status, stdout, stderr } = spawnSync(
		program,
		['-n', '-r', file, '-d', `tcp.port==${port},gnutella`, ...more],
		{ encoding: 'utf8' },
	);
	if (status !== 0) throw new Error(`tshark ended with ${status}: ${stderr}`);
	return stdout;
}

function capture(name: string, said: readonly Said[]): string {
	const file = join(folder, name);
	writeFileSync(file, writePcap(talk.dialler, talk.listener, said));
	return file;
}

beforeAll(async () => {
	if (version === undefined) return;
	folder = mkdtempSync(join(tmpdir(), 'sallyport-tshark-'));
	talk = await converse();
	const file = capture('talk.pcap', talk.said);
	const wanted = FIELDS.flatMap((field) => ['-e', field]);
	const form = ['-T', 'fields', '-E', 'occurrence=a', '-E', 'aggregator=|'];
	const text = tshark(file, talk.listener.port, '-Y', 'gnutella.header', ...form, ...wanted);
	rows = text
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => Object.fromEntries(line.split('\t').map((cell, i) => [FIELDS[i]!, cell])) as Row);
});

afterAll(() => {
	if (folder !== undefined) rmSync(folder, { recursive: true });
});

const rowsOf = (type: number, by: Said['by']): Row[] =>
	rows.filter(
		(row) =>
			Number(row['gnutella.header.payload']) === type &&
			row['tcp.srcport'] === String((by === 'dialler' ? talk.dialler : talk.listener).port),
	);

describe.skipIf(version === undefined)(`tshark ${version ?? ''} reads our conversation`, () => {
	it('which holds every type of message that we send', () => {
		const types = new Set(messagesOf(talk.said).map(({ bytes }) => bytes[16]!));
		expect([...types].sort((a, b) => a - b)).toEqual([PING, PONG, BYE, QRP, VENDOR, PUSH, QUERY, HIT]);
		const variants = messagesOf(talk.said).filter(({ bytes }) => bytes[16] === QRP);
		expect(new Set(variants.map(({ bytes }) => bytes[23]))).toEqual(new Set([0, 1]));
		expect(Math.max(...messagesOf(talk.said).map(({ bytes }) => bytes.length))).toBeLessThan(1500);
	});

	it('message by message: sender, id, type, TTL, hops and length, in the order of sending', () => {
		const expected = messagesOf(talk.said).map(({ by, bytes }) => ({
			port: String((by === 'dialler' ? talk.dialler : talk.listener).port),
			id: hex(bytes.subarray(0, 16)),
			type: bytes[16],
			ttl: bytes[17],
			hops: bytes[18],
			length: bytes.length - 23,
		}));
		const read = rows.map((row) => ({
			port: row['tcp.srcport'],
			id: row['gnutella.header.id'].replaceAll(':', ''),
			type: Number(row['gnutella.header.payload']),
			ttl: Number(row['gnutella.header.ttl']),
			hops: Number(row['gnutella.header.hops']),
			length: Number(row['gnutella.header.size']),
		}));
		expect(read).toEqual(expected);
	});

	it('and finds no malformed frame, and nothing odd about the capture', () => {
		const file = join(folder, 'talk.pcap');
		for (const odd of ['_ws.malformed', '_ws.expert.severity >= warning', 'tcp.analysis.lost_segment']) {
			expect([odd, tshark(file, talk.listener.port, '-Y', odd)]).toEqual([odd, '']);
		}
	});

	it('PONG: our addresses and files', () => {
		expect(rowsOf(PONG, 'listener')[0]).toMatchObject({
			'gnutella.pong.ip': ULTRAPEER,
			'gnutella.pong.port': String(talk.listener.port),
			'gnutella.pong.files': '1',
		});
		expect(rowsOf(PONG, 'dialler')[0]).toMatchObject({
			'gnutella.pong.ip': LEAF,
			'gnutella.pong.files': '2',
		});
	});

	it('QUERY: the words', () => {
		expect(rowsOf(QUERY, 'dialler').map((row) => row['gnutella.query.search'])).toEqual(['drawbridge plans']);
		expect(rowsOf(QUERY, 'listener').map((row) => row['gnutella.query.search'])).toEqual(['sally port']);
	});

	it('QUERYHIT: count, address, files and servent', () => {
		expect(rowsOf(HIT, 'listener')).toMatchObject([
			{
				'gnutella.queryhit.count': '1',
				'gnutella.queryhit.ip': ULTRAPEER,
				'gnutella.queryhit.port': String(talk.listener.port),
				'gnutella.queryhit.hit.name': 'drawbridge plans.png',
				'gnutella.queryhit.hit.size': '4242',
				'gnutella.queryhit.hit.index': '1',
				'gnutella.queryhit.servent_id': hex(talk.ultrapeer.guid),
			},
		]);
		const [hit, ...more] = rowsOf(HIT, 'dialler');
		expect(more).toEqual([]);
		expect(hit).toMatchObject({
			'gnutella.queryhit.count': '2',
			'gnutella.queryhit.ip': LEAF,
			'gnutella.queryhit.hit.size': '700|123456',
			'gnutella.queryhit.hit.index': '1|2',
			'gnutella.queryhit.hit.name': leafFiles.map(({ name }) => inAscii(name)).join('|'),
			'gnutella.queryhit.servent_id': hex(talk.leaf.guid),
		});
	});

	it('PUSH: whom it is for, which file, and whom to call', () => {
		expect(rowsOf(PUSH, 'listener')).toMatchObject([
			{
				'gnutella.push.servent_id': hex(talk.leaf.guid),
				'gnutella.push.index': '1',
				'gnutella.push.ip': ULTRAPEER,
				'gnutella.push.port': String(talk.listener.port),
			},
		]);
	});

	it('and would say so if a message were malformed', () => {
		const broken = talk.said.map(({ by, bytes }) => {
			if (bytes[16] !== HIT || !messagesOf([{ by, bytes }]).length) return { by, bytes };
			const lying = bytes.slice();
			lying[23] = 200;
			return { by, bytes: lying };
		});
		const file = capture('broken.pcap', broken);
		expect(tshark(file, talk.listener.port, '-Y', '_ws.malformed')).toMatch(/Malformed/);
	});
});

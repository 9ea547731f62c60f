/** A good body of each message, and its decoder: for the promises that all of them keep, and for the fuzzer. */

import { Cursor, Writer } from '../../../../src/networks/edonkey/wire/cursor.ts';
import * as files from '../../../../src/networks/edonkey/wire/files.ts';
import { decodeHello, encodeHello, featuresOf } from '../../../../src/networks/edonkey/wire/hello.ts';
import * as login from '../../../../src/networks/edonkey/wire/login.ts';
import * as parts from '../../../../src/networks/edonkey/wire/parts.ts';
import * as peers from '../../../../src/networks/edonkey/wire/peers.ts';
import * as records from '../../../../src/networks/edonkey/wire/records.ts';
import { openDatagram, sealDatagram } from '../../../../src/networks/edonkey/wire/sealed-datagrams.ts';
import * as search from '../../../../src/networks/edonkey/wire/search-tree.ts';
import * as datagrams from '../../../../src/networks/edonkey/wire/server-datagrams.ts';
import * as sources from '../../../../src/networks/edonkey/wire/sources.ts';
import { userKinds } from './user-kinds.ts';

export interface Kind {
	readonly name: string;
	readonly good: Uint8Array;
	decode(body: Uint8Array): unknown;
}

export const hash = (n: number): Uint8Array =>
	Uint8Array.from({ length: 16 }, (_, i) => (n * 31 + i * 7) & 255);
const root = new Uint8Array(20).fill(9);
const address = { host: '203.0.113.7', port: 4662 };

export const someTree: search.SearchNode = {
	kind: 'and',
	left: { kind: 'or', left: { kind: 'words', text: 'readme' }, right: { kind: 'words', text: 'ubuntu' } },
	right: {
		kind: 'not',
		left: { kind: 'text', tag: 3, text: 'Audio' },
		right: { kind: 'number', tag: 2, comparison: '>=', value: 5_000_000_000 },
	},
};

export const someRecord: records.FileRecord = {
	hash: hash(4),
	id: 0x057100cb,
	port: 4662,
	name: 'a talk about péers.mp3',
	size: 5_000_000_001,
	type: 'Audio',
	sources: 3,
	completeSources: 2,
	length: 300,
	bitrate: 128,
	codec: 'mp3',
};

export const someHello = {
	hash: hash(1),
	id: 0x027100cb,
	port: 4662,
	name: 'alice',
	version: 0x3c,
	udpPorts: 4672,
	muleVersion: 3 << 24,
	features: featuresOf(0x34133212, 0x438),
	server: { host: '203.0.113.1', port: 4661 },
};

function answers(): Uint8Array {
	const writer = new Writer();
	datagrams.writeAnswer(writer, { kind: 'result', record: someRecord }, true);
	datagrams.writeAnswer(
		writer,
		{ kind: 'sources', found: { hash: hash(5), sources: [{ id: 7, port: 4662 }] } },
		true,
	);
	return writer.done();
}

const status: Required<datagrams.DatagramStatus> = {
	challenge: 0x55aa1234,
	users: 3,
	files: 400,
	mostUsers: 500_000,
	softFiles: 5000,
	hardFiles: 5001,
	flags: 0x13b,
	lowIds: 1,
	obfuscatedUdp: 0,
	obfuscatedTcp: 0,
	key: 77,
};

const bits = [true, false, true, true, false, false, false, true, true];

export const kinds: readonly Kind[] = [
	{
		name: 'login',
		good: login.encodeLogin({
			hash: hash(1),
			id: 0,
			port: 4662,
			name: 'x',
			capabilities: 0x11d,
			muleVersion: 1,
		}),
		decode: login.decodeLogin,
	},
	{
		name: 'id change',
		good: login.encodeIdChange({ id: 5, flags: 0x159, seen: 9, obfuscatedPort: 0 }, 4661),
		decode: login.decodeIdChange,
	},
	{ name: 'server message', good: login.encodeServerMessage('welcome'), decode: login.decodeServerMessage },
	{
		name: 'server status',
		good: login.encodeServerStatus({ users: 1, files: 2 }),
		decode: login.decodeServerStatus,
	},
	{
		name: 'server identity',
		good: login.encodeServerIdentity({ hash: hash(2), address, name: 'a', description: 'b' }),
		decode: login.decodeServerIdentity,
	},
	{ name: 'server list', good: login.encodeServerList([address, address]), decode: login.decodeServerList },
	{
		name: 'sources asked',
		good: sources.encodeGetSources({ hash: hash(3), size: 1000 }),
		decode: sources.decodeGetSources,
	},
	{
		name: 'sources found',
		good: sources.encodeFoundSources({ hash: hash(3), sources: [{ id: 9, port: 4662 }] }),
		decode: sources.decodeFoundSources,
	},
	{
		name: 'callback request',
		good: sources.encodeCallbackRequest(44),
		decode: sources.decodeCallbackRequest,
	},
	{
		name: 'callback',
		good: sources.encodeCallbackRequested(address),
		decode: sources.decodeCallbackRequested,
	},
	{ name: 'search', good: search.encodeSearch(someTree), decode: search.decodeSearch },
	{
		name: 'results',
		good: records.encodeResults([someRecord, someRecord], true),
		decode: records.decodeResults,
	},
	{
		name: 'offers',
		good: records.encodeOffers([someRecord, someRecord], true),
		decode: (body) => {
			const cursor = new Cursor(body);
			const offer = new records.Offer();
			for (let left = Math.min(cursor.u32(), 200); left > 0; left--)
				if (!offer.read(cursor)) return { refused: 'edonkey.message.malformed' };
			return cursor.short ? { refused: 'edonkey.message.malformed' } : offer;
		},
	},
	{ name: 'datagram status', good: datagrams.encodeStatus(status), decode: datagrams.decodeStatus },
	{
		name: 'description',
		good: datagrams.encodeDescription({ challenge: 0x1234f0ff, name: 'a', description: 'b' }, '17.15'),
		decode: datagrams.decodeDescription,
	},
	{
		name: 'datagram search',
		good: datagrams.encodeSearch3(someTree, 1),
		decode: (body) => datagrams.decodeDatagramSearch(0x90, body),
	},
	{
		name: 'datagram sources asked',
		good: datagrams.encodeDatagramAsked([
			{ hash: hash(1), size: 5 },
			{ hash: hash(2), size: 5e9 },
		]),
		decode: (body) => datagrams.decodeDatagramAsked(0x94, body),
	},
	{ name: 'datagram answers', good: answers(), decode: datagrams.decodeAnswers },
	{
		name: 'sealed datagram',
		good: sealDatagram(hash(1), 77, 'to server', Uint8Array.of(1, 2, 3)),
		decode: (bytes) => openDatagram(bytes, 77, 'to server') ?? {},
	},
	{ name: 'hello', good: encodeHello(someHello, false), decode: (body) => decodeHello(body, false) },
	{ name: 'hello answer', good: encodeHello(someHello, true), decode: (body) => decodeHello(body, true) },
	{
		name: 'file status',
		good: files.encodeFileStatus({ hash: hash(1), parts: bits }),
		decode: files.decodeFileStatus,
	},
	{
		name: 'file name',
		good: files.encodeFileName({ hash: hash(1), name: 'a.pdf' }),
		decode: files.decodeFileName,
	},
	{ name: 'file hash', good: hash(1), decode: files.decodeFileHash },
	{
		name: 'hash set',
		good: files.encodeHashSet({ hash: hash(1), parts: new Uint8Array(32) }),
		decode: files.decodeHashSet,
	},
	{
		name: 'queue ranking',
		good: files.encodeQueueRanking(7),
		decode: (body) => files.decodeQueueRank(body, true),
	},
	{
		name: 'several questions',
		good: files.encodeMultiPacket({
			hash: hash(1),
			size: 5,
			wantsName: true,
			wantsStatus: true,
			wantsAichRoot: true,
			parts: bits,
			completeSources: 2,
			wantsSources: 4,
		}),
		decode: (body) => files.decodeMultiPacket(body, true, 2),
	},
	{
		name: 'several answers',
		good: files.encodeMultiPacketAnswer({ hash: hash(1), name: 'a', parts: 'all', aichRoot: root }),
		decode: files.decodeMultiPacketAnswer,
	},
	...[false, true].flatMap((large): Kind[] => [
		{
			name: `parts asked${large ? ', large' : ''}`,
			good: parts.encodeRequestParts({ hash: hash(1), ranges: [{ from: 0, to: 10_240 }] }, large),
			decode: (body) => parts.decodeRequestParts(body, large),
		},
		{
			name: `part sent${large ? ', large' : ''}`,
			good: parts.encodeSendingPart({ hash: hash(1), from: 10, to: 14, data: new Uint8Array(4) }, large),
			decode: (body) => parts.decodeSendingPart(body, large),
		},
		{
			name: `part packed${large ? ', large' : ''}`,
			good: parts.encodeCompressedPart(
				{ hash: hash(1), from: 10, packed: 9, data: new Uint8Array(4) },
				large,
			),
			decode: (body) => parts.decodeCompressedPart(body, large),
		},
	]),
	{
		name: 'source exchange asked',
		good: peers.encodeRequestSources({ version: 4, hash: hash(1) }),
		decode: peers.decodeRequestSources,
	},
	{
		name: 'sources exchanged',
		good: peers.encodeAnswerSources({
			version: 4,
			hash: hash(1),
			sources: [{ id: 0x057100cb, port: 4662, server: address, user: hash(9), options: 3 }],
		}),
		decode: peers.decodeAnswerSources,
	},
	{
		name: 'identity state',
		good: peers.encodeIdentityState({ wants: 2, challenge: 5 }),
		decode: peers.decodeIdentityState,
	},
	{ name: 'public key', good: peers.encodePublicKey(new Uint8Array(76)), decode: peers.decodePublicKey },
	{
		name: 'signature',
		good: peers.encodeSignature({ signature: new Uint8Array(48), addressKind: 20 }),
		decode: peers.decodeSignature,
	},
	{
		name: 'AICH asked',
		good: peers.encodeAichRequest({ hash: hash(1), part: 3, root }),
		decode: peers.decodeAichRequest,
	},
	{
		name: 'AICH answer',
		good: peers.encodeAichAnswer({
			hash: hash(1),
			part: 3,
			root,
			hashes: [
				{ path: 3, hash: root },
				{ path: 70_000, hash: root },
			],
		}),
		decode: peers.decodeAichAnswer,
	},
	{
		name: 'reask',
		good: peers.encodeReask({ hash: hash(1), parts: bits, completeSources: 1 }, 4),
		decode: (body) => peers.decodeReask(body, 4),
	},
	{
		name: 'reask answer',
		good: peers.encodeReaskAnswer({ rank: 4, parts: bits }, 4),
		decode: (body) => peers.decodeReaskAnswer(body, 4),
	},
	...userKinds,
];

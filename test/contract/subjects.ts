/**
 * The networks under contract: how to make one, and what peers may say to it. A folder of src/networks/
 * with a door (index.ts) and no entry here fails the suite.
 */

import { EDonkey } from '../../src/networks/edonkey/index.ts';
import { EdonkeyServer } from '../../src/networks/edonkey/server.ts';
import { encodeFrame } from '../../src/networks/edonkey/wire/frames.ts';
import { encodeHello as encodeMuleHello } from '../../src/networks/edonkey/wire/hello.ts';
import { ClientMessage, ServerMessage } from '../../src/networks/edonkey/wire/messages.ts';
import { FastTrack } from '../../src/networks/fasttrack/index.ts';
import { encodeHello } from '../../src/networks/fasttrack/wire/handshake.ts';
import { Gnutella } from '../../src/networks/gnutella/index.ts';
import { encodeBye } from '../../src/networks/gnutella/wire/bye.ts';
import { encodeGiv } from '../../src/networks/gnutella/wire/giv.ts';
import { encodeGreeting } from '../../src/networks/gnutella/wire/handshake.ts';
import { encodeHit } from '../../src/networks/gnutella/wire/hit.ts';
import { encodeMessage, MessageType } from '../../src/networks/gnutella/wire/message.ts';
import { encodePong } from '../../src/networks/gnutella/wire/pong.ts';
import { encodePush } from '../../src/networks/gnutella/wire/push.ts';
import { tableMessages } from '../../src/networks/gnutella/wire/qrp-patch.ts';
import { RouteTable } from '../../src/networks/gnutella/wire/qrp-table.ts';
import { encodeQuery } from '../../src/networks/gnutella/wire/query.ts';
import { concat, utf8 } from '../../src/networks/gnutella/wire/text.ts';
import { encodeSupported, encodeVendor, NOBODY } from '../../src/networks/gnutella/wire/vendor.ts';
import type { Host, Network } from '../../src/networks/network.ts';
import { OpenNap } from '../../src/networks/opennap/index.ts';
import { OpenNapServer } from '../../src/networks/opennap/server.ts';
import type { World } from '../../src/world/world.ts';
import { someHello } from '../networks/edonkey/wire/kinds.ts';
import { speakers } from '../networks/fasttrack/session.ts';
import { FakeShares } from '../networks/gnutella/net.ts';
import { PlainAccounts } from '../networks/opennap/server/net.ts';
import { sealedOpening, sealedTo, talkToClient, talkToServer } from './edonkey-talk.ts';
import { ofLeaf, ofNeighbour } from './fasttrack-talk.ts';
import { talkToOpenNap } from './opennap-talk.ts';

export interface Subject {
	readonly name: string;
	/** Bytes that one link may keep waiting: the largest message, and what a queue holds. */
	readonly memoryOfLink: number;
	make(world: World, host: Host): Network;
	/** Streams that a peer who connected might send, from polite to odd. */
	readonly streams: readonly Uint8Array[];
}

export function quietHost(): Host {
	return {
		shares: new FakeShares([{ name: 'vyncke slides.pdf' }, { name: 'debian.iso', size: 5_000_000_000 }]),
		hit: () => {},
		searchEnded: () => {},
		admit: () => true,
		tree: () => undefined,
		aich: () => undefined,
		alternates: () => [],
		heard: () => {},
		fetchTree: () => {},
		serve: () => {},
		fetchHead: () => {},
		fetchBody: () => {},
		fetchEnd: () => {},
		remember: () => {},
	};
}

const guid = (n: number): Uint8Array => Uint8Array.from({ length: 16 }, (_, i) => (n * 67 + i * 29) & 255);
const donkeyShares = new FakeShares([{ name: 'debian.iso', size: 5_000_000_000, ed2k: guid(21) }]);
const hello = (headers: [string, string][]): Uint8Array =>
	encodeGreeting({ kind: 'connect', version: '0.6' }, [['User-Agent', 'Contract/1'], ...headers]);
const last = encodeGreeting({ kind: 'status', code: 200, text: 'OK' });
const table = new RouteTable(65536);
table.addText('some words of a leaf');

function messages(): Uint8Array[] {
	const servent = guid(200);
	const records = [
		{
			index: 1,
			size: 1000,
			name: 'a talk.pdf',
			sha1: guid(7).length === 16 ? new Uint8Array(20).map((_, i) => i * 41) : new Uint8Array(20),
		},
	];
	return [
		encodeMessage(MessageType.Ping, guid(1), 1, 0, new Uint8Array(0)),
		encodeMessage(MessageType.Ping, guid(2), 7, 0, new Uint8Array(0)),
		encodeMessage(
			MessageType.Pong,
			guid(3),
			1,
			1,
			encodePong({ address: { host: '198.51.99.1', port: 6346 }, files: 3, kilobytes: 40 }),
		),
		encodeMessage(MessageType.Query, guid(4), 4, 0, encodeQuery({ text: 'vyncke slides' })),
		encodeMessage(MessageType.Query, guid(4), 4, 0, encodeQuery({ text: 'vyncke slides' })),
		encodeMessage(MessageType.Query, guid(5), 255, 255, encodeQuery({ text: 'far away' })),
		encodeMessage(
			MessageType.Hit,
			guid(6),
			3,
			0,
			encodeHit({
				address: { host: '198.51.99.2', port: 6346 },
				speed: 1,
				records,
				vendor: 'TEST',
				guid: servent,
			}),
		),
		encodeMessage(
			MessageType.Push,
			guid(7),
			3,
			0,
			encodePush({ guid: servent, index: 1, address: { host: '198.51.99.3', port: 80 } }),
		),
		...tableMessages(table, undefined, 4).map((payload) =>
			encodeMessage(MessageType.Qrp, guid(8), 1, 0, payload),
		),
		encodeMessage(
			MessageType.Vendor,
			guid(9),
			1,
			0,
			encodeVendor({ vendor: NOBODY, selector: 0, version: 0, data: encodeSupported([]) }),
		),
		encodeMessage(0x77, guid(10), 1, 0, utf8('nobody knows this type')),
		encodeMessage(MessageType.Bye, guid(11), 1, 0, encodeBye({ code: 200, reason: 'enough' })),
	];
}

export const subjects: readonly Subject[] = [
	{
		name: 'edonkey',
		// The longest frame of a client, gathered, and once more while it grows.
		memoryOfLink: 1024 * 1024,
		make: (world, host) => {
			return new EDonkey(
				world,
				{ ...host, shares: donkeyShares },
				{
					hash: guid(5),
					nick: 'contract',
					announce: { host: '198.51.99.99', port: 4662 },
					datagramsAbove: 10,
					usable: () => true,
					obfuscation: 'supported',
				},
			);
		},
		streams: [
			concat(talkToClient()),
			sealedTo(guid(5), concat(talkToClient())),
			concat(talkToClient().slice(1)),
			concat(talkToClient().slice(0, 8)),
			encodeFrame(ClientMessage.Hello, new Uint8Array(30)),
			encodeFrame(ClientMessage.HelloAnswer, encodeMuleHello(someHello, true)),
			utf8('GET / HTTP/1.1\r\n\r\n'),
			new Uint8Array(0),
		],
	},
	{
		name: 'edonkey server',
		// The longest frame that a client may send, gathered, and once more while it grows.
		memoryOfLink: 1024 * 1024,
		make: (world) =>
			new EdonkeyServer(world, {
				name: 'contract',
				description: '',
				announce: { host: '198.51.99.99', port: 4661 },
				version: '0',
				usable: () => true,
				servers: [],
				memory: { hash: guid(3), secret: guid(4), lastLowId: 0, bans: [] },
			}),
		streams: [
			concat(talkToServer()),
			concat(talkToServer().slice(1)),
			concat([talkToServer()[0]!, talkToServer()[0]!, encodeFrame(ServerMessage.Disconnect)]),
			encodeFrame(ServerMessage.Login, new Uint8Array(30)),
			concat([sealedOpening(200), concat(talkToServer())]),
			utf8('GET / HTTP/1.1\r\n\r\n'),
			new Uint8Array(0),
		],
	},
	{
		name: 'gnutella',
		memoryOfLink: 512 * 1024,
		make: (world, host) => {
			const network = new Gnutella(world, host, {
				role: 'ultrapeer',
				guid: guid(99),
				announce: { host: '198.51.99.99', port: 6346 },
				agent: 'Sallyport/contract',
				usable: () => true,
				seeds: [],
				hostCaches: [],
			});
			network.start();
			return network;
		},
		streams: [
			concat([
				hello([
					['X-Ultrapeer', 'True'],
					['X-Query-Routing', '0.2'],
					['Vendor-Message', '0.2'],
					['Bye-Packet', '0.1'],
				]),
				last,
				...messages(),
			]),
			concat([
				hello([
					['X-Ultrapeer', 'False'],
					['X-Query-Routing', '0.2'],
				]),
				last,
				...messages(),
			]),
			concat([hello([]), last, ...messages()]),
			concat([utf8('GNUTELLA CONNECT/0.4\n\n'), ...messages()]),
			utf8(
				'GET /get/1/vyncke%20slides.pdf HTTP/1.1\r\nRange: bytes=10-20\r\n\r\nGET /get/9/nothing HTTP/1.1\r\n\r\n',
			),
			utf8(
				'HEAD /uri-res/N2R?urn:sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA HTTP/1.1\r\nConnection: close\r\n\r\n',
			),
			utf8('GET /get/1/..%5c..%5cwindows%5cwin.ini HTTP/1.0\r\n\r\n'),
			encodeGiv({ index: 1, guid: guid(12), name: 'x' }),
			utf8('\u0016\u0003\u0001 not one of ours'),
			utf8('GNUTELLA/0.6 200 OK\r\n\r\n'),
			new Uint8Array(0),
		],
	},
	{
		name: 'opennap',
		memoryOfLink: 256 * 1024,
		make: (world, host) =>
			new OpenNap(world, host, {
				...{ nick: 'contract', password: 'contract', agent: 'Sallyport/contract' },
				announce: { host: '198.51.99.99', port: 6699 },
				usable: () => true,
			}),
		streams: [
			utf8('GETanna "1\\vyncke slides.pdf" 0'),
			utf8('SENDanna "1\\vyncke slides.pdf" 1000'),
			utf8('HELLO'),
			utf8(`GET${'x'.repeat(2000)}`),
			new Uint8Array(0),
		],
	},
	{
		name: 'opennap server',
		// The longest message, a directory, gathered, and once more while it grows.
		memoryOfLink: 512 * 1024,
		make: (world) => new OpenNapServer(world, { motd: 'hello', accounts: new PlainAccounts(), bans: [] }),
		streams: [
			concat(talkToOpenNap()),
			concat(talkToOpenNap().slice(1)),
			concat([talkToOpenNap()[0]!, talkToOpenNap()[0]!]),
			utf8('GET / HTTP/1.1\r\n\r\n'),
			new Uint8Array(0),
		],
	},
	{
		name: 'fasttrack',
		memoryOfLink: 512 * 1024,
		make: (world, host) => {
			const network = new FastTrack(world, host, {
				role: 'supernode',
				announce: { host: '198.51.99.99', port: 1214 },
				user: 'contract',
				network: 'KaZaA',
				agent: 'Sallyport/contract',
				usable: () => true,
				seeds: [],
				// Port 0: it is let in, and not dialled.
				neighbours: [{ host: '198.51.99.50', port: 0 }],
			});
			network.start();
			return network;
		},
		streams: [
			ofLeaf(0x09),
			ofNeighbour(),
			concat([ofLeaf(0x09), ofLeaf(0x09)]),
			// It takes another type than it was given: what it says makes no sense.
			ofLeaf(0x01),
			concat([encodeHello(0x01), speakers({ type: 0x09 }).leaf.name('a network of its own')]),
			utf8(`GET /.hash=${'0'.repeat(40)} HTTP/1.1\r\nRange: bytes=10-20\r\n\r\n`),
			utf8('GET /.hash=/../../etc/passwd HTTP/1.1\r\n\r\n'),
			utf8('GET nonsense\r\n\r\n'),
			utf8('GIVE 1\r\n\r\n'),
			utf8('GIVE a number that is none, and longer than any'),
			new Uint8Array(0),
		],
	},
];

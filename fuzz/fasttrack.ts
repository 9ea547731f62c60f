/** The fuzz targets of FastTrack: bodies, and whole sessions of which something is spoilt before or after it is closed. */
import { isRefusal } from '../src/evidence/refusal.ts';
import { KzHasher } from '../src/library/kzhash.ts';
import { hex } from '../src/networks/common/hash.ts';
import { sliceSize } from '../src/networks/common/tiger.ts';
import { SessionAnnouncements } from '../src/networks/fasttrack/announcements.ts';
import { cipherTypes } from '../src/networks/fasttrack/wire/cipher.ts';
import { FrameWriter, MessageType } from '../src/networks/fasttrack/wire/frame.ts';
import {
	parseContentRange,
	parseCount,
	parseGive,
	parseHashTag,
	parseHead,
	parseRange,
	parseRequest,
	parseStatus,
} from '../src/networks/fasttrack/wire/http.ts';
import {
	decodeNeighbourHello,
	decodeNeighbourQuery,
	decodeNeighbourResults,
	encodeNeighbourHello,
	encodeNeighbourQuery,
	encodeNeighbourResults,
} from '../src/networks/fasttrack/wire/neighbour.ts';
import { decodeNodeInfo, decodeNodes, encodeNodeInfo } from '../src/networks/fasttrack/wire/node.ts';
import { decodePushRequest, encodePushRequest } from '../src/networks/fasttrack/wire/push.ts';
import { decodeQuery, encodeQuery } from '../src/networks/fasttrack/wire/query.ts';
import { decodeReply, encodeReply } from '../src/networks/fasttrack/wire/reply.ts';
import { decodeShare, encodeShare } from '../src/networks/fasttrack/wire/share.ts';
import { encodeText } from '../src/networks/fasttrack/wire/text.ts';
import { treeOf } from '../src/transfer/tree.ts';
import { file, session, speakers } from '../test/networks/fasttrack/session.ts';
import type { Target } from './gnutella.ts';
import type { Random } from './random.ts';

const source = { host: '203.0.113.1', port: 1214 };
const push = { id: 1, requester: source, target: source, supernode: source, user: 'ada' };
const term = { compare: 5, tag: 0, value: Uint8Array.of(97, 98, 99) };
const results = [{ source, bandwidth: 1, user: 'bob', networkName: 'KaZaA', ...file('song.mp3') }];

const number = { number: 9, id: new Uint8Array(8) };
const passed = { ...number, left: 2, passed: 1, query: { most: 9, id: 0, realm: 0x3f, terms: [term] } };

const bodies: readonly [type: number, body: Uint8Array, decode: (body: Uint8Array) => unknown][] = [
	[MessageType.Share, encodeShare({ ...file('song.mp3'), medium: 1 }), decodeShare],
	[MessageType.Query, encodeQuery({ most: 9, id: 7, realm: 0x3f, terms: [term] }), decodeQuery],
	[MessageType.Reply, encodeReply({ supernode: source, id: 7, results }), decodeReply],
	[MessageType.NodeInfo, encodeNodeInfo({ address: source, bandwidth: 1, user: 'ada' }), decodeNodeInfo],
	[MessageType.NodeList, new Uint8Array(40).fill(9), decodeNodes],
	[MessageType.Push, encodePushRequest(push), decodePushRequest],
	[
		MessageType.NeighbourHello,
		encodeNeighbourHello({ ...number, port: 1, features: 0 }),
		decodeNeighbourHello,
	],
	[MessageType.NeighbourQuery, encodeNeighbourQuery(passed), decodeNeighbourQuery],
	[MessageType.NeighbourResults, encodeNeighbourResults({ number: 9, results }), againAsItCame],
];

/** What is taken from a neighbour must fit into a message to the next one. */
function againAsItCame(body: Uint8Array): void {
	const taken = decodeNeighbourResults(body);
	if (!isRefusal(taken) && encodeNeighbourResults(taken).length > 0xffff)
		throw new Error('too long to go on');
}

/** Everything is heard, nothing is kept; what cannot be an endpoint is a finding. */
const sink = {
	wantsDetail: true,
	mayWork: () => true,
	announced: () => {},
	announcedBeside: () => {},
	announcedText: (host: string, port: number) => {
		if (!/^[0-9.]{7,15}$/.test(host) || !(port > 0 && port < 65_536))
			throw new Error(`announced ${host}:${port}`);
	},
	detail: (what: string, value: string) => {
		if (value.length > 8192) throw new Error(`${what} of ${value.length} characters`);
	},
};

export const fasttrackTargets: readonly Target[] = [
	...bodies.map(([type, good, decode]) => ({
		name: `fasttrack ${type.toString(16).padStart(2, '0')}`,
		run: (random: Random) => {
			decode(random.spoilt(good));
		},
	})),
	{ name: 'fasttrack http', run: http },
	{ name: 'fasttrack kztree', run: tree },
	{ name: 'fasttrack session, spoilt when closed', run: closed },
	{ name: 'fasttrack session, spoilt before it is closed', run: open },
];

const heads = [
	'GET /.hash=0123456789abcdef0123456789abcdef01234567 HTTP/1.1\r\nRange: bytes=5-9\r\n\r\n',
	`GET /.kztree=${'0123456789ab'.repeat(6)} HTTP/1.1\r\nUserAgent: KazaaClient\r\n\r\n`,
	'HTTP/1.1 206 OK\r\nContent-Range: bytes 5-9/100\r\nX-KazaaTag: 3==AAECAwQFBgcICQoLDA0ODxAREhM=\r\nContent-Length: 5\r\n\r\n',
	'GIVE 4294967295',
].map(encodeText);

/** Each line as whatever it could be; numbers that cannot be are a finding. */
function http(random: Random): void {
	const text = Buffer.from(random.spoilt(random.pick(heads))).toString('latin1');
	parseGive(text);
	const head = parseHead(text);
	if (isRefusal(head)) return;
	parseStatus(head.line);
	const asked = parseRequest(head.line);
	if (!isRefusal(asked) && ![undefined, 20].includes(asked.hash?.length))
		throw new Error('a hash of other length');
	const range = parseRange(head.headers.get('range'), 100);
	if (range !== undefined && !(range.from >= 0 && range.from < range.to && range.to <= 100))
		throw new Error(`range ${range.from} to ${range.to} of 100`);
	const said = parseContentRange(head.headers.get('content-range') ?? '');
	if (said !== undefined && !(said.from < said.to && said.to <= said.size)) throw new Error('such a range');
	parseHashTag(head.headers.get('x-kazaatag') ?? '');
	parseCount(head.headers.get('content-length'));
}

const kazaa = new KzHasher(1_000_000);
kazaa.update(new Uint8Array(1_000_000));
const { root, slices } = kazaa.finish();
const kzhash = hex(new Uint8Array(20)) + hex(root);

/** A tree that is not the one that was wanted is none. */
function tree(random: Random): void {
	const given = random.spoilt(slices);
	const size = random.below(3) === 0 ? random.below(2 ** 31) : 1_000_000;
	const found = treeOf({ kind: 'kazaa', slices: given, slice: sliceSize(size) }, size, 1, { kzhash });
	// Files of a few other sizes have as many hashes.
	const fits = sliceSize(size) === 65_536 && Math.ceil(size / 65_536) === 16;
	const right = fits && Buffer.compare(given, slices) === 0;
	if (isRefusal(found) === right) throw new Error(`${given.length} bytes of a tree for ${size}`);
}

function closed(random: Random): void {
	const follower = new SessionAnnouncements(sink);
	let going = true;
	for (const [way, bytes] of session({ type: random.pick(cipherTypes) })) {
		const good = bytes as Uint8Array;
		const said = random.below(6) === 0 ? random.spoilt(good) : good;
		random.last = said;
		for (let at = 0; going && at < said.length; ) {
			const to = Math.min(said.length, at + 1 + random.below(60));
			going = follower.bytes(way === '>', said, at, to);
			at = to;
		}
	}
}

function open(random: Random): void {
	const { leaf, supernode, greetings } = speakers({ type: random.pick(cipherTypes) });
	const follower = new SessionAnnouncements(sink);
	for (const [way, bytes] of greetings) follower.bytes(way === '>', bytes as Uint8Array, 0, bytes.length);
	const names = [supernode.name('KaZaA'), leaf.name('KaZaA')];
	for (const [index, name] of names.entries()) follower.bytes(index === 1, name, 0, name.length);
	const writers = [new FrameWriter(), new FrameWriter()] as const;
	for (let count = random.below(12); count > 0; count--) {
		const byLeaf = random.below(2);
		const [type, good] = random.pick(bodies);
		const body = random.spoilt(good);
		const frame = writers[byLeaf as 0 | 1].message(random.below(9) === 0 ? random.below(65_536) : type, body);
		const said = (byLeaf === 1 ? leaf : supernode).clear(
			random.below(30) === 0 ? random.spoilt(frame) : frame,
		);
		if (!follower.bytes(byLeaf === 1, said, 0, said.length)) return;
	}
}

/** The fuzz targets of FastTrack: bodies, and whole sessions of which something is spoilt before or after it is closed. */
import { SessionAnnouncements } from '../src/networks/fasttrack/announcements.ts';
import { cipherTypes } from '../src/networks/fasttrack/wire/cipher.ts';
import { FrameWriter, MessageType } from '../src/networks/fasttrack/wire/frame.ts';
import { decodeNodeInfo, decodeNodes, encodeNodeInfo } from '../src/networks/fasttrack/wire/node.ts';
import { decodePushRequest, encodePushRequest } from '../src/networks/fasttrack/wire/push.ts';
import { decodeQuery, encodeQuery } from '../src/networks/fasttrack/wire/query.ts';
import { decodeReply, encodeReply } from '../src/networks/fasttrack/wire/reply.ts';
import { decodeShare, encodeShare } from '../src/networks/fasttrack/wire/share.ts';
import { file, session, speakers } from '../test/networks/fasttrack/session.ts';
import type { Target } from './gnutella.ts';
import type { Random } from './random.ts';

const source = { host: '203.0.113.1', port: 1214 };
const push = { id: 1, requester: source, target: source, supernode: source, user: 'ada' };
const term = { compare: 5, tag: 0, value: Uint8Array.of(97, 98, 99) };
const results = [{ source, bandwidth: 1, user: 'bob', networkName: 'KaZaA', ...file('song.mp3') }];

const bodies: readonly [type: number, body: Uint8Array, decode: (body: Uint8Array) => unknown][] = [
	[MessageType.Share, encodeShare({ ...file('song.mp3'), medium: 1 }), decodeShare],
	[MessageType.Query, encodeQuery({ most: 9, id: 7, realm: 0x3f, terms: [term] }), decodeQuery],
	[MessageType.Reply, encodeReply({ supernode: source, id: 7, results }), decodeReply],
	[MessageType.NodeInfo, encodeNodeInfo({ address: source, bandwidth: 1, user: 'ada' }), decodeNodeInfo],
	[MessageType.NodeList, new Uint8Array(40).fill(9), decodeNodes],
	[MessageType.Push, encodePushRequest(push), decodePushRequest],
];

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
	{ name: 'fasttrack session, spoilt when closed', run: closed },
	{ name: 'fasttrack session, spoilt before it is closed', run: open },
];

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

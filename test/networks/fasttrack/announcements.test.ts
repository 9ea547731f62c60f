/** What an observer of FastTrack reads in sessions that we made ourselves, and where they stay closed to it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SessionAnnouncements } from '../../../src/networks/fasttrack/announcements.ts';
import { ours } from '../../../src/networks/fasttrack/limits.ts';
import { cipherTypes } from '../../../src/networks/fasttrack/wire/cipher.ts';
import { MessageType } from '../../../src/networks/fasttrack/wire/frame.ts';
import { encodeNodes } from '../../../src/networks/fasttrack/wire/node.ts';
import { encodeShare, Medium } from '../../../src/networks/fasttrack/wire/share.ts';
import type { Said } from '../../watch/conversation.ts';
import { bytesOf } from '../gnutella/wire/pieces.ts';
import { mldonkeySession } from './golden-session.ts';
import { bytesOfSaid, feed, Heard, heard } from './heard.ts';
import { file, session, speakers } from './session.ts';

const endpoints = [
	'203.0.113.10:1310 node list',
	'203.0.113.11:1311 node list',
	'203.0.113.20:2020 node info',
	'203.0.113.31:3131 reply, super-node',
	'203.0.113.30:3030 reply',
	'203.0.113.20:2020 push',
	'203.0.113.40:4040 push',
	'203.0.113.41:4141 push',
	'203.0.113.50:5050 push',
];
const details = ['user ada', 'file my song.mp3', 'query red balloon', 'file balloon.avi'];

describe('a session', () => {
	for (const type of cipherTypes) {
		it(`of type ${type} is opened in both directions`, () => {
			const { endpoints: found, details: told, going } = heard(session({ type }));
			expect(found).toEqual(endpoints);
			expect(told).toEqual(details);
			expect(going).toBe(true);
		});
	}

	it('is opened whatever its network is called, and whichever seeds it has', () => {
		for (const network of ['fileshare', 'GROKSTER', 'musiccity'])
			expect(heard(session({ network })).endpoints).toEqual(endpoints);
		expect(heard(session({ leafSeed: 0, supernodeSeed: 0xdeadbeef })).endpoints).toEqual(endpoints);
	});

	it('tells no name and no query where nobody asked for details', () => {
		const { endpoints: found, details: told } = heard(session(), false);
		expect(found).toEqual(endpoints);
		expect(told).toEqual([]);
	});

	it('is read the same however it is cut, and when neighbours share a segment', () => {
		for (let cut = 1; cut < 40; cut++) {
			const { endpoints: found, details: told } = heard(session({ type: 0x09 }), true, cut);
			expect(found).toEqual(endpoints);
			expect(told).toEqual(details);
		}
		const packed: Said[] = [];
		for (const [way, text] of session()) {
			const last = packed.at(-1);
			if (last === undefined || last[0] !== way) packed.push([way, text]);
			else packed[packed.length - 1] = [way, Buffer.concat([bytesOfSaid(last[1]), bytesOfSaid(text)])];
		}
		expect(packed.length).toBeLessThan(session().length);
		expect(heard(packed).endpoints).toEqual(endpoints);
	});

	it('is opened where each direction was captured by itself, one before the other', () => {
		const said = session();
		const [leaf, supernode] = ['>', '<'].map((way) => said.filter(([whose]) => whose === way));
		expect(new Set(heard([...leaf, ...supernode]).endpoints)).toEqual(new Set(endpoints));
		expect(new Set(heard([...supernode, ...leaf]).endpoints)).toEqual(new Set(endpoints));
	});
});

describe('a session of mldonkey, as it was captured', () => {
	it('is opened', () => {
		for (const cut of [1, 5, 1400]) {
			const { endpoints: found, details: told, going } = heard(mldonkeySession, true, cut);
			expect(found).toEqual([
				'85.10.1.1:1214 node list',
				'86.20.1.1:2121 node list',
				'89.50.1.1:1300 node info',
				'85.10.1.1:1214 reply, super-node',
				'85.10.1.1:3030 reply',
			]);
			expect(told).toEqual([
				'user thuwig',
				'file walnut steeple parish register.bin',
				'file copper meadow song.mp3',
				'query willow amber',
				'file amber willow.mp3',
			]);
			expect(going).toBe(true);
		}
	});
});

describe('a session stays closed', () => {
	it('when it was joined behind the greetings, or one of them is missing', () => {
		for (const late of [2, 3, 5, 8]) {
			const { endpoints: found, details: told } = heard(session().slice(late));
			expect([...found, ...told]).toEqual([]);
		}
		const said = session();
		const [hello, answer, ...rest] = said;
		expect(heard([hello, ...rest])).toMatchObject({ endpoints: [], details: [], going: false });
		// Without the hello the super-node's own stream could be read, the leaf's not.
		const half = heard([answer, ...rest]);
		expect([...half.endpoints, ...half.details].filter((one) => !/node list/.test(one))).toEqual([]);
		expect(half.going).toBe(false);
	});

	it('when a byte of it is lost: nothing behind the loss is believed', () => {
		const said = session();
		const [way, list] = said[4];
		const { endpoints: found, going } = heard([
			...said.slice(0, 4),
			[way, bytesOfSaid(list).subarray(1)],
			...said.slice(5),
		]);
		expect(found).toEqual([]);
		expect(going).toBe(false);
	});

	it('when it is of another type: the stream gives no name', () => {
		const said: Said[] = [
			['>', bytesOf('\xfa\x00\xb6\x2b\xfa\xcb\x12\x38\x32\x09\xd2\x32')],
			['<', Uint8Array.from({ length: 14 }, (_, i) => 151 * i + 13)],
		];
		expect(heard(said)).toMatchObject({ endpoints: [], going: false });
	});

	it('to anybody who says anything', () => {
		const greeting = session().slice(0, 4);
		fc.assert(
			fc.property(
				fc.boolean(),
				fc.array(fc.tuple(fc.constantFrom('>' as const, '<' as const), fc.uint8Array({ maxLength: 3000 }))),
				(joinedWell, noise) => {
					const sink = new Heard(true);
					feed(new SessionAnnouncements(sink), joinedWell ? [...greeting, ...noise] : noise);
					for (const endpoint of sink.endpoints) expect(endpoint).toMatch(/^[0-9.]+:[1-9][0-9]* /);
				},
			),
			{ numRuns: 300 },
		);
	});
});

describe('an observer stays small', () => {
	it('gives up a leaf that says much before its super-node answers', () => {
		const [hello] = session();
		const noise: Said = ['>', new Uint8Array(ours.watchedEarly)];
		expect(heard([hello, noise]).going).toBe(false);
	});

	it('reads so much of each direction, and more where details are wanted', () => {
		const read = (wantsDetail: boolean) => {
			const { leaf, supernode, greetings } = speakers();
			const said: Said[] = [...greetings, ['<', supernode.name('KaZaA')], ['>', leaf.name('KaZaA')]];
			const list = encodeNodes([{ address: { host: '203.0.113.9', port: 9 }, minutes: 0, load: 0 }]);
			for (let i = 0; i < 6000; i++) said.push(['<', supernode.message(MessageType.NodeList, list)]);
			return heard(said, wantsDetail).endpoints.length;
		};
		expect(read(false)).toBe(Math.floor((ours.watched - 14) / 13));
		expect(read(true)).toBe(6000);
	});

	it('makes two keys at most, one where nothing opens, and stops where it may make none', () => {
		const noise: Said = ['<', new Uint8Array(12).fill(0x55)];
		expect(heard(session(), true, 1).work).toBe(0);
		expect(heard([session()[0], noise], true, 1).work).toBe(1);
		for (const work of [0, 1]) {
			const sink = new Heard(true);
			sink.work = work;
			expect(feed(new SessionAnnouncements(sink), session())).toBe(false);
			expect(sink.details).toEqual([]);
		}
	});

	it('passes over a body that is longer than it keeps, and reads what follows', () => {
		const { supernode, greetings } = speakers();
		const long = new Uint8Array(ours.watchedBody + 1);
		const list = encodeNodes([{ address: { host: '203.0.113.9', port: 9 }, minutes: 0, load: 0 }]);
		const said: Said[] = [
			...greetings,
			['<', supernode.name('KaZaA')],
			['<', supernode.message(MessageType.NodeList, long)],
			['<', supernode.message(MessageType.NodeList, list)],
		];
		for (const cut of [1, 7, 1400, 100_000])
			expect(heard(said, true, cut).endpoints).toEqual(['203.0.113.9:9 node list']);
	});

	it('announces no port 0, and tells no shares that cannot be read', () => {
		const { leaf, supernode, greetings } = speakers();
		const share = encodeShare({ ...file('x'), medium: Medium.Video });
		const said: Said[] = [
			...greetings,
			['<', supernode.name('KaZaA')],
			['>', leaf.name('KaZaA')],
			[
				'<',
				supernode.message(
					MessageType.NodeList,
					encodeNodes([{ address: { host: '203.0.113.9', port: 0 }, minutes: 0, load: 0 }]),
				),
			],
			['>', leaf.message(MessageType.Share, share.subarray(0, share.length - 1))],
			['>', leaf.message(MessageType.Share, share)],
		];
		expect(heard(said)).toMatchObject({ endpoints: [], details: ['file x'] });
	});
});

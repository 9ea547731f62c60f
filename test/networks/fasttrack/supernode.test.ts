/**
 * A super-node and leaves that are played by hand: what it takes, answers and refuses.
 *
 * Longer than 300 lines: one super-node is played to in every test of it.
 */
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../src/evidence/refusal.ts';
import { ours } from '../../../src/networks/fasttrack/limits.ts';
import { MessageType } from '../../../src/networks/fasttrack/wire/frame.ts';
import { decodeNodes, encodeNodeInfo } from '../../../src/networks/fasttrack/wire/node.ts';
import { decodePush, encodePushRequest } from '../../../src/networks/fasttrack/wire/push.ts';
import { Compare, encodeQuery, Realm, type Term } from '../../../src/networks/fasttrack/wire/query.ts';
import { decodeReply, type Result } from '../../../src/networks/fasttrack/wire/reply.ts';
import { encodeShare, encodeUnshare, Medium } from '../../../src/networks/fasttrack/wire/share.ts';
import { Tag } from '../../../src/networks/fasttrack/wire/tags.ts';
import { bytesOf } from '../gnutella/wire/pieces.ts';
import { type Caller, own, Scene } from './scripted.ts';
import { file, hash } from './session.ts';

const victim = { host: '203.0.113.66', port: 80 };

function introduce(leaf: Caller, user: string, port = 1300, host = '203.0.113.66'): Caller {
	leaf.say(MessageType.NodeInfo, encodeNodeInfo({ address: { host, port }, bandwidth: 0x60, user }));
	return leaf;
}

function share(leaf: Caller, name: string, medium: number = Medium.Audio, size = 1000): void {
	const hashed = hash.map((byte, at) => byte ^ (name.charCodeAt(at % name.length) + size));
	leaf.say(MessageType.Share, encodeShare({ ...file(name, size), hash: hashed, medium }));
}

const words = (text: string): Term => ({ compare: Compare.Substring, tag: Tag.Any, value: bytesOf(text) });
let queries = 0;

function ask(
	leaf: Caller,
	terms: Term[],
	more: { most?: number; realm?: number; id?: number } = {},
): Result[] {
	const { most = 100, realm = Realm.All, id = ++queries } = more;
	const before = leaf.ofType(MessageType.Reply).length;
	const ends = leaf.ofType(MessageType.ReplyEnd).length;
	leaf.say(MessageType.Query, encodeQuery({ most, id, realm, terms }));
	expect(leaf.ofType(MessageType.ReplyEnd)).toHaveLength(ends + 1);
	return leaf
		.ofType(MessageType.Reply)
		.slice(before)
		.flatMap((body) => {
			const reply = decodeReply(body);
			if (isRefusal(reply)) throw new Error('a reply of ours is refused');
			return reply.results;
		});
}

const names = (results: readonly Result[]): string[] =>
	results.map(({ tags }) => Buffer.from(tags.get(Tag.Name)!).toString()).sort();

describe('a leaf', () => {
	it('is told who is there, where it is, and is asked for its shares: each old program waits for another', () => {
		const scene = new Scene({});
		const leaf = scene.caller('198.51.100.7').asLeaf();
		expect(leaf.heard.map(({ type }) => type)).toEqual([
			MessageType.NodeList,
			MessageType.ExternalAddress,
			MessageType.SendShares,
		]);
		expect(decodeNodes(leaf.heard[0].body)).toEqual([{ address: own, minutes: 0, load: 0 }]);
		expect([...leaf.heard[1].body]).toEqual([198, 51, 100, 7]);
		leaf.ping();
		expect(leaf.heard.at(-1)?.type).toBe(-1);
		expect(scene.codes()).toEqual([]);
	});

	it('is believed its port, never its host', () => {
		const scene = new Scene({});
		const giver = introduce(scene.caller('198.51.100.7').asLeaf(), 'ada');
		share(giver, 'amber.mp3');
		const [result] = ask(scene.caller('198.51.100.8').asLeaf(), [words('amber')]);
		expect(result).toMatchObject({ source: { host: '198.51.100.7', port: 1300 }, user: 'ada' });
	});

	it('finds by medium, by hash with a term that means nothing, and never its own', () => {
		const scene = new Scene({});
		const giver = introduce(scene.caller('198.51.100.7').asLeaf(), 'ada');
		share(giver, 'amber song.mp3', Medium.Audio);
		share(giver, 'amber film.avi', Medium.Video);
		share(giver, 'amber whatever.bin', 0);
		const asker = scene.caller('198.51.100.8').asLeaf();
		expect(names(ask(asker, [words('amber')], { realm: Realm.Audio }))).toEqual([
			'amber song.mp3',
			'amber whatever.bin',
		]);
		const found = ask(asker, [words('film')]);
		const byHash = [
			{ compare: Compare.Equals, tag: Tag.Hash, value: found[0].hash },
			{ compare: 6, tag: 0x25, value: Uint8Array.of(2) },
		];
		expect(names(ask(asker, byHash))).toEqual(['amber film.avi']);
		expect(ask(asker, [words('')])).toEqual([]);
		expect(ask(giver, [words('amber')])).toEqual([]);
		expect(names(ask(asker, [words('amber')], { most: 2, id: 9000 }))).toHaveLength(2);
	});

	it('finds by numbers: at least, at most, exactly; a file that does not say the number is not found', () => {
		const scene = new Scene({ files: [{ name: 'amber own.mp3', size: 2500 }] });
		const giver = introduce(scene.caller('198.51.100.7').asLeaf(), 'ada');
		for (const size of [1000, 2000, 3000]) share(giver, `amber ${size}.mp3`, Medium.Audio, size);
		const rated = file('amber rated.mp3', 200);
		const tags = new Map([...rated.tags, [Tag.Bitrate as number, Uint8Array.of(0x81, 0x00)]]);
		giver.say(MessageType.Share, encodeShare({ ...rated, tags, medium: Medium.Audio }));
		const asker = scene.caller('198.51.100.8').asLeaf();
		const found = (...terms: Term[]) => names(ask(asker, [words('amber'), ...terms]));
		const number = (compare: number, tag: number, ...value: number[]): Term => ({
			...{ compare, tag, value: Uint8Array.from(value) },
		});
		// 2000 is 15 * 128 + 80.
		const twoThousand = [0x8f, 0x50];
		expect(found(number(Compare.AtLeast, Tag.Size, ...twoThousand))).toEqual([
			...['amber 2000.mp3', 'amber 3000.mp3', 'amber own.mp3'],
		]);
		expect(found(number(Compare.AtMost, Tag.Size, ...twoThousand))).toEqual([
			...['amber 1000.mp3', 'amber 2000.mp3', 'amber rated.mp3'],
		]);
		expect(found(number(Compare.Equals, Tag.Size, ...twoThousand))).toEqual(['amber 2000.mp3']);
		expect(found(number(Compare.AtLeast, Tag.Bitrate, 0x80, 0x7f))).toEqual(['amber rated.mp3']);
		expect(found(number(Compare.AtMost, Tag.Bitrate, 0x7f))).toEqual([]);
		// What is no number, and what nobody could be held to, is no condition.
		expect(found(number(Compare.AtLeast, Tag.Size, 0xff))).toHaveLength(5);
		expect(found(number(Compare.Approximately, Tag.Size, ...twoThousand))).toHaveLength(5);
	});

	it('gets many results in several replies', () => {
		const scene = new Scene({});
		const giver = introduce(scene.caller('198.51.100.7').asLeaf(), 'ada');
		for (let i = 0; i < 45; i++) share(giver, `amber ${i}.mp3`, 1, i + 1);
		const asker = scene.caller('198.51.100.8').asLeaf();
		expect(ask(asker, [words('amber')])).toHaveLength(45);
		expect(asker.ofType(MessageType.Reply)).toHaveLength(3);
	});

	it('asks the same three times over, as giFT does, and is answered once', () => {
		const scene = new Scene({});
		share(introduce(scene.caller('198.51.100.7').asLeaf(), 'ada'), 'amber.mp3');
		const asker = scene.caller('198.51.100.8').asLeaf();
		const found = [1, 2, 3].map(() => ask(asker, [words('amber')], { id: 5 }).length);
		expect(found).toEqual([1, 0, 0]);
		scene.world.advance(scene.world.time + 11_000);
		expect(ask(asker, [words('amber')], { id: 5 })).toHaveLength(1);
	});

	it('that takes back a file, or leaves, is not found any more', () => {
		const scene = new Scene({});
		const giver = introduce(scene.caller('198.51.100.7').asLeaf(), 'ada');
		giver.say(MessageType.Share, encodeShare({ ...file('one'), medium: 1 }));
		giver.say(MessageType.Share, encodeShare({ ...file('one'), medium: 1 }));
		share(giver, 'two');
		expect(scene.node.operator!.figures().files).toBe(2);
		giver.say(MessageType.Unshare, encodeUnshare(file('one')));
		giver.say(MessageType.Unshare, encodeUnshare(file('never shared', 7)));
		expect(scene.node.operator!.figures().files).toBe(1);
		scene.world.close(giver.link, 'gone');
		expect(scene.node.operator!.figures()).toMatchObject({ files: 0, users: 0 });
	});
});

describe('a leaf that asks too much', () => {
	it('publishes no more than its part: fasttrack.share.full', () => {
		const scene = new Scene({});
		const giver = introduce(scene.caller().asLeaf(), 'ada');
		for (let i = 0; i < ours.sharesOfLeaf + 5; i++) share(giver, `x${i}`, 1, i + 1);
		expect(scene.node.operator!.figures().files).toBe(ours.sharesOfLeaf);
		expect(scene.codes()).toEqual(['fasttrack.share.full']);
		const other = introduce(scene.caller('198.51.100.9').asLeaf(), 'bob');
		share(other, 'y'.repeat(ours.shareBody));
		expect(scene.codes()).toEqual(['fasttrack.share.full', 'fasttrack.share.full']);
	});

	it('searches no faster than a person: fasttrack.query.flood', () => {
		const scene = new Scene({});
		share(introduce(scene.caller().asLeaf(), 'ada'), 'amber.mp3');
		const asker = scene.caller('198.51.100.8').asLeaf();
		let answered = 0;
		for (let id = 0; id < 200; id++) answered += ask(asker, [words('amber')], { id }).length;
		expect(answered).toBe(ours.queries);
		expect(scene.codes()).toEqual(['fasttrack.query.flood']);
	});

	it('does not read: its link ends before what waits for it grows', () => {
		const scene = new Scene({});
		share(introduce(scene.caller().asLeaf(), 'ada'), 'amber.mp3');
		const asker = scene.caller('198.51.100.8').asLeaf();
		const before = scene.world.sentOn(asker.link).length;
		scene.world.backlog.set(asker.link, ours.queued + 1);
		asker.say(MessageType.Query, encodeQuery({ most: 9, id: 1, realm: 0x3f, terms: [words('amber')] }));
		expect(scene.world.sentOn(asker.link).length).toBe(before);
		scene.world.full.add(asker.link);
		asker.ping();
		expect(scene.codes()).toEqual(['fasttrack.link.blocked']);
		expect(scene.isEnded(asker.link)).toBe(true);
	});

	it('is one too many: fasttrack.leaf.unusable', () => {
		const scene = new Scene({ defencesOff: ['connection-flood'] });
		for (let i = 0; i < ours.leaves; i++) scene.caller(`198.51.${i >> 8}.${i & 255}`, 'abcd');
		expect(scene.codes()).toEqual([]);
		const last = scene.caller('198.51.100.8', 'abcd');
		expect(scene.codes()).toEqual(['fasttrack.leaf.unusable']);
		expect(scene.isEnded(last.link)).toBe(true);
	});

	it('comes by IPv6, which this protocol cannot say', () => {
		const scene = new Scene({});
		scene.caller('2001:db8::7', 'abcd');
		expect(scene.codes()).toEqual(['fasttrack.leaf.unusable']);
	});
});

describe('what is no leaf', () => {
	it('is hung up on without a word more: fasttrack.handshake.foreign', () => {
		const scene = new Scene({});
		// An eDonkey login.
		const login = scene.caller('198.51.100.8', new Uint8Array(64).fill(0xe3));
		expect(scene.codes()).toEqual(['fasttrack.handshake.foreign']);
		expect(scene.isEnded(login.link)).toBe(true);
	});

	it('and what stays silent is ended in time', () => {
		const scene = new Scene({});
		const silent = scene.caller('198.51.100.8', 'a');
		const greeted = scene.caller('198.51.100.9', 'abcdefghijkl');
		const leaf = scene.caller('198.51.100.10').asLeaf();
		for (let seconds = 0; seconds < 40; seconds++) scene.world.advance(scene.world.time + 1000);
		expect([silent, greeted, leaf].map(({ link }) => scene.isEnded(link))).toEqual([true, true, false]);
		expect(scene.codes()).toEqual(['fasttrack.http.slow']);
		for (let seconds = 0; seconds < 150; seconds++) scene.world.advance(scene.world.time + 1000);
		expect(scene.isEnded(leaf.link)).toBe(true);
		expect(leaf.ofType(-1).length).toBeGreaterThan(0);
	});

	it('a session that gets out of step ends: fasttrack.stream.lost', () => {
		const scene = new Scene({});
		const leaf = scene.caller().asLeaf();
		scene.feed(leaf.link, new Uint8Array(100).fill(7));
		expect(scene.codes()).toEqual(['fasttrack.stream.lost']);
		expect(scene.isEnded(leaf.link)).toBe(true);
	});

	it('messages that cannot be read are dropped, and the leaf stays: fasttrack.message.malformed', () => {
		const scene = new Scene({});
		const leaf = scene.caller().asLeaf();
		const types = [
			MessageType.NodeInfo,
			MessageType.Share,
			MessageType.Unshare,
			MessageType.Query,
			MessageType.Push,
		];
		for (const type of types) leaf.say(type, Uint8Array.of(0));
		leaf.say(0x1234, new Uint8Array(10));
		expect(scene.codes()).toEqual(types.map(() => 'fasttrack.message.malformed'));
		expect(scene.isEnded(leaf.link)).toBe(false);
	});
});

describe('a call-back', () => {
	function request(asker: Caller, requester: typeof victim, target: typeof victim, user: string): void {
		const body = encodePushRequest({ id: 7, requester, target, supernode: own, user });
		asker.say(MessageType.Push, body);
	}

	it('names the host of who asks, never another: the victim is nobody else', () => {
		const scene = new Scene({});
		const target = introduce(scene.caller('198.51.100.7').asLeaf(), 'ada', 1300);
		const attacker = introduce(scene.caller('198.51.100.8').asLeaf(), 'eve');
		request(attacker, victim, { host: '198.51.100.7', port: 1300 }, 'ada');
		const [push] = target.ofType(MessageType.Push).map(decodePush);
		expect(push).toEqual({ id: 7, requester: { host: '198.51.100.8', port: 80 } });
	});

	it('goes to a leaf of ours that a result named, and to nobody else: fasttrack.push.unusable', () => {
		const scene = new Scene({});
		const target = introduce(scene.caller('198.51.100.7').asLeaf(), 'ada', 1300);
		const asker = introduce(scene.caller('198.51.100.8').asLeaf(), 'eve');
		const here = { host: '198.51.100.7', port: 1300 };
		request(asker, victim, { ...here, port: 1301 }, 'ada');
		request(asker, victim, here, 'bob');
		request(asker, victim, victim, 'ada');
		request(asker, { ...victim, port: 0 }, here, 'ada');
		expect(scene.codes()).toEqual(Array(4).fill('fasttrack.push.unusable'));
		expect(target.ofType(MessageType.Push)).toEqual([]);
	});

	it('is bounded; with the defence off each one goes through', () => {
		const passed = (defencesOff: string[]): number => {
			const scene = new Scene({ defencesOff });
			const target = introduce(scene.caller('198.51.100.7').asLeaf(), 'ada', 1300);
			const asker = introduce(scene.caller('198.51.100.8').asLeaf(), 'eve');
			for (let i = 0; i < 300; i++) request(asker, victim, { host: '198.51.100.7', port: 1300 }, 'ada');
			return target.ofType(MessageType.Push).length;
		};
		expect(passed(['push-diversion'])).toBe(300);
		expect(passed([])).toBeLessThan(50);
	});
});

describe('a datagram', () => {
	const ping = Uint8Array.from(Buffer.from('27000000a9804b615a614100', 'hex'));

	it('that pings is answered, by super-nodes alone and within the scope', () => {
		const scene = new Scene({});
		scene.world.land({ host: '198.51.100.7', port: 1300 }, ping);
		scene.world.land({ host: '10.1.2.3', port: 1300 }, ping);
		scene.world.flush();
		expect(scene.world.datagrams.map(({ to }) => to.host)).toEqual(['198.51.100.7']);
		expect(Buffer.from(scene.world.datagrams[0].bytes).toString('latin1')).toMatch(/^\x28.*KaZaA\0$/s);
		const leaf = new Scene({ role: 'leaf' });
		leaf.world.land({ host: '198.51.100.7', port: 1300 }, ping);
		leaf.world.flush();
		expect(leaf.world.datagrams).toEqual([]);
		scene.world.land({ host: '198.51.100.7', port: 1300 }, Uint8Array.of(1, 2, 3));
		expect(scene.codes()).toEqual(['fasttrack.datagram.malformed']);
	});
});

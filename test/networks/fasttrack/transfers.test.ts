/** Transfers and call-backs with others that are played by hand: requests, answers, GIVE, and what is wrong with them. */
import { describe, expect, it } from 'vitest';
import { hex } from '../../../src/networks/common/hash.ts';
import { ours } from '../../../src/networks/fasttrack/limits.ts';
import { MessageType } from '../../../src/networks/fasttrack/wire/frame.ts';
import { formatHashTag } from '../../../src/networks/fasttrack/wire/http.ts';
import { encodeNodes } from '../../../src/networks/fasttrack/wire/node.ts';
import { decodePushRequest, encodePush } from '../../../src/networks/fasttrack/wire/push.ts';
import { decodeQuery } from '../../../src/networks/fasttrack/wire/query.ts';
import { encodeReply, encodeReplyEnd } from '../../../src/networks/fasttrack/wire/reply.ts';
import type { FetchRequest } from '../../../src/networks/network.ts';
import { Caller, Scene } from './scripted.ts';
import { file, hash } from './session.ts';

const song = { name: 'amber.mp3', size: 1000 };
const hub = { host: '198.51.100.1', port: 1214 };
const there = { host: '198.51.100.7', port: 1300 };

function giver(): { scene: Scene; ask: (head: string) => string; target: string } {
	const scene = new Scene({ files: [song], announce: there });
	const target = `/.hash=${hex(scene.shared())}`;
	return { scene, target, ask: (head) => scene.caller('198.51.100.8', head).text() };
}

describe('whoever asks for a file', () => {
	it('is told what it is, and which bytes follow', () => {
		const { ask, target, scene } = giver();
		const answer = ask(`GET ${target} HTTP/1.1\r\nUserAgent: KazaaClient\r\nRange: bytes=10-19\r\n\r\n`);
		expect(answer.split('\r\n').slice(0, -2)).toEqual([
			'HTTP/1.1 206 Partial Content',
			'Server: Sallyport/test',
			'X-Kazaa-Username: me',
			'X-Kazaa-Network: KaZaA',
			'X-Kazaa-IP: 198.51.100.7:1300',
			'X-Kazaa-SupernodeIP: 198.51.100.7:1300',
			`X-KazaaTag: ${formatHashTag(scene.shared())}`,
			'Content-Range: bytes 10-19/1000',
			'Content-Length: 10',
			'Content-Type: application/octet-stream',
			'Connection: close',
		]);
	});

	it('gets the whole where no range is asked for, 416 where there is none such, 404 for what nobody has', () => {
		const { ask, target } = giver();
		expect(ask(`GET ${target} HTTP/1.0\n\n`)).toContain('bytes 0-999/1000');
		expect(ask(`GET ${target}/ HTTP/1.1\r\nRange: bytes=990-\r\n\r\n`)).toContain('bytes 990-999/1000');
		for (const range of ['bytes=1000-', 'bytes=9-8', 'bytes=-5', 'lines=1-2'])
			expect(ask(`GET ${target} HTTP/1.1\r\nRange: ${range}\r\n\r\n`)).toMatch(/^HTTP\/1.1 416 /);
		expect(ask(`GET /.hash=${'0'.repeat(40)} HTTP/1.1\r\n\r\n`)).toMatch(/^HTTP\/1.1 404 /);
	});

	it('cannot leave the share, and cannot send nonsense: fasttrack.http.malformed', () => {
		const { scene, ask } = giver();
		expect(ask('GET /../../etc/passwd HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1.1 404 /);
		expect(scene.codes()).toEqual(['defence.path.traversal']);
		expect(ask('GET nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
		expect(ask(`GET / HTTP/1.1\r\n${'x'.repeat(9000)}`)).toMatch(/^HTTP\/1.1 400 /);
		expect(scene.codes().slice(1)).toEqual(['fasttrack.http.malformed', 'fasttrack.http.malformed']);
	});

	it('must ask in time: fasttrack.http.slow', () => {
		const { scene } = giver();
		const slow = scene.caller('198.51.100.8', 'GET /');
		for (let second = 0; second <= ours.requestSeconds; second++)
			scene.world.advance(scene.world.time + 1000);
		expect(scene.codes()).toEqual(['fasttrack.http.slow']);
		expect(scene.isEnded(slow.link)).toBe(true);
	});
});

const request: FetchRequest = {
	fetch: 1,
	source: { ...there, id: 'ada', index: 0, firewalled: false, agent: 'KaZaA', proxies: [hub] },
	name: 'amber.mp3',
	fthash: hex(hash),
	from: 10,
	to: 20,
};

/** What a fetch ends with when its source answers so. */
function answered(answer: string): { why: string | undefined; codes: string[] } {
	const scene = new Scene({ role: 'leaf' });
	scene.node.fetch(request);
	const { link } = scene.world.dials.at(-1)!;
	scene.world.answer(link);
	scene.world.flush();
	expect(Buffer.from(scene.world.sentOn(link)).toString()).toMatch(
		new RegExp(`^GET /.hash=${hex(hash)} HTTP/1.1\r\n[^]*Range: bytes=10-19\r\n`),
	);
	scene.feed(link, answer);
	return { why: scene.fetched[0], codes: scene.codes() };
}

describe('a source', () => {
	const head = (status: string, ...lines: string[]): string =>
		`HTTP/1.1 ${status}\r\n${lines.join('\r\n')}\r\n\r\n`;
	const ten = '0123456789';

	it('gives what was asked for, or less of it', () => {
		expect(answered(head('206 OK', 'Content-Range: bytes 10-19/99') + ten)).toEqual({ why: '', codes: [] });
		expect(answered(head('206 OK', 'Content-Range: bytes 10-12/99') + ten)).toEqual({ why: '', codes: [] });
		expect(
			answered(head('206 OK', `X-KazaaTag: ${formatHashTag(hash)}`, 'Content-Range: bytes 10-19/99') + ten)
				.why,
		).toBe('');
	});

	it('gives no other range, and no body without a length: fasttrack.fetch.range', () => {
		for (const lines of [
			['Content-Range: bytes 11-19/99'],
			['Content-Range: bytes 10-20/99'],
			['Content-Range: bytes 10-19/15'],
			['Content-Range: bytes 10-19/99', 'Content-Length: 11'],
			['Content-Length: 99'],
			[],
		])
			expect(answered(head('206 OK', ...lines) + ten)).toEqual({
				why: 'the source answered nonsense',
				codes: ['fasttrack.fetch.range'],
			});
		expect(answered(head('200 OK', 'Content-Length: 10') + ten).codes).toEqual(['fasttrack.fetch.range']);
	});

	it('gives no other content: fasttrack.fetch.content', () => {
		const tag = `X-KazaaTag: ${formatHashTag(hash.map((byte) => byte ^ 1))}`;
		expect(answered(head('206 OK', tag, 'Content-Range: bytes 10-19/99') + ten).codes).toEqual([
			'fasttrack.fetch.content',
		]);
	});

	it('says no in its own words, or nonsense', () => {
		expect(answered(head('503 Busy', 'Retry-After: 60'))).toEqual({
			why: 'the source answered 503',
			codes: [],
		});
		expect(answered('SSH-2.0\r\n\r\n').codes).toEqual(['fasttrack.http.malformed']);
		expect(answered(head('206 OK', 'a line that is no header')).codes).toEqual(['fasttrack.http.malformed']);
	});

	it('that falls silent, or closes, ends the fetch', () => {
		const scene = new Scene({ role: 'leaf' });
		scene.node.fetch(request);
		scene.node.fetch({ ...request, fetch: 2 });
		const [first, second] = scene.world.dials;
		scene.world.answer(first.link);
		scene.world.answer(second.link);
		scene.world.close(second.link, 'reset');
		for (let second = 0; second <= ours.fetchSeconds; second++) scene.world.advance(scene.world.time + 1000);
		expect(scene.fetched).toEqual(['the source closed: reset', 'the source sent nothing for too long']);
	});
});

/** A leaf of ours that hangs on a super-node played by hand. */
function hanging(more: { defencesOff?: string[] } = {}): { scene: Scene; supernode: Caller } {
	const scene = new Scene({
		role: 'leaf',
		seeds: [hub],
		announce: { host: '198.51.100.5', port: 1205 },
		...more,
	});
	const { link } = scene.world.dials[0];
	scene.world.answer(link);
	return { scene, supernode: new Caller(scene, link).asSupernode() };
}

describe('a leaf', () => {
	const query = (supernode: Caller): number => {
		const asked = decodeQuery(supernode.ofType(MessageType.Query).at(-1)!);
		return 'id' in asked ? asked.id : -1;
	};
	const result = { source: there, bandwidth: 1, user: 'ada', networkName: 'KaZaA', ...file('amber.mp3') };

	it('introduces itself, and takes results for its own search alone: fasttrack.reply.unasked', () => {
		const { scene, supernode } = hanging();
		expect(supernode.ofType(MessageType.NodeInfo)).toHaveLength(1);
		scene.node.search(1, 'amber');
		const id = query(supernode);
		const reply = (of: number) => encodeReply({ supernode: hub, id: of, results: [result] });
		supernode.say(MessageType.Reply, reply(id ^ 1));
		expect(scene.codes()).toEqual(['fasttrack.reply.unasked']);
		supernode.say(MessageType.Reply, reply(id));
		supernode.say(MessageType.ReplyEnd, encodeReplyEnd(id));
		expect(scene.hits).toMatchObject([{ name: 'amber.mp3', source: { host: there.host, proxies: [hub] } }]);
		expect(scene.ended).toEqual(['no more answers']);
		supernode.say(MessageType.Reply, reply(id));
		expect(scene.hits).toHaveLength(1);
	});

	it('keeps few of the super-nodes that it is told of, and none outside its scope', () => {
		const { scene, supernode } = hanging();
		const listed = Array.from({ length: 250 }, (_, i) => `198.51.${i}.1`).map((host) => ({
			host,
			port: 1214,
		}));
		for (const first of [0, 1, 2]) {
			const nodes = [...listed, { host: '10.0.0.1', port: 1 }].map(({ host, port }) => ({
				address: { host, port: port + first },
				minutes: 0,
				load: 0,
			}));
			supernode.say(MessageType.NodeList, encodeNodes(nodes));
		}
		expect(scene.node.status().known).toBe(ours.nodesKnown);
		for (let second = 0; second < 5; second++) scene.world.advance(scene.world.time + 1000);
		expect(scene.world.dials.length).toBeLessThanOrEqual(ours.supernodes);
		expect(scene.world.dials.some(({ to }) => to.host.startsWith('10.'))).toBe(false);
	});

	it('does not stay with a super-node that it cannot read: fasttrack.handshake.closed', () => {
		const scene = new Scene({ role: 'leaf', seeds: [hub] });
		const { link } = scene.world.dials[0];
		scene.world.answer(link);
		scene.feed(link, new Uint8Array(30).fill(3));
		expect(scene.codes()).toEqual(['fasttrack.handshake.closed']);
		expect(scene.isEnded(link)).toBe(true);
	});

	it('calls whom its super-node names, says GIVE, and serves who asks then', () => {
		const { scene, supernode } = hanging();
		supernode.say(MessageType.Push, encodePush({ id: 7, requester: there }));
		const { link, to } = scene.world.dials.at(-1)!;
		expect(to).toEqual(there);
		scene.world.answer(link);
		scene.feed(link, `GET /.hash=${'0'.repeat(40)} HTTP/1.1\r\n\r\n`);
		expect(Buffer.from(scene.world.sentOn(link)).toString()).toMatch(/^GIVE 7\r\nHTTP\/1.1 404 /);
	});

	it('calls nobody outside its scope or at port 0, and is no weapon: with the defence off it is', () => {
		const { scene, supernode } = hanging();
		supernode.say(MessageType.Push, encodePush({ id: 7, requester: { host: '10.0.0.1', port: 80 } }));
		supernode.say(MessageType.Push, encodePush({ id: 7, requester: { ...there, port: 0 } }));
		expect(scene.codes()).toEqual(['fasttrack.push.unusable', 'fasttrack.push.unusable']);
		const calls = (defencesOff: string[]): number => {
			const attacked = hanging({ defencesOff });
			for (let id = 0; id < 200; id++)
				attacked.supernode.say(MessageType.Push, encodePush({ id, requester: there }));
			return attacked.scene.world.dials.length - 1;
		};
		expect(calls(['push-diversion'])).toBe(200);
		expect(calls([])).toBeLessThan(20);
	});
});

describe('GIVE', () => {
	const firewalled = { ...request, source: { ...request.source, port: 0, firewalled: true } };

	function awaiting(): { scene: Scene; id: number } {
		const { scene, supernode } = hanging();
		scene.node.fetch(firewalled);
		const push = decodePushRequest(supernode.ofType(MessageType.Push)[0]);
		if ('refused' in push) throw new Error('a push of ours is refused');
		expect(push).toMatchObject({
			requester: { host: '198.51.100.5', port: 1205 },
			target: { host: there.host, port: 0 },
			supernode: hub,
			user: 'ada',
		});
		return { scene, id: push.id };
	}

	it('with the number that was given out brings the file, an empty line behind it or not', () => {
		for (const end of ['\r\n', '\r\n\r\n', '\n']) {
			const { scene, id } = awaiting();
			const caller = scene.caller(there.host, `GIVE ${id}${end}`);
			expect(caller.text()).toMatch(/^GET \/.hash=/);
			scene.feed(caller.link, 'HTTP/1.1 206 OK\r\nContent-Range: bytes 10-19/99\r\n\r\n0123456789');
			expect(scene.fetched).toEqual(['']);
			// Each number once.
			const again = scene.caller(there.host, `GIVE ${id}${end}`);
			expect(scene.isEnded(again.link)).toBe(true);
		}
	});

	it('of anybody else, or that is none, ends: fasttrack.give.unasked', () => {
		const { scene, id } = awaiting();
		for (const line of [
			`GIVE ${id ^ 1}\r\n`,
			'GIVE me\r\n',
			'GIVE 99999999999\r\n',
			`GIVE ${'1'.repeat(40)}`,
		]) {
			const caller = scene.caller('198.51.100.66', line);
			expect(scene.isEnded(caller.link)).toBe(true);
		}
		expect(scene.codes()).toEqual(Array(4).fill('fasttrack.give.unasked'));
		expect(scene.fetched).toEqual([]);
		const slow = scene.caller('198.51.100.66', 'GIVE 1');
		for (let second = 0; second <= ours.callSeconds; second++) scene.world.advance(scene.world.time + 1000);
		expect(scene.isEnded(slow.link)).toBe(true);
		expect(scene.fetched).toEqual(['the source did not call back']);
	});

	it('is no use to a leaf where nobody can pass it on', () => {
		const scene = new Scene({ role: 'leaf' });
		scene.node.fetch(firewalled);
		expect(scene.fetched).toEqual(['the source cannot be dialled, nor asked to call']);
		const stranger = scene.caller('198.51.100.66', 'abcd');
		expect(scene.isEnded(stranger.link)).toBe(true);
		expect(scene.codes()).toEqual(['fasttrack.handshake.foreign']);
	});
});

/** A leaf of ours, its super-node played by hand: introductions, results, call-backs, GIVE. */
import { describe, expect, it } from 'vitest';
import { ours } from '../../../src/networks/fasttrack/limits.ts';
import { MessageType } from '../../../src/networks/fasttrack/wire/frame.ts';
import { encodeNodes } from '../../../src/networks/fasttrack/wire/node.ts';
import { decodePushRequest, encodePush } from '../../../src/networks/fasttrack/wire/push.ts';
import { decodeQuery } from '../../../src/networks/fasttrack/wire/query.ts';
import { encodeReply, encodeReplyEnd } from '../../../src/networks/fasttrack/wire/reply.ts';
import { Caller, hub, request, Scene, there } from './scripted.ts';
import { file } from './session.ts';

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

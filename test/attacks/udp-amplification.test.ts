import { describe, expect, it } from 'vitest';
import { UdpAmplification } from '../../src/defence/udp-amplification.ts';
import { isRefusal } from '../../src/evidence/refusal.ts';
import { newMemory } from '../../src/networks/edonkey/server/memory.ts';
import { EdonkeyServer } from '../../src/networks/edonkey/server.ts';
import { encodeFrame } from '../../src/networks/edonkey/wire/frames.ts';
import { encodeHello } from '../../src/networks/edonkey/wire/hello.ts';
import { encodeLogin } from '../../src/networks/edonkey/wire/login.ts';
import { ClientMessage, ServerDatagram, ServerMessage } from '../../src/networks/edonkey/wire/messages.ts';
import { encodeOffers } from '../../src/networks/edonkey/wire/records.ts';
import { openDatagram, sealDatagram } from '../../src/networks/edonkey/wire/sealed-datagrams.ts';
import { encodeSearch } from '../../src/networks/edonkey/wire/search-tree.ts';
import {
	decodeAnswers,
	decodeStatus,
	descriptionChallenge,
	encodeChallenge,
	encodeDatagram,
	encodeDatagramAsked,
	encodeSearch3,
	statusChallenge,
} from '../../src/networks/edonkey/wire/server-datagrams.ts';
import { Recorder } from '../../src/world/recorder.ts';
import { someHello } from '../networks/edonkey/wire/kinds.ts';

/** IPv4 and UDP. */
const HEADERS = 28;
const MINUTE = 60_000;
const words = { kind: 'words', text: 'popular' } as const;
const hashes = Array.from({ length: 31 }, (_, i) => ({ hash: new Uint8Array(16).fill(i + 1), size: 1000 }));

/** Every question that the server knows, as an attacker asks it: the longest answer for the shortest question. */
const questions: readonly Uint8Array[] = [
	encodeDatagram(ServerDatagram.StatusRequest, encodeChallenge(statusChallenge(7))),
	encodeDatagram(ServerDatagram.DescriptionRequest, encodeChallenge(descriptionChallenge(7))),
	encodeDatagram(ServerDatagram.DescriptionRequest, new Uint8Array(0)),
	encodeDatagram(ServerDatagram.Search, encodeSearch(words)),
	encodeDatagram(ServerDatagram.Search2, encodeSearch(words)),
	encodeDatagram(ServerDatagram.Search3, encodeSearch3(words, 1)),
	encodeDatagram(ServerDatagram.GetSources, encodeDatagramAsked(hashes.map(({ hash }) => ({ hash })))),
	encodeDatagram(ServerDatagram.GetSources2, encodeDatagramAsked(hashes)),
	encodeDatagram(ServerDatagram.ServerListRequest, new Uint8Array(6)),
	encodeDatagram(ServerDatagram.ServerListRequest2, new Uint8Array(0)),
	encodeDatagram(0x9c, new Uint8Array(10)),
	Uint8Array.of(0xe3),
	Uint8Array.of(0xe4, 1, 2),
];

class Stage {
	readonly world = new Recorder();
	readonly server: EdonkeyServer;
	/** Bytes that went to a host, headers and all, by the second. */
	readonly sent = new Map<string, { at: number; bytes: number }[]>();

	constructor(defencesOff: string[]) {
		this.server = new EdonkeyServer(this.world, {
			name: 'a server with a name',
			description: 'and a description of some length, as they have',
			announce: { host: '203.0.113.1', port: 4661 },
			version: '1',
			usable: () => true,
			servers: Array.from({ length: 40 }, (_, i) => ({ host: `203.0.113.${i + 1}`, port: 4661 })),
			memory: newMemory((bytes) => this.world.random(bytes)),
			defencesOff,
		});
		this.world.attach(this.server);
		for (let i = 0; i < 30; i++) this.publisher(`198.18.${i}.2`, i);
	}

	/** A session with 31 popular files. */
	publisher(host: string, user: number): void {
		const link = this.world.accept({ host, port: 50_000 });
		const login = {
			hash: new Uint8Array(16).fill(user),
			id: 0,
			port: 4662,
			name: 'x',
			capabilities: 0x11d,
			muleVersion: 0,
		};
		this.world.feed(link, encodeFrame(ServerMessage.Login, encodeLogin(login)));
		const check = this.world.dials.at(-1)!.link;
		// It can be dialled: sources with a LowID are told to nobody by UDP.
		this.world.answer(check);
		const hello = encodeHello({ ...someHello, hash: login.hash }, true);
		this.world.feed(check, encodeFrame(ClientMessage.HelloAnswer, hello));
		const files = hashes.map(({ hash, size }, i) => ({
			hash,
			size,
			id: 0,
			port: 0,
			name: `a popular file with a name ${i}.mp3`,
		}));
		this.world.feed(link, encodeFrame(ServerMessage.OfferFiles, encodeOffers(files, true)));
	}

	/** Lands a datagram; the bytes of the answers, without headers. */
	land(host: string, bytes: Uint8Array): number {
		this.world.land({ host, port: 4665 }, bytes);
		let all = 0;
		for (const answer of this.world.datagrams.splice(0)) {
			all += answer.bytes.length;
			const list = this.sent.get(answer.to.host) ?? [];
			this.sent.set(answer.to.host, list);
			list.push({ at: this.world.time, bytes: answer.bytes.length + HEADERS });
		}
		return all;
	}

	/** The most that came to these hosts within any such time. */
	most(hosts: (host: string) => boolean, window: number): number {
		const all = [...this.sent].filter(([host]) => hosts(host)).flatMap(([, list]) => list);
		all.sort((a, b) => a.at - b.at);
		let most = 0;
		let sum = 0;
		let from = 0;
		for (const { at, bytes } of all) {
			sum += bytes;
			while (all[from].at <= at - window) sum -= all[from++].bytes;
			most = Math.max(most, sum);
		}
		return most;
	}
}

it('without the defence forged questions come back many times as large, to a victim that has asked nothing', () => {
	const stage = new Stage(['udp-amplification']);
	const factors = questions.map((question) => stage.land('192.0.2.66', question) / question.length);
	expect(Math.max(...factors)).toBeGreaterThan(40);
	let back = 0;
	for (let i = 0; i < 1000; i++) back += stage.land('192.0.2.66', questions[3]!);
	expect(back).toBeGreaterThan(1_000_000);
});

it('with it one victim gets at most 4 KB in any minute, whatever is asked in its name', () => {
	const stage = new Stage([]);
	for (let i = 0; i < 30_000; i++) {
		if (i % 100 === 0) stage.world.advance(stage.world.time + 1000);
		stage.land('192.0.2.66', questions[i % questions.length]!);
	}
	const most = stage.most((host) => host === '192.0.2.66', MINUTE);
	expect(most).toBeLessThanOrEqual(4096);
	expect(most).toBeGreaterThan(1000);
});

it('all victims together get at most 256 kbit in any second, and a network a few times what a host gets', () => {
	const stage = new Stage([]);
	for (let i = 0; i < 60_000; i++) {
		if (i % 200 === 0) stage.world.advance(stage.world.time + 100);
		const host = i % 3 ? `192.0.2.${i & 255}` : `100.${(i >> 12) & 63}.${(i >> 6) & 63}.${1 + (i & 63)}`;
		stage.land(host, questions[i % questions.length]!);
	}
	expect(stage.most(() => true, 1000)).toBeLessThanOrEqual(32_000);
	expect(stage.most(() => true, 1000)).toBeGreaterThan(16_000);
	expect(stage.most((host) => host.startsWith('192.0.2.'), MINUTE)).toBeLessThanOrEqual(16_384);
	const { notices } = stage.world;
	stage.world.advance(stage.world.time + 2 * MINUTE);
	const told = notices.filter(({ code }) => code.startsWith('defence.datagram.'));
	expect(new Set(told.map(({ code }) => code))).toContain('defence.datagram.unproven');
	expect(new Set(told.map(({ code }) => code))).toContain('defence.datagram.total');
	// Told of together: 60,000 datagrams are not 60,000 records.
	expect(notices.length).toBeLessThan(500);
});

it('forged addresses without end are not remembered without end', () => {
	const guard = new UdpAmplification(true);
	const before = process.memoryUsage().heapUsed;
	let now = 0;
	for (let i = 0; i < 300_000; i++) {
		if (i % 100 === 0) now++;
		const host = `${i & 255}.${(i >> 8) & 255}.${(i >> 16) & 255}.9`;
		const room = guard.room(now, host);
		if (room > 0) guard.spent(now, host, 0);
	}
	expect(process.memoryUsage().heapUsed - before).toBeLessThan(40_000_000);
});

describe('meanwhile', () => {
	it('a client with a session is served as ever', () => {
		const stage = new Stage([]);
		for (let i = 0; i < 20_000; i++)
			stage.land(`100.64.${i >> 8}.${1 + (i & 127)}`, questions[i % questions.length]!);
		for (let i = 0; i < 20; i++) expect(stage.land('198.18.3.2', questions[3]!)).toBeGreaterThan(1000);
	});

	it('a session that asks without end is held too', () => {
		const stage = new Stage([]);
		let back = 0;
		for (let i = 0; i < 2000; i++) back += stage.land('198.18.3.2', questions[3]!);
		expect(back).toBeLessThan(300_000);
		stage.world.advance(stage.world.time + 2 * MINUTE);
		expect(stage.world.notices.map(({ code }) => code)).toContain('defence.datagram.often');
	});

	it('a clean address that asks as programs do gets status, description and an answer', () => {
		const stage = new Stage([]);
		const host = '192.0.2.80';
		stage.world.land({ host, port: 4665 }, questions[0]!);
		const status = decodeStatus(stage.world.datagrams.splice(0)[0]!.bytes.subarray(2));
		expect(status).toMatchObject({ challenge: statusChallenge(7), users: 30, files: 31, flags: 0x73b });
		expect(stage.land(host, questions[1]!)).toBeGreaterThan(40);
		stage.world.advance(stage.world.time + 5000);
		stage.world.land({ host, port: 4665 }, questions[5]!);
		const answers = decodeAnswers(stage.world.datagrams.splice(0)[0]!.bytes);
		if (!Array.isArray(answers)) throw new Error('no answers');
		expect(answers.length).toBeGreaterThan(3);
		expect(answers[0]).toMatchObject({ kind: 'result', record: { size: 1000, sources: 30 } });
	});

	it('what cannot be read is counted, and costs no more than a question', () => {
		const stage = new Stage([]);
		for (const bytes of [
			questions[11]!,
			questions[12]!,
			Uint8Array.of(0xe3, 0x98, 7),
			Uint8Array.of(0xe3, 0x94),
		])
			expect(stage.land('192.0.2.9', bytes)).toBe(0);
		stage.world.advance(stage.world.time + 2 * MINUTE);
		const codes = stage.world.notices.map(({ code }) => code);
		expect(codes).toEqual(expect.arrayContaining(['edonkey.datagram.malformed', 'edonkey.search.malformed']));
	});
});

it('who uses the key of its status answer is proven, and answered under it; a key of another address is none', () => {
	const stage = new Stage([]);
	const host = '192.0.2.80';
	stage.world.land({ host, port: 4665 }, questions[0]!);
	const status = decodeStatus(stage.world.datagrams.splice(0)[0]!.bytes.subarray(2));
	if (isRefusal(status)) throw new Error('no status');
	const sealed = sealDatagram(questions[3]!, status.key!, 'to server', Uint8Array.of(0xe3, 2, 3));
	let back = 0;
	for (let i = 0; i < 40; i++) back += stage.land(host, sealed);
	expect(back).toBeGreaterThan(40_000);
	stage.world.land({ host, port: 4665 }, sealed);
	const answer = stage.world.datagrams.splice(0)[0]!.bytes;
	expect(answer[0]).not.toBe(0xe3);
	expect(decodeAnswers(openDatagram(answer, status.key!, 'to client')!)).not.toHaveProperty('refused');
	expect(stage.land('192.0.2.81', sealed)).toBe(0);
	expect(stage.server.figures().datagramsSealed).toBe(41);
});

it('a key that was used proves its address for an hour', () => {
	const guard = new UdpAmplification(true);
	expect(guard.isProven(0, '1.2.3.4')).toBe(false);
	guard.usedKey(0, '1.2.3.4');
	expect(guard.isProven(59 * MINUTE, '1.2.3.4')).toBe(true);
	expect(guard.isProven(61 * MINUTE, '1.2.3.4')).toBe(false);
	guard.session('1.2.3.5', true);
	guard.session('1.2.3.5', true);
	guard.session('1.2.3.5', false);
	expect(guard.isProven(0, '1.2.3.5')).toBe(true);
	guard.session('1.2.3.5', false);
	expect(guard.isProven(0, '1.2.3.5')).toBe(false);
});

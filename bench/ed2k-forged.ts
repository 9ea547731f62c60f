/**
 * A million datagrams of every opcode from addresses without a session, over real sockets: a server cannot tell them
 * from forged ones. A third come in the name of one victim, the others in that of three thousand. The answers are counted
 * where they arrive. Meanwhile a client with a session searches by TCP and by UDP.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { ServerDatagram } from '../src/networks/edonkey/wire/messages.ts';
import { encodeSearch } from '../src/networks/edonkey/wire/search-tree.ts';
import {
	descriptionChallenge,
	encodeChallenge,
	encodeDatagram,
	encodeDatagramAsked,
	encodeSearch3,
	statusChallenge,
} from '../src/networks/edonkey/wire/server-datagrams.ts';
import { anyWord, below, type Ed2kClient } from './ed2k-client.ts';
import { median } from './sides.ts';

const COUNT = 1_000_000;
const VICTIMS = 3000;
const SECONDS = 75;
/** IPv4 and UDP. */
const HEADERS = 28;
/** The server knows no such question, as its victim would stand in the packet. */
const CALLBACK_REQUEST = 0x9c;

function question(n: number): Uint8Array {
	const tree = { kind: 'words', text: anyWord() } as const;
	const asked = [{ hash: new Uint8Array(16), size: 3_000_000 }];
	switch (n % 10) {
		case 0:
			return encodeDatagram(ServerDatagram.StatusRequest, encodeChallenge(statusChallenge(n)));
		case 1:
			return encodeDatagram(ServerDatagram.DescriptionRequest, encodeChallenge(descriptionChallenge(n)));
		case 2:
			return encodeDatagram(ServerDatagram.Search3, encodeSearch3(tree, 1));
		case 3:
			return encodeDatagram(ServerDatagram.Search2, encodeSearch(tree));
		case 4:
			return encodeDatagram(ServerDatagram.Search, encodeSearch(tree));
		case 5:
			return encodeDatagram(ServerDatagram.GetSources2, encodeDatagramAsked(asked));
		case 6:
			return encodeDatagram(ServerDatagram.GetSources, encodeDatagramAsked([{ hash: new Uint8Array(16) }]));
		case 7:
			return encodeDatagram(ServerDatagram.ServerListRequest, new Uint8Array(6));
		case 8:
			return encodeDatagram(CALLBACK_REQUEST, new Uint8Array(10));
		default:
			return encodeDatagram(ServerDatagram.ServerListRequest2, new Uint8Array(0));
	}
}

interface Received {
	readonly at: number;
	readonly bytes: number;
}

class Victim {
	readonly received: Received[] = [];
	readonly socket: Socket = createSocket('udp4');

	async bind(host: string): Promise<void> {
		this.socket.on('message', (bytes) => {
			this.received.push({ at: performance.now(), bytes: bytes.length + HEADERS });
		});
		this.socket.bind(0, host);
		await once(this.socket, 'listening');
	}
}

/** The most within any such time. */
function most(list: readonly Received[], window: number): number {
	const sorted = [...list].sort((a, b) => a.at - b.at);
	let sum = 0;
	let highest = 0;
	let from = 0;
	for (const { at, bytes } of sorted) {
		sum += bytes;
		while (sorted[from]!.at <= at - window) sum -= sorted[from++]!.bytes;
		highest = Math.max(highest, sum);
	}
	return highest;
}

export async function flood(port: number, client: Ed2kClient): Promise<void> {
	const victims: Victim[] = [];
	for (let i = 0; i < VICTIMS; i++) {
		const victim = new Victim();
		await victim.bind(i === 0 ? '127.99.99.99' : `127.${100 + (i >> 6)}.${i & 63}.9`);
		victims.push(victim);
	}
	const questions = Array.from({ length: 10_000 }, (_, i) => question(i));
	const proven = createSocket('udp4');
	proven.bind(0, client.socket.localAddress);
	await once(proven, 'listening');
	const byTcp: number[] = [];
	const byUdp: number[] = [];
	let unanswered = 0;
	let over = false;
	const served = (async () => {
		while (!over) {
			let started = performance.now();
			await client.search(anyWord());
			byTcp.push(performance.now() - started);
			started = performance.now();
			const answer = once(proven, 'message', { signal: AbortSignal.timeout(1000) });
			proven.send(
				encodeDatagram(ServerDatagram.Search2, encodeSearch({ kind: 'words', text: anyWord() })),
				port + 4,
				'127.0.0.1',
			);
			await answer.then(
				() => byUdp.push(performance.now() - started),
				() => unanswered++,
			);
			await new Promise((resolve) => setTimeout(resolve, 250));
		}
	})();
	const started = performance.now();
	let sent = 0;
	while (sent < COUNT) {
		const due = Math.min(COUNT, Math.ceil(((performance.now() - started) / 1000 / SECONDS) * COUNT));
		for (; sent < due; sent++) {
			const victim = sent % 3 === 0 ? 0 : sent % VICTIMS;
			// By lot, so that every victim is named in questions of every opcode.
			victims[victim]!.socket.send(questions[below(questions.length)]!, port + 4, '127.0.0.1');
		}
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
	over = true;
	await served;
	const first = most(victims[0]!.received, 60_000);
	const others = Math.max(...victims.slice(1).map(({ received }) => most(received, 60_000)));
	const all = most(
		victims.flatMap(({ received }) => received),
		1000,
	);
	const total = victims.flatMap(({ received }) => received).reduce((sum, { bytes }) => sum + bytes, 0);
	const seconds = (performance.now() - started) / 1000;
	console.log(
		`${sent} forged datagrams in ${seconds.toFixed(0)} s: the victim got at most ${first} bytes in a minute, another ${others} [bar: 4,096]; all together at most ${((all * 8) / 1000).toFixed(0)} kbit in a second, ${((total * 8) / 1000 / seconds).toFixed(0)} kbit/s in the mean [bar: 256]`,
	);
	console.log(
		`meanwhile a client with a session: search by TCP p50 ${median(byTcp).toFixed(2)} ms, by UDP ${median(byUdp).toFixed(2)} ms, ${unanswered} of ${byUdp.length + unanswered} unanswered`,
	);
	for (const { socket } of victims) socket.close();
	proven.close();
}

/**
 * eDonkey's questions by UDP with a forged source address. A search of 21 bytes is answered with up to 1,400, to
 * whomever the datagram says: a server multiplies the attacker's line and sends it to a victim that has asked nothing.
 * The server is the node's own (networks/edonkey/server.ts). Forged datagrams exist in the virtual net only: they are
 * handed to the server in the victim's name.
 */

import { newMemory } from '../../networks/edonkey/server/memory.ts';
import { EdonkeyServer } from '../../networks/edonkey/server.ts';
import { encodeFrame } from '../../networks/edonkey/wire/frames.ts';
import { encodeLogin } from '../../networks/edonkey/wire/login.ts';
import { ServerDatagram, ServerMessage } from '../../networks/edonkey/wire/messages.ts';
import { encodeOffers } from '../../networks/edonkey/wire/records.ts';
import { encodeSearch } from '../../networks/edonkey/wire/search-tree.ts';
import { encodeDatagram } from '../../networks/edonkey/wire/server-datagrams.ts';
import { VirtualNet } from '../../world/virtual.ts';
import { Attacker } from '../attacker.ts';
import { addressOf } from '../content.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { attackRows, defencesOff, isAttacked } from '../switches.ts';
import { Tally, TappedWorld } from '../tap.ts';
import { edonkeyWords } from '../watched-words.ts';

const SERVER = '192.168.1.1';
const VICTIM = '192.168.7.7';
const PORT = 4661;
/** A server answers datagrams four ports above its own in the field; the virtual host has one. */
const ASKED = 4665;
const FILES = 31;

export const udpAmplification: Scenario = {
	name: 'udp-amplification',
	about: "an eDonkey server asked by UDP in a victim's name: what comes back to whom has asked nothing",
	nodes: 40,
	runs: 3,
	settings: {
		perSecond: { about: 'forged questions a second', preset: 100 },
		seconds: { about: 'how long', preset: 60 },
	},
	rows: () => attackRows('udp-amplification', 'connection-flood'),
	play,
	watch: play,
	measures: (counts) => ({
		questionsSent: counts['sent'],
		attackerBytes: counts['sentBytes'],
		victimPackets: counts['packets'],
		victimBytes: counts['bytes'],
		victimBytesPerSecond: share(counts['bytes'], counts['seconds']),
		factor: share(counts['bytes'], counts['sentBytes']),
		honestAnswers: share(counts['answered'], counts['asked']),
	}),
};

function play(row: string, order: Order): Counts {
	const net = new VirtualNet({ seed: order.seed, latency: 40 });
	const tally = new Tally();
	const world = net.world(
		SERVER,
		(raw) => {
			const tapped = new TappedWorld(raw, SERVER, tally, () => {});
			return new EdonkeyServer(tapped, {
				name: 'the laboratory',
				description: 'a server on virtual links',
				announce: { host: SERVER, port: PORT },
				version: '1',
				usable: () => true,
				servers: [],
				memory: newMemory((bytes) => raw.random(bytes)),
				defencesOff: defencesOff(row),
			});
		},
		{ port: PORT },
	);
	world.network.tick();
	const users = Array.from({ length: order.nodes }, (_, user) => publisher(net, user));
	net.run(net.now + 20_000);
	const victim = new Attacker(net, VICTIM, true, ASKED);
	order.watcher?.look({
		net,
		hosts: [[SERVER, 'server'], [VICTIM, 'victim'], ...users.map(({ host }) => [host, 'leaf'] as const)],
		links: users.map(({ host }) => [host, SERVER] as const),
		reader: edonkeyWords,
	});
	const question = encodeDatagram(ServerDatagram.Search, encodeSearch({ kind: 'words', text: 'popular' }));
	const [seconds, perSecond] = [
		numberOf(order, 'seconds'),
		isAttacked(row) ? numberOf(order, 'perSecond') : 0,
	];
	let sent = 0;
	for (let second = 0; second < seconds; second++) {
		for (let forged = 0; forged < perSecond; forged++, sent++) {
			net.later(Math.floor((forged * 1000) / perSecond), () =>
				world.network.datagram({ host: VICTIM, port: ASKED }, question.slice()),
			);
		}
		net.run(net.now + 1000);
	}
	const [packets, bytes] = [victim.datagrams, victim.bytesIn];
	// Those who have a session ask too, in their own name.
	for (const user of users) world.network.datagram({ host: user.host, port: ASKED }, question.slice());
	net.run(net.now + 2000);
	const answered = users.filter(({ datagrams }) => datagrams > 0).length;
	return {
		...{ sent, sentBytes: sent * question.length, seconds, packets, bytes },
		...{ asked: users.length, answered },
	};
}

/** A session with popular files; it listens where it asks from, and so gets a low id. */
function publisher(net: VirtualNet, user: number): Attacker {
	const client = new Attacker(net, addressOf(user), false, ASKED);
	const login = {
		hash: new Uint8Array(16).fill(user + 1),
		id: 0,
		port: 4662,
		name: 'x',
		capabilities: 0x11d,
		muleVersion: 0,
	};
	const link = client.speak(SERVER, PORT, [encodeFrame(ServerMessage.Login, encodeLogin(login))]);
	const files = Array.from({ length: FILES }, (_, file) => ({
		...{ hash: new Uint8Array(16).fill(file + 1), size: 1000, id: 0, port: 0 },
		name: `a popular file with a name ${file}.mp3`,
	}));
	// Once the server has tried to dial back, it takes offers.
	net.later(10_000, () => client.say(encodeFrame(ServerMessage.OfferFiles, encodeOffers(files, true)), link));
	return client;
}

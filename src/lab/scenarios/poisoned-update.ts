/**
 * A poisoned auto-update: programs that look for their own next version in the network, by its name, take the one that says
 * that it is the newest, and run it. Forgers say that theirs is. The node has no auto-update; what is modelled is a program that does,
 * on servents that are the node's own, with its defences between the answer and the program. The files are inert.
 *
 * The row of its own is what a signature does: the maker tells the SHA-1 where no one in the network has a say (with the
 * version before, or on its own site), the content is asked for by it, and what has another is thrown away.
 */
import { createHash } from 'node:crypto';
import { isRefusal } from '../../evidence/refusal.ts';
import { base32 } from '../../networks/common/hash.ts';
import { encodeHit } from '../../networks/gnutella/wire/hit.ts';
import { encodeMessage, guidOf, MessageType, payloadOf } from '../../networks/gnutella/wire/message.ts';
import { decodeQuery } from '../../networks/gnutella/wire/query.ts';
import type { Hit } from '../../networks/network.ts';
import type { Attacker } from '../attacker.ts';
import { inertProgram, verdictOn } from '../inert-program.ts';
import { attackers, claimEverything, neighbourhood, neighbourhoodSettings } from '../neighbourhood.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { attackRows, isAttacked } from '../switches.ts';

const PROGRAM = 'player update';
const NAMED = 'on, content named by its maker';
/** Ultrapeers of each host that answers. */
const LINKS = 4;
const genuine = { name: `${PROGRAM} 2.0.exe`, bytes: inertProgram(1) };
const forged = { name: `${PROGRAM} 9.9.exe`, bytes: inertProgram(2) };
const wanted = sha1Of(genuine.bytes);

export const poisonedUpdate: Scenario = {
	name: 'poisoned-update',
	about: 'programs that fetch their own update from the network, by name: how many install a forged one',
	nodes: 120,
	runs: 3,
	settings: {
		...neighbourhoodSettings,
		programs: { about: 'programs that look for their update, one after the other', preset: 40 },
		mirrors: { about: 'hosts that have the update of the maker', preset: 10 },
		forgers: { about: 'hosts that have another', preset: 10 },
		scanned: { about: 'share of the programs whose scanner knows the forged one', preset: 0.5 },
	},
	rows: () => {
		const [off, on, ...alone] = attackRows(
			...([
				'forged-hits',
				'answers-everything',
				'size-family',
				'executable',
				'disguised',
				'known-bad',
			] as const),
		);
		return [off, on, ...alone, NAMED];
	},
	play,
	watch: play,
	measures: (counts) => ({
		forgedInstalled: share(counts['forged'], counts['programs']),
		genuineInstalled: share(counts['genuine'], counts['programs']),
		nothingInstalled: share(counts['programs'] - counts['forged'] - counts['genuine'], counts['programs']),
		forgedFetched: share(counts['forgedFetched'], counts['programs']),
		forgedAnswers: share(counts['forgedAnswers'], counts['answers']),
	}),
};

function play(row: string, order: Order): Counts {
	const hood = neighbourhood(row, order);
	const programs = Math.min(numberOf(order, 'programs'), hood.leaves.length);
	const forgers = isAttacked(row) ? numberOf(order, 'forgers') : 0;
	const hosts = attackers(hood, numberOf(order, 'mirrors') + forgers, false, LINKS);
	claimEverything(hood, hosts);
	for (const [at, host] of hosts.entries()) has(host, at < forgers ? forged : genuine, at);
	const counts = { programs, forged: 0, genuine: 0, forgedFetched: 0, answers: 0, forgedAnswers: 0 };
	for (let program = 0; program < programs; program++) {
		const servent = hood.leaves[program];
		const search = ++hood.protocol.searches;
		if (row === NAMED) servent.gnutella.search(search, '', `urn:sha1:${base32(wanted)}`);
		else servent.gnutella.search(search, PROGRAM);
		hood.protocol.run(3000);
		const hits = servent.hits.filter((one) => one.search === search).map(({ hit }) => hit);
		counts.answers += hits.length;
		counts.forgedAnswers += hits.filter(({ name }) => name === forged.name).length;
		install(row, hits, program < programs * numberOf(order, 'scanned'), counts);
	}
	return counts;
}

/** From the newest down, until one may run: nobody is there to heed a warning, and the genuine one is a program too. */
function install(
	row: string,
	hits: readonly Hit[],
	isKnown: boolean,
	counts: { forged: number; genuine: number; forgedFetched: number },
): void {
	const names = hits.filter(({ verdict }) => verdict !== 'refused').map(({ name }) => name);
	for (const name of [...new Set(names)].sort().reverse()) {
		const file = name === forged.name ? forged : genuine;
		if (file === forged) counts.forgedFetched++;
		if (row === NAMED && !sha1Of(file.bytes).equals(wanted)) continue;
		if (verdictOn(row, file, isKnown && file === forged) === 'refused') continue;
		counts[file === forged ? 'forged' : 'genuine']++;
		return;
	}
}

/** Answers who asks for the program, by its name or by the content that its maker names: a forger says that he has that. */
function has(host: Attacker, file: typeof forged, number: number): void {
	host.heard.set(MessageType.Query, (frame, link) => {
		const query = decodeQuery(payloadOf(frame));
		if (isRefusal(query)) return;
		const isByContent = query.text === '' || query.text.startsWith('urn:');
		if (!isByContent && query.text !== PROGRAM) return;
		const record = { index: 1, size: file.bytes.length, name: file.name };
		const payload = encodeHit({
			address: { host: host.host, port: 6346 },
			speed: 1000,
			records: [isByContent ? { ...record, sha1: wanted } : record],
			vendor: 'SALP',
			guid: new Uint8Array(16).fill(number + 1),
		});
		host.say(encodeMessage(MessageType.Hit, guidOf(frame).slice(), 7, 0, payload), link);
	});
}

function sha1Of(bytes: Uint8Array): Buffer {
	return createHash('sha1').update(bytes).digest();
}

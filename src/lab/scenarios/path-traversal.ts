/**
 * Requests that try to leave the share: an attacker asks servents for `/get/1/../../etc/passwd` and its disguises. Servents find
 * files by number and by content, never by path, so there is nothing to be had with or without the defence: it is what
 * notices.
 */
import { Attacker } from '../attacker.ts';
import { addressOf } from '../content.ts';
import { PORT } from '../lab-options.ts';
import { neighbourhood, neighbourhoodSettings, search } from '../neighbourhood.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { attackRows, isAttacked } from '../switches.ts';

const TARGETS = [
	'/get/1/../../../etc/passwd',
	'/get/1/..%2f..%2f..%2fetc%2fpasswd',
	'/get/1/%252e%252e/%252e%252e/etc/passwd',
	'/get/1/..\\..\\windows\\win.ini',
	'/get/1/C:/autoexec.bat',
	'/get/1//etc/shadow',
];
/** Longer than any refusal, shorter than any file. */
const REFUSAL = 2000;

export const pathTraversal: Scenario = {
	name: 'path-traversal',
	about: 'requests that try to leave the share: what is served, and what is noticed',
	nodes: 60,
	runs: 3,
	settings: {
		...neighbourhoodSettings,
		searches: { about: 'searches of honest people in each play', preset: 10 },
	},
	rows: () => attackRows('path-traversal', 'misbehaviour', 'connection-flood'),
	play,
	measures: (counts) => ({
		requests: counts['sent'],
		filesServed: counts['served'],
		bytesOfAnAnswer: share(counts['bytes'], counts['sent']),
		noticed: share(counts['noticed'], counts['sent']),
		honestSuccess: share(counts['found'], counts['searches']),
	}),
};

function play(row: string, order: Order): Counts {
	const hood = neighbourhood(row, order);
	const { protocol } = hood;
	let [sent, bytes, served] = [0, 0, 0];
	if (isAttacked(row))
		for (const [number, target] of TARGETS.entries())
			for (const { node } of protocol.servents) {
				const thief = new Attacker(
					protocol.net,
					`172.${16 + number}.${node & 255}.${1 + (node >>> 8)}`,
					false,
				);
				thief.ask(addressOf(node), PORT, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
				protocol.run(500);
				sent++;
				bytes += thief.bytesIn;
				if (thief.bytesIn > REFUSAL) served++;
			}
	const noticed = protocol.noticed('defence.path.traversal');
	const { searches, found } = search(hood, numberOf(order, 'searches'), 1000);
	return { sent, bytes, served, noticed, searches, found };
}

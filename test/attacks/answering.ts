/** Hosts beside us that answer each query that they see, with what a test makes of its words. */
import { encodeHit } from '../../src/networks/gnutella/wire/hit.ts';
import { encodeMessage, guidOf, MessageType, typeOf } from '../../src/networks/gnutella/wire/message.ts';
import { makeNet, type Servent, servent } from '../networks/gnutella/net.ts';
import { attacker, guid, linkAs } from './attacker.ts';

export interface Answer {
	readonly name: string;
	/** Bytes. */
	readonly size: number;
	readonly sha1?: Uint8Array;
}

/** A servent of ours that searched for each of these, among so many hosts that answer. */
export function searched(
	defencesOff: string[],
	searches: readonly string[],
	hosts: number,
	answer: (query: string, host: number) => Answer | undefined,
): Servent {
	const net = makeNet();
	const one = servent(net, '10.1.0.1', { role: 'ultrapeer', defencesOff });
	for (let host = 0; host < hosts; host++) {
		const ip = `10.${66 + host}.0.1`;
		const evil = attacker(net, ip);
		const link = linkAs(net, evil, one.ip, true);
		evil.received = (_link, bytes) => {
			for (let at = 0; at + 23 <= bytes.length; at += 23 + (bytes[at + 19]! | (bytes[at + 20]! << 8))) {
				const frame = bytes.subarray(at);
				if (typeOf(frame) !== MessageType.Query) continue;
				const query = Buffer.from(frame.subarray(25, frame.indexOf(0, 25))).toString();
				const file = answer(query, host);
				if (file === undefined) continue;
				const hit = encodeHit({
					address: { host: ip, port: 6346 },
					speed: 1,
					records: [{ index: 1, ...file }],
					vendor: 'EVIL',
					guid: guid(host + 1),
				});
				evil.world.send(link, encodeMessage(MessageType.Hit, guidOf(frame).slice(), 5, 0, hit));
			}
		};
	}
	for (const [i, text] of searches.entries()) {
		one.gnutella.search(i + 1, text);
		net.run(net.now + 5000);
	}
	return one;
}

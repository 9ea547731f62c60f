import { expect, it } from 'vitest';
import { encodeMessage, MessageType } from '../../src/networks/gnutella/wire/message.ts';
import { encodeQuery } from '../../src/networks/gnutella/wire/query.ts';
import { makeNet, servent } from '../networks/gnutella/net.ts';
import { attacker, guid, linkAs } from './attacker.ts';

function fed(defencesOff: string[], frames: Uint8Array[]) {
	const net = makeNet();
	const one = servent(net, '10.1.0.1', { role: 'ultrapeer', defencesOff });
	const evil = attacker(net, '10.66.0.1');
	const link = linkAs(net, evil, one.ip, true);
	for (const frame of frames) evil.world.send(link, frame);
	net.run(net.now + 10_000);
	return {
		codes: one.codes(),
		linked: one.gnutella.peers().some((peer) => peer.remote.host === '10.66.0.1'),
	};
}

const nonsense = Array.from({ length: 30 }, (_, i) =>
	encodeMessage(MessageType.Query, guid(i), 3, 0, Uint8Array.of(1)),
);
const again = Array.from({ length: 60 }, () =>
	encodeMessage(MessageType.Query, guid(7), 3, 0, encodeQuery({ text: 'again and again' })),
);

it('messages without sense: without the defence the link stays and each costs work', () => {
	expect(fed(['malformed-traffic'], nonsense).linked).toBe(true);
});

it('with the defence the link ends after a few of them', () => {
	const { codes, linked } = fed([], nonsense);
	expect(linked).toBe(false);
	expect(codes).toContain('defence.malformed.often');
	expect(codes.filter((code) => code === 'gnutella.query.malformed')).toHaveLength(5);
});

it('the same message on the same link again and again: tolerated without the defence, ended with it', () => {
	expect(fed(['malformed-traffic'], again).linked).toBe(true);
	const { codes, linked } = fed([], again);
	expect(linked).toBe(false);
	expect(codes).toContain('defence.malformed.repeated');
});

it('a message longer than its kind may be ends the link before it is read, defence or not', () => {
	const huge = encodeMessage(MessageType.Query, guid(1), 3, 0, new Uint8Array(0));
	new DataView(huge.buffer).setUint32(19, 0x7fffffff, true);
	for (const off of [[], ['malformed-traffic']]) {
		const { codes, linked } = fed(off, [huge]);
		expect(linked).toBe(false);
		expect(codes).toContain('gnutella.header.oversized');
	}
});

import { expect, it } from 'vitest';
import { encodeMessage, MessageType } from '../../src/networks/gnutella/wire/message.ts';
import { makeNet, servent } from '../networks/gnutella/net.ts';
import { attacker, guid, linkAs } from './attacker.ts';

/** Thrown out for nonsense and back again, three times; is it let in once more, now and later? */
function comesBack(defencesOff: string[]) {
	const net = makeNet();
	const one = servent(net, '10.1.0.1', { role: 'ultrapeer', defencesOff });
	const evil = attacker(net, '10.66.0.1');
	const linked = (): boolean => one.gnutella.peers().some((peer) => peer.remote.host === '10.66.0.1');
	for (let round = 0; round < 3; round++) {
		const link = linkAs(net, evil, one.ip, true);
		for (let i = 0; i < 8; i++)
			evil.world.send(link, encodeMessage(MessageType.Query, guid(100 * round + i), 3, 0, Uint8Array.of(1)));
		net.run(net.now + 10_000);
	}
	linkAs(net, evil, one.ip, true);
	const soon = linked();
	net.run(net.now + 10 * 60_000);
	linkAs(net, evil, one.ip, true);
	return { soon, later: linked(), codes: one.codes() };
}

it('who is thrown out comes straight back: without the defence it is let in', () => {
	expect(comesBack(['misbehaviour']).soon).toBe(true);
});

it('with the defence it is banned, and the ban fades', () => {
	const { soon, later, codes } = comesBack([]);
	expect(soon).toBe(false);
	expect(codes).toContain('defence.banned');
	expect(later).toBe(true);
});

import { expect, it } from 'vitest';
import { makeNet, servent } from './net.ts';

it('in a line of servents each hears of those beyond its neighbours', () => {
	const net = makeNet();
	const line = ['10.1.0.1', '10.2.0.1', '10.3.0.1', '10.4.0.1'];
	const limits = { ultrapeerLinksWanted: 0 };
	const servents = line.map((ip, at) =>
		servent(net, ip, { role: 'ultrapeer', limits, peers: at === 0 ? [] : [line[at - 1]] }),
	);
	net.run(net.now + 120_000);
	// Its neighbour by having dialled it, and who is behind it by pongs.
	expect(servents[3].gnutella.status().known).toBeGreaterThanOrEqual(2);
	expect(servents[0].gnutella.status().known).toBeGreaterThanOrEqual(1);
});

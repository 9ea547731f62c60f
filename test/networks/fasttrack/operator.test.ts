/** What whoever runs a super-node sees, and whom he bans. */
import { describe, expect, it } from 'vitest';
import { ours } from '../../../src/networks/fasttrack/limits.ts';
import { encodeUdpPing } from '../../../src/networks/fasttrack/wire/datagram.ts';
import { MessageType } from '../../../src/networks/fasttrack/wire/frame.ts';
import { encodeNeighbourHello } from '../../../src/networks/fasttrack/wire/neighbour.ts';
import { encodeNodeInfo } from '../../../src/networks/fasttrack/wire/node.ts';
import { encodeQuery } from '../../../src/networks/fasttrack/wire/query.ts';
import { encodeShare } from '../../../src/networks/fasttrack/wire/share.ts';
import { type Caller, Scene } from './scripted.ts';
import { file } from './session.ts';

const near = '198.51.100.7';

function scene(): Scene {
	// Port 0: it is let in, and not dialled.
	return new Scene({ neighbours: [{ host: near, port: 0 }] });
}

function neighbour(on: Scene): Caller {
	const caller = on.caller(near).asLeaf();
	const hello = encodeNeighbourHello({ id: new Uint8Array(8).fill(7), port: 1214, features: 0 });
	caller.say(MessageType.NeighbourHello, hello);
	return caller;
}

function leaf(on: Scene, host: string, port: number, files: number): Caller {
	const caller = on.caller(host).asLeaf();
	caller.say(MessageType.NodeInfo, encodeNodeInfo({ address: { host, port }, bandwidth: 1, user: 'ada' }));
	for (let n = 1; n <= files; n++)
		caller.say(MessageType.Share, encodeShare({ ...file(`song ${n}`, n), medium: 1 }));
	return caller;
}

describe('the operator of a super-node', () => {
	it('sees how many are here, what they share and ask, and who shares most', () => {
		const on = scene();
		neighbour(on);
		const asker = leaf(on, '198.51.100.20', 1300, 1);
		leaf(on, '198.51.100.21', 0, 3);
		on.caller('198.51.100.22', 'abcd');
		asker.say(MessageType.Query, encodeQuery({ most: 9, id: 1, realm: 0x3f, terms: [] }));
		const { operator } = on.node;
		expect(operator!.figures()).toMatchObject({
			...{ users: 2, lowIds: 1, checking: 1, files: 4, neighbours: 1, passedOn: 0, bans: 0 },
			...{ logins: 2, offered: 4, searches: 1, neighbourSearches: 0, words: 4 },
		});
		expect(operator!.clients(2)).toMatchObject([
			{ host: '198.51.100.21', id: 'low', files: 3 },
			{ host: '198.51.100.20', port: 1300, id: 'high', files: 1 },
		]);
		expect(operator!.clients(9).at(-1)).toMatchObject({ host: '198.51.100.22', id: 'none', files: 0 });
	});

	it('bans a leaf or a neighbour: its link ends, and nobody gets in from there: fasttrack.supernode.banned', () => {
		const on = scene();
		const { operator } = on.node;
		const [linked, hanging] = [neighbour(on), leaf(on, '198.51.100.20', 1300, 1)];
		operator!.ban(near, undefined);
		operator!.ban('198.51.100.20', on.world.time + 60_000);
		for (const { link } of [linked, hanging]) {
			expect(on.isEnded(link)).toBe(true);
			on.world.close(link, 'ended');
		}
		expect(operator!.figures()).toMatchObject({ users: 0, neighbours: 0, files: 0, bans: 2 });
		expect(on.isEnded(on.caller(near).link)).toBe(true);
		on.world.land({ host: '198.51.100.20', port: 1300 }, encodeUdpPing('KaZaA'));
		on.world.flush();
		expect(on.world.datagrams).toEqual([]);
		expect(operator!.refused()).toContainEqual(['fasttrack.supernode.banned', 2]);
		on.world.advance(on.world.time + 61_000);
		expect(on.isEnded(leaf(on, '198.51.100.20', 1300, 0).link)).toBe(false);
		expect([operator!.unban(near), operator!.unban(near)]).toEqual([true, false]);
		neighbour(on);
		expect(operator!.figures()).toMatchObject({ users: 1, neighbours: 1, bans: 0 });
	});

	it('need not ban who goes on with what nobody can read: fasttrack.supernode.ban', () => {
		const on = scene();
		const broken = leaf(on, '198.51.100.20', 1300, 0);
		for (let n = 0; n <= ours.strikes; n++) broken.tell(MessageType.Share, Uint8Array.of(0));
		expect(on.isEnded(broken.link)).toBe(true);
		expect(on.codes().at(-1)).toBe('fasttrack.supernode.ban');
		expect(on.node.operator!.bans()).toEqual([['198.51.100.20', on.world.time + ours.banMinutes * 60_000]]);
	});

	it('finds the bans of an earlier life', () => {
		const on = new Scene({ bans: [['198.51.100.20', Number.MAX_SAFE_INTEGER]] });
		expect(on.isEnded(on.caller('198.51.100.20').link)).toBe(true);
	});
});

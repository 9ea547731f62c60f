import { expect, test } from 'vitest';
import type { NetworkName, Participant, SharedFile, Shares } from '../../src/networks/network.ts';
import { withPartials } from '../../src/node/partial-shares.ts';
import { type Part, Participants } from '../../src/node/participants.ts';
import type { Partial } from '../../src/transfer/partial.ts';

/** Networks that write down what they are asked. */
function nodeWith(...names: NetworkName[]) {
	const asked: string[] = [];
	const ended: string[] = [];
	const parts = names.map((name) => {
		const network = {
			name,
			search: (id: number, text: string, urn?: string) => void asked.push(`${name} ${id} ${urn ?? text}`),
			searchStands: () => ({ asked: 3, sentence: `${name} asks` }),
		};
		return { network: network as unknown as Participant } as Part;
	});
	const participants = new Participants(parts, (search, why) => void ended.push(`${search}: ${why}`));
	return { participants, asked, ended };
}

const sha1 = `urn:sha1:${'A'.repeat(32)}`;
const ed2k = `urn:ed2k:${'a'.repeat(32)}`;

test('a search by words asks every network, one by a hash the network that knows contents by it', () => {
	const { participants, asked, ended } = nodeWith('gnutella', 'edonkey');
	participants.search(1, 'a film');
	participants.search(2, '', sha1);
	participants.search(3, '', ed2k);
	expect(asked).toEqual(['gnutella 1 a film', 'edonkey 1 a film', `gnutella 2 ${sha1}`, `edonkey 3 ${ed2k}`]);
	participants.searchEnded(1, 'gnutella', 'done');
	expect(ended).toEqual([]);
	participants.searchEnded(1, 'edonkey', 'done too');
	participants.searchEnded(3, 'edonkey', 'nobody');
	expect(ended).toEqual(['1: in Gnutella: done; in eDonkey: done too', '3: in eDonkey: nobody']);
});

test('a search by FTHash asks FastTrack alone', () => {
	const { participants, asked } = nodeWith('gnutella', 'fasttrack');
	participants.search(1, '', `urn:fthash:${'ab'.repeat(20)}`);
	expect(asked).toEqual([`fasttrack 1 urn:fthash:${'ab'.repeat(20)}`]);
});

test('a search that no network of this node can answer ends at once, and says why', () => {
	const { participants, asked, ended } = nodeWith('gnutella');
	participants.search(1, '', ed2k);
	expect(asked).toEqual([]);
	expect(ended).toEqual(['1: this node does not speak eDonkey']);
});

test('a download is shared by the hashes that it is known by, with the root of a Tiger tree only if it has one', () => {
	const content = { sha1: 'A'.repeat(32), ed2k: 'ab'.repeat(16) };
	const parts = [{ from: 0, to: 9_728_000 }];
	const base = { id: 7, name: 'a film.ogv', size: 20_000_000, content, parts, path: '/nowhere' };
	const slices = new Uint8Array(48);
	const partial: Partial = {
		...base,
		root: content.ed2k,
		tree: { kind: 'ed2k', slices, slice: 9_728_000 },
	};
	const nothing = { bySha1: () => undefined, byEd2k: () => undefined } as unknown as Shares;
	const wanted: unknown[] = [];
	const shares = withPartials(
		() => ({ shares: nothing }) as never,
		() => ({
			partial: (one) => {
				wanted.push(one);
				return partial;
			},
			partialOf: () => partial,
		}),
	);
	const expected: SharedFile = {
		...{ id: 0x80000007, name: 'a film.ogv', size: 20_000_000, parts },
		sha1: new Uint8Array(20),
		ed2k: new Uint8Array(16).fill(0xab),
	};
	expect(shares.byEd2k(new Uint8Array(16).fill(0xab))).toEqual(expected);
	expect(shares.bySha1(new Uint8Array(20))).toEqual(expected);
	expect(wanted).toEqual([{ ed2k: content.ed2k }, { sha1: content.sha1 }]);
});

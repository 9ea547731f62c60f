/**
 * Poisoned content: some sources of a file send something else. Pieces are checked against the file's hash tree, and the node's own
 * defence says who is to blame. A clever liar gives halves only, so that two are suspects. The download is a model: pieces of 64
 * bytes, from two sources each, until the file is whole or nobody is left; what is fetched twice is the price.
 *
 * "No hash tree" is the file as it was fetched before there were any: checked at its end, and begun anew when it is wrong.
 */
import { ContentPoisoning, type Given } from '../../defence/content-poisoning.ts';
import { Chance } from '../chance.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { attackRows, defencesOff, isAttacked } from '../switches.ts';

const WHOLE = 'on, no hash tree';
const PIECE = 64;
const HALF = PIECE / 2;

export const poisonedPieces: Scenario = {
	name: 'poisoned-pieces',
	about: 'sources that send something else: what a download fetches in vain, and who is thrown out for it',
	nodes: 20,
	runs: 20,
	settings: {
		pieces: { about: 'pieces of the file', preset: 200 },
		liars: { about: 'sources that lie', preset: 4 },
		lying: { about: 'share of their bytes that is a lie', preset: 0.3 },
		patience: { about: 'times the file that is fetched before one gives up', preset: 10 },
	},
	rows: () => {
		const [off, on, ...alone] = attackRows('content-poisoning');
		return [off, WHOLE, on, ...alone];
	},
	play,
	measures: (counts) => ({
		complete: counts['complete'],
		fetchedTimesTheFile: share(counts['fetched'], counts['pieces']),
		liarsThrownOut: share(counts['liarsOut'], counts['liars']),
		honestThrownOut: share(counts['honestOut'], counts['honest']),
	}),
};

function play(row: string, order: Order): Counts {
	const off: readonly string[] = defencesOff(row);
	const defence = new ContentPoisoning(!off.includes('content-poisoning'));
	const chance = new Chance(order.seed, 'pieces');
	const [pieces, patience] = [numberOf(order, 'pieces'), numberOf(order, 'patience')];
	const liars = isAttacked(row) ? Math.min(order.nodes - 2, numberOf(order, 'liars')) : 0;
	const download = { order, chance, liars, out: new Set<number>() };
	let [fetched, complete] = [0, 0];
	if (row === WHOLE) {
		while (complete === 0 && fetched < pieces * patience) {
			let isWrong = false;
			for (let piece = 0; piece < pieces; piece++, fetched++) isWrong = fetch(download).isWrong || isWrong;
			if (!isWrong) complete = 1;
		}
	} else {
		let [done, wrong] = [0, undefined as Fetched | undefined];
		while (done < pieces && fetched < pieces * patience && order.nodes - download.out.size > 1) {
			const piece = fetch(download);
			fetched++;
			if (piece.isWrong) {
				for (const liar of defence.wrong(piece.givers).liars) download.out.add(liar);
				// The first wrong bytes of a piece are kept, as the node does.
				wrong ??= piece;
				continue;
			}
			if (wrong !== undefined)
				for (const liar of defence.exposed(0, wrong.bytes, piece.bytes, wrong.givers)) download.out.add(liar);
			wrong = undefined;
			done++;
		}
		if (done === pieces) complete = 1;
	}
	const liarsOut = [...download.out].filter((source) => source < liars).length;
	return {
		...{ pieces, fetched, complete, liars, liarsOut },
		...{ honest: order.nodes - liars, honestOut: download.out.size - liarsOut },
	};
}

interface Fetched {
	readonly bytes: Uint8Array;
	readonly givers: readonly Given[];
	/** As the hash tree says. */
	readonly isWrong: boolean;
}

/** One piece, of the two sources that come first. Sources below `liars` lie. */
function fetch({
	order,
	chance,
	liars,
	out,
}: {
	order: Order;
	chance: Chance;
	liars: number;
	out: ReadonlySet<number>;
}): Fetched {
	const here = Int32Array.from({ length: order.nodes }, (_, source) => source).filter(
		(source) => !out.has(source),
	);
	const [first, second] = chance.some(here, 2);
	const bytes = new Uint8Array(PIECE);
	for (const [half, source] of [first, second].entries())
		if (source < liars && chance.happens(numberOf(order, 'lying'))) bytes[half * HALF] = 1;
	return {
		bytes,
		givers: [
			{ from: 0, to: HALF, source: first },
			{ from: HALF, to: PIECE, source: second },
		],
		isWrong: bytes.some((byte) => byte !== 0),
	};
}

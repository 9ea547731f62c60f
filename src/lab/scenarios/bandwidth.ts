/**
 * Bandwidth by hour: the talk's picture of a day. People come in the evening; each that is online has uploads
 * that take what the line gives. With the defence uploads towards the Internet have a limit unless the user says
 * otherwise; what is left of the line is what everything else can use. A line is a queue here: what is beyond it
 * waits, and others wait behind it.
 */
import { Bandwidth } from '../../defence/bandwidth.ts';
import { Chance } from '../chance.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';

/** Online at each hour of the day, in percent of the busiest. */
const DAY = [45, 35, 28, 22, 20, 20, 22, 26, 30, 34, 38, 42, 46, 50, 55, 60, 66, 73, 82, 92, 100, 95, 80, 60];
/** Uplinks in bytes a second and their share in percent (modem, ISDN, DSL, cable, campus; after Saroiu 2002). */
const CLASSES: readonly (readonly [number, number])[] = [
	[4_000, 8],
	[16_000, 12],
	[32_000, 30],
	[125_000, 35],
	[1_250_000, 15],
];
const OFF = 'off';
const ON = 'on + bandwidth';

export const bandwidth: Scenario = {
	name: 'bandwidth',
	about: 'bandwidth by hour: what uploads take of the lines of a day, with and without a limit',
	nodes: 2000,
	runs: 3,
	settings: {
		uploads: { about: 'uploads that each person online is asked for at once', preset: 4 },
		perUpload: { about: 'bytes a second that one asker takes', preset: 500_000 },
	},
	rows: () => DAY.flatMap((_, hour) => [`${hour}:00 ${OFF}`, `${hour}:00 ${ON}`]),
	play,
	measures: (counts) => ({
		online: counts['online'],
		uploadMegabytesPerSecond: counts['sent'] / 1e6,
		linesFull: share(counts['full'], counts['online']),
		lineShareLeft: share(counts['capacity'] - counts['sent'], counts['capacity']),
	}),
};

function play(row: string, order: Order): Counts {
	const hour = Number.parseInt(row, 10);
	const limit = new Bandwidth(row.endsWith(ON)).total('internet', undefined);
	const chance = new Chance(order.seed, 'bandwidth');
	let [online, sent, full, capacity] = [0, 0, 0, 0];
	for (let node = 0; node < order.nodes; node++) {
		const line = lineOf(chance.below(100));
		const present = chance.below(100) < DAY[hour];
		const wanted = numberOf(order, 'uploads') * numberOf(order, 'perUpload');
		if (!present) continue;
		const taken = Math.min(line, wanted, limit ?? Number.MAX_SAFE_INTEGER);
		online++;
		sent += taken;
		capacity += line;
		if (taken === line) full++;
	}
	return { online, sent, full, capacity };
}

function lineOf(percent: number): number {
	let sum = 0;
	for (const [line, part] of CLASSES) {
		sum += part;
		if (percent < sum) return line;
	}
	return CLASSES[CLASSES.length - 1][0];
}

/**
 * `npm run soak:guard [-- --minutes N]`: programs that we did not write, and our own node, at their ordinary work behind
 * the guard, with the check of where each call comes from: amuled fetching from amuled and a node from a node under
 * their shipped profiles, git, gcc, python and a headless chromium. A call from an image that is taken for one from
 * elsewhere is a false alarm: nothing here runs code that an overflow brought in. Exit status 1 where there is one, or
 * where the work failed. It rests between rounds, so that an hour takes few minutes of processor time.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { removeFolders } from '../test/cli/sallyport.ts';
import { whyNoMule } from '../test/real/mule.ts';
import { Mules, Nodes } from './guarded-peers.ts';
import { browses, commits, compiles, computes, planted, server } from './guarded-programs.ts';
import { type Tally, tallies } from './guarded-tally.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
	console.error('usage: npm run soak:guard [-- --minutes N], N above 0');
	process.exit(2);
}
const end = Date.now() + minutes * 60_000;
const rest = 40_000;
function report(): void {
	for (const [name, { runs, failed, stood, heard, refused, alarms, seen }] of tallies) {
		console.log(
			`${name}: ${runs} times, ${failed} failed, ${stood} stood still, ${heard} calls judged, ${refused} refused, ${alarms} alarms`,
		);
		for (const line of seen) console.log(`  ${line}`);
	}
}

await planted();
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const began = process.hrtime.bigint();
const mules = whyNoMule() === undefined ? await Mules.start() : undefined;
const nodes = await Nodes.start();
let rounds = 0;
while (Date.now() < end) {
	for (const work of [
		commits,
		compiles,
		computes,
		browses,
		() => nodes.round(rounds),
		() => mules?.round(),
	]) {
		await work();
		await delay(1000);
	}
	rounds++;
	const hours = Number(process.hrtime.bigint() - began) / 3.6e12;
	console.log(`${rounds} rounds, ${hours.toFixed(2)} h`);
	report();
	await delay(Math.min(rest, Math.max(0, end - Date.now())));
}
await nodes.close();
await mules?.close();
server.close();
const hours = Number(process.hrtime.bigint() - began) / 3.6e12;
console.log(`${rounds} rounds in ${hours.toFixed(2)} h`);
report();
const all = [...tallies.values()];
const sum = (of: (one: Tally) => number): number => all.reduce((total, one) => total + of(one), 0);
console.log(`all: ${sum(({ heard }) => heard)} calls judged, ${sum(({ alarms }) => alarms)} false alarms`);
removeFolders();
process.exit(
	sum(({ alarms }) => alarms) > 0 || sum(({ failed }) => failed) > sum(({ runs }) => runs) / 20 ? 1 : 0,
);

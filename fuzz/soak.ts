/**
 * `npm run soak [-- --minutes N]`: a neighbourhood of 40 servents in the virtual world, for hours of its time:
 * searches, fetches, leaves that come and go, ultrapeers that are killed. What a servent holds must not
 * grow with time: memory, links, and the processor time of a round are compared between the second quarter
 * and the last. Exit status 1 where one has grown, where searches are no longer answered, or where the run
 * was too short to tell.
 */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { makeNet, type Servent, servent } from '../test/networks/gnutella/net.ts';
import { Random } from './random.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
	console.error('usage: npm run soak [-- --minutes N], N above 0');
	process.exit(2);
}
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const random = new Random(1);
const net = makeNet({ seed: 1 });
const ultrapeerAt = (i: number): string => `10.${i + 1}.0.1`;
const leafAt = (i: number): string => `10.${100 + i}.0.1`;
const ultrapeers = Array.from({ length: 10 }, (_, i) => makeUltrapeer(i));
const leaves = Array.from({ length: 30 }, (_, i) => makeLeaf(i));

function makeUltrapeer(i: number): Servent {
	const peers = [i + 1, i + 3, i + 5].map((k) => ultrapeerAt(k % 10));
	return servent(net, ultrapeerAt(i), { role: 'ultrapeer', peers });
}

function makeLeaf(i: number): Servent {
	const peers = [i, i + 3, i + 7].map((k) => ultrapeerAt(k % 10));
	return servent(net, leafAt(i), {
		role: 'leaf',
		peers,
		files: [{ name: `song number${i} of the soak.ogg`, size: 2000 }],
	});
}

/** What the test's own notebooks hold is not the servent's memory. */
function forget(one: Servent): void {
	one.hits.length = 0;
	one.ended.length = 0;
	one.fetched.length = 0;
	one.heads.length = 0;
	one.bytes.clear();
	one.remembered.length = 0;
	one.world.notices.length = 0;
}

let searches = 0;
let answered = 0;
let fetched = 0;

/** One round of virtual life: someone searches and fetches, someone goes and comes back. */
function round(number: number): void {
	const asker = random.pick(leaves);
	const wanted = random.below(30);
	asker.gnutella.search(number, `number${wanted}`);
	net.run(net.now + 20_000);
	searches++;
	const hit = asker.hits.find((one) => one.search === number)?.hit;
	if (hit !== undefined || leaves[wanted] === asker) answered++;
	if (hit !== undefined) {
		asker.gnutella.fetch({ fetch: number, source: hit.source, name: hit.name, sha1: hit.sha1!, from: 0 });
		net.run(net.now + 5000);
		if (asker.fetched.some((one) => one.fetch === number && one.why === '')) fetched++;
	}
	if (number % 3 === 0) {
		const gone = random.below(30);
		net.kill(leafAt(gone));
		net.run(net.now + 10_000);
		leaves[gone] = makeLeaf(gone);
	}
	if (number % 20 === 0) {
		const gone = random.below(10);
		net.kill(ultrapeerAt(gone));
		net.run(net.now + 30_000);
		ultrapeers[gone] = makeUltrapeer(gone);
	}
	for (const one of [...ultrapeers, ...leaves]) forget(one);
}

/** What is looked at every so many rounds, and by how much it may grow from the second quarter to the last. */
const SAMPLE_ROUNDS = 25;
const LEAST_SAMPLES = 8;
const MOST_GROWTH = 1.5;

interface Sample {
	/** Bytes that are live after a collection. */
	readonly memory: number;
	/** Links of all servents, each counted at both of its ends. */
	readonly links: number;
	/** Milliseconds of processor time of one round. */
	readonly work: number;
}

let worked = process.cpuUsage();

function sample(): Sample {
	const { user, system } = process.cpuUsage(worked);
	collect();
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	const links = [...ultrapeers, ...leaves].reduce((sum, { world }) => sum + world.links, 0);
	// The collection above is the soak's own work.
	worked = process.cpuUsage();
	return { memory: heapUsed + arrayBuffers, links, work: (user + system) / 1000 / SAMPLE_ROUNDS };
}

net.run(net.now + 60_000);
const end = Date.now() + minutes * 60_000;
const samples: Sample[] = [];
let said = Date.now();
for (let number = 1; Date.now() < end; number++) {
	round(number);
	if (number % SAMPLE_ROUNDS === 0) samples.push(sample());
	const last = samples.at(-1);
	if (last === undefined || Date.now() - said < 30_000) continue;
	said = Date.now();
	const hours = ((net.now - 1_000_000_000_000) / 3_600_000).toFixed(1);
	console.log(
		`${hours} h of virtual time: ${searches} searches, ${answered} answered, ${fetched} fetched, ` +
			`${(last.memory / 1e6).toFixed(1)} MB live, ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB resident, ` +
			`${last.links} ends of links, ${last.work.toFixed(1)} ms a round`,
	);
}

function finding(what: string): void {
	console.log(`FINDING: ${what}`);
	process.exitCode = 1;
}

const quarter = Math.max(1, Math.floor(samples.length / 4));
const median = (some: readonly number[]): number =>
	[...some].sort((a, b) => a - b)[Math.floor(some.length / 2)] ?? 0;

/** The first quarter is left out: tables fill and code becomes fast. */
function compare(name: string, value: (one: Sample) => number, digits: number): void {
	const early = median(samples.slice(quarter, 2 * quarter).map(value));
	const late = median(samples.slice(-quarter).map(value));
	console.log(`${name}: ${early.toFixed(digits)} early, ${late.toFixed(digits)} late`);
	if (late > early * MOST_GROWTH) finding(`${name} grows with time`);
}

console.log(`${searches} searches, ${answered} answered, ${fetched} fetched`);
if (samples.length < LEAST_SAMPLES) {
	console.log(`too short to tell whether anything grows: ${samples.length} samples of ${LEAST_SAMPLES}`);
	process.exitCode = 1;
} else {
	compare('MB live', ({ memory }) => memory / 1e6, 1);
	compare('ends of links', ({ links }) => links, 0);
	compare('ms of processor time a round', ({ work }) => work, 1);
}
if (answered < searches * 0.7) finding('too many searches are not answered');
if (fetched < answered * 0.7) finding('too many fetches fail');

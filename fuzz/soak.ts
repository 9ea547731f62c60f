/**
 * `npm run soak [-- --minutes N]`: a neighbourhood of 40 servents in the virtual world, for hours of its time:
 * searches, fetches, leaves that come and go, ultrapeers that are killed. What a servent holds must not
 * grow with time: memory is compared between the first quarter and the last. Exit status 1 where it grew,
 * or where searches stop to be answered.
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

function memory(): number {
	collect();
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return heapUsed + arrayBuffers;
}

net.run(net.now + 60_000);
const end = Date.now() + minutes * 60_000;
const samples: number[] = [];
let said = Date.now();
for (let number = 1; Date.now() < end; number++) {
	round(number);
	if (number % 25 === 0) samples.push(memory());
	if (Date.now() - said < 30_000) continue;
	said = Date.now();
	const hours = ((net.now - 1_000_000_000_000) / 3_600_000).toFixed(1);
	console.log(
		`${hours} h of virtual time: ${searches} searches, ${answered} answered, ${fetched} fetched, ${((samples.at(-1) ?? 0) / 1e6).toFixed(0)} MB`,
	);
}

const quarter = Math.max(1, Math.floor(samples.length / 4));
const median = (some: number[]): number => [...some].sort((a, b) => a - b)[Math.floor(some.length / 2)] ?? 0;
const early = median(samples.slice(quarter, 2 * quarter));
const late = median(samples.slice(-quarter));
const grown = late / Math.max(early, 1);
console.log(
	`${searches} searches, ${answered} answered, ${fetched} fetched; memory ${(early / 1e6).toFixed(1)} MB early, ${(late / 1e6).toFixed(1)} MB late (${grown.toFixed(2)} x)`,
);
if (samples.length >= 8 && grown > 1.5) {
	console.log('FINDING: memory grows with time');
	process.exitCode = 1;
}
if (answered < searches * 0.7) {
	console.log('FINDING: too many searches are not answered');
	process.exitCode = 1;
}

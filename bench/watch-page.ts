/** Ten million flows behind the Watch page: how long each kind of question takes, and the memory of all of it. */
import { isRefusal } from '../src/evidence/refusal.ts';
import { Matches } from '../src/watch/analysis/matches.ts';
import { mostRows, Rows } from '../src/watch/analysis/rows.ts';
import { hostsOf, overviewOf } from '../src/watch/analysis/sums.ts';
import { testsOf } from '../src/watch/analysis/tests.ts';
import { Trial } from '../src/watch/analysis/trial.ts';
import { FlowRecord } from '../src/watch/flows/record.ts';
import { readPolicy } from '../src/watch/policy-file.ts';

const networks = ['gnutella', 'edonkey', 'bittorrent'];
const policy = `
rules:
  - name: one floor
    match: { network: gnutella, host: 10.0.0.0/28 }
    action: log
  - name: large ones
    match: { network: any, direction: out, over: 1MB }
    action: block
`;

export function watchPage(): void {
	console.log(`watch page, ${mostRows} flows of 256 hosts with 10 million others:`);
	const rows = new Rows();
	timed('keep them', () => fill(rows));
	const one = { not: false, field: 'network', operator: '=', value: 'edonkey' } as const;
	timed('filter by network', () => new Matches(rows, testsOf(rows, { terms: [one] }, [])));
	const all = new Matches(rows, []);
	const largest = { field: 'bytes', descending: true };
	timed('the largest 200', () => all.window(largest, 0, 200));
	timed('200 in the middle of that order', () => all.window(largest, mostRows / 2, 200));
	timed('the chart and the networks', () => overviewOf(rows, all, { from: 1e6, to: 11e6 }));
	timed('the first 100 hosts', () => hostsOf(rows, all, 100));
	const read = readPolicy(policy, networks);
	if (isRefusal(read)) throw new Error(read.detail);
	let longest = 0;
	timed('a policy of two rules', () => {
		const trial = new Trial(read, rows, () => 720);
		for (let more = true; more; ) {
			const began = performance.now();
			more = trial.step();
			longest = Math.max(longest, performance.now() - began);
		}
	});
	console.log(`  of that the longest that a question waits: ${Math.round(longest)} ms`);
	console.log(`  memory of the process: ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
}

function fill(rows: Rows): void {
	const record = new FlowRecord();
	record.source.set([10, 0, 0, 0]);
	record.destination.set([192, 0, 0, 0]);
	record.protocol = 6;
	record.destinationPort = 6346;
	record.packetsToServer = record.packetsToClient = 5;
	record.bytesToClient = 200;
	const verdicts = networks.map(
		(network) => ({ network, by: 'payload', evidence: network, packets: 1 }) as const,
	);
	for (let number = 0; number < mostRows; number++) {
		record.source[3] = number & 255;
		record.destination[1] = (number >> 16) & 255;
		record.destination[2] = (number >> 8) & 255;
		record.destination[3] = (number * 7) & 255;
		record.sourcePort = number & 0xffff;
		record.startSeconds = 1000 + Math.floor(number / 1000);
		record.endSeconds = record.startSeconds + (number % 60);
		record.bytesToServer = Math.imul(number, 0x9e3779b1) >>> 8;
		rows.add(record, number % 4 === 3 ? undefined : verdicts[number % 4]);
	}
}

function timed(what: string, run: () => unknown): void {
	const began = performance.now();
	run();
	console.log(`  ${what}: ${((performance.now() - began) / 1000).toFixed(2)} s`);
}

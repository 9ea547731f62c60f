/**
 * `npm run fuzz [-- --minutes N] [--seed S] [WORD...]`: structure-aware fuzzing of everything that reads bytes from
 * outside, or of the targets whose names begin with one of the words. The promise: any bytes give a value or a refusal, never throw, never allocate beyond a bound,
 * and a stream means the same whole and in pieces. Time-bounded; the seed of a finding is printed, and
 * the input with it; exit status 1 where the promise is broken.
 */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { edonkeyTargets } from './edonkey.ts';
import { fasttrackTargets } from './fasttrack.ts';
import { targets as gnutellaTargets } from './gnutella.ts';
import { opennapTargets } from './opennap.ts';
import { Random } from './random.ts';
import { watchTargets } from './watch.ts';

const all = [...gnutellaTargets, ...edonkeyTargets, ...fasttrackTargets, ...opennapTargets, ...watchTargets];
const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
});
const targets = all.filter(
	({ name }) => positionals.length === 0 || positionals.some((word) => name.startsWith(word)),
);
const minutes = Number(values.minutes);
const first = values.seed === undefined ? Date.now() % 0x7fffffff : Number(values.seed);
if (!(minutes > 0) || !Number.isInteger(first) || targets.length === 0) {
	console.error(
		'usage: npm run fuzz [-- --minutes N] [--seed S] [WORD...], N above 0, S a whole number, words that names of targets begin with',
	);
	process.exit(2);
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of buffers that may be held. V8 frees buffers in the background: tens of megabytes are on their way out. */
const MOST_BYTES = 128 * 1024 * 1024;
const end = Date.now() + minutes * 60_000;
const runs = new Map<string, number>();
let findings = 0;
let seed = first;

console.log(`fuzzing ${targets.length} targets for ${minutes} min, first seed ${first}`);
for (let round = 0; Date.now() < end && findings < 10; round++) {
	for (const target of targets) {
		for (let i = 0; i < 200; i++) {
			seed = (seed + 1) & 0x7fffffff;
			const random = new Random(seed);
			try {
				target.run(random);
			} catch (error) {
				findings++;
				console.log(
					`FINDING in ${target.name}, --seed ${seed}: ${error instanceof Error ? error.stack : error}`,
				);
				console.log(`input: ${Buffer.from(random.last).toString('hex').slice(0, 4000)}`);
			}
		}
		runs.set(target.name, (runs.get(target.name) ?? 0) + 200);
	}
	if (round % 50 === 0) {
		collect();
		const { arrayBuffers, heapUsed } = process.memoryUsage();
		if (arrayBuffers > MOST_BYTES) {
			findings++;
			console.log(`FINDING: ${arrayBuffers} bytes of buffers are held after seed ${seed}`);
		}
		const left = Math.max(0, Math.round((end - Date.now()) / 1000));
		if (round % 500 === 0) console.log(`${left} s left, heap ${Math.round(heapUsed / 1e6)} MB`);
	}
}
for (const [name, count] of runs) console.log(`${name}: ${count} inputs`);
console.log(`${[...runs.values()].reduce((sum, count) => sum + count, 0)} inputs, ${findings} findings`);
process.exitCode = findings > 0 ? 1 : 0;

/**
 * `sallyport watch` as a whole process with its evidence written to a file, beside ndpiReader (Debian's, and
 * another one named by SALLYPORT_BENCH_NDPI) and tcpdump, over two files; then a million flows in memory.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './sides.ts';
import { makeBulk, makeMix } from './watch-files.ts';

const sallyport = fileURLToPath(new URL('../bin/sallyport.js', import.meta.url));
const node = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
const rounds = 3;

interface Side {
	readonly name: string;
	readonly command: readonly string[];
	/** At least so many times as fast as this one must we be, on the mix and on the bulk. */
	readonly bars?: readonly [number, number];
}

export function watch(): void {
	const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-watch-'));
	try {
		const mix = join(folder, 'mix.pcap');
		const bulk = join(folder, 'bulk.pcap');
		console.log(`watch, many short flows: ${makeMix(mix, 500e6)}`);
		compare(folder, mix, 0);
		rmSync(mix);
		console.log(`watch, bulk: ${makeBulk(bulk, 1e9)}`);
		compare(folder, bulk, 1);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function compare(folder: string, file: string, which: 0 | 1): void {
	const log = join(folder, 'evidence.json');
	const newest = process.env['SALLYPORT_BENCH_NDPI'];
	const sides: Side[] = [
		{ name: 'sallyport watch', command: [node, sallyport, 'watch', file, '--log', log] },
		{ name: 'ndpiReader of Debian', command: ['ndpiReader', '-q', '-i', file], bars: [5, 2.5] },
		...(newest === undefined
			? []
			: [{ name: 'ndpiReader, newest', command: [newest, '-q', '-i', file], bars: [8, 2.5] as const }]),
		{ name: 'tcpdump -w /dev/null', command: ['tcpdump', '-r', file, '-w', '/dev/null'], bars: [0.4, 0.4] },
	];
	const present = sides.filter(({ name, command }) => {
		if (existsSync(command[0]!) || spawnSync('which', [command[0]!]).status === 0) return true;
		console.log(`  ${name} is not here: skipped`);
		return false;
	});
	const times = present.map((): number[] => []);
	const memories = present.map((): number[] => []);
	const processors = present.map((): number[] => []);
	for (let round = 0; round <= rounds; round++) {
		present.forEach(({ command }, index) => {
			rmSync(log, { force: true });
			const { seconds, kilobytes, processor } = timed(command);
			// The first round warms the page cache and the compile cache.
			if (round === 0) return;
			times[index]!.push(seconds);
			memories[index]!.push(kilobytes);
			processors[index]!.push(processor);
		});
	}
	const ours = median(times[0]!);
	present.forEach(({ name, bars }, index) => {
		const time = median(times[index]!);
		const ratio =
			index === 0
				? ''
				: `, ours is ${(time / ours).toFixed(1)} times as fast${bars ? ` [bar: ${bars[which]}]` : ''}`;
		const memory = Math.round(median(memories[index]!) / 1000);
		const processor = median(processors[index]!).toFixed(2);
		console.log(`  ${name}: ${time.toFixed(2)} s, ${processor} s of processor time, ${memory} MB${ratio}`);
	});
}

/** Wall time, time of all processors and peak resident memory of a whole process, its children included. */
function timed(command: readonly string[]): { seconds: number; kilobytes: number; processor: number } {
	const before = process.hrtime.bigint();
	const done = spawnSync('/usr/bin/time', ['-f', '%M %U %S', ...command], {
		encoding: 'utf8',
		maxBuffer: 1 << 28,
	});
	const seconds = Number(process.hrtime.bigint() - before) / 1e9;
	if (done.status !== 0) throw new Error(`${command.join(' ')} failed: ${done.stderr.slice(-500)}`);
	const [kilobytes, user, system] = done.stderr.trim().split('\n').at(-1)!.split(' ').map(Number);
	return { seconds, kilobytes: kilobytes!, processor: user! + system! };
}

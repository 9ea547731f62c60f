/**
 * Messages a second of the laboratory's two engines, each run a process of its own, beside PeerSim where
 * SALLYPORT_BENCH_PEERSIM names its script (bench/peersim/README.md). The same overlay model and latencies on both
 * sides. "Of processor time" counts all threads, the collectors' too: what a busy machine changes least.
 */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { type Figures, sides } from './sides.ts';

const PEERSIM = process.env['SALLYPORT_BENCH_PEERSIM'];

/** Milliseconds after which a run is given up. */
const LONGEST = 3_600_000;

/** Fidelity, servents, queries of ours and of PeerSim, rounds, bars in words. */
const runs: readonly (readonly [string, number, number, number, number, string, string])[] = [
	['overlay', 100_000, 20, 10, 3, '>= 1.5 x PeerSim', 'none'],
	['overlay', 1_000_000, 3, 3, 3, '>= 3 x PeerSim', '<= 600'],
	['protocol', 10_000, 10, 40, 3, 'none', 'none'],
	// Linking 100,000 servents takes minutes, each link with a handshake: one run to warm up, one that counts.
	['protocol', 100_000, 5, 10, 1, '>= 0.5 x PeerSim', '<= 8192'],
];

function figures(command: string, words: readonly string[]): Figures {
	const options = { encoding: 'utf8', maxBuffer: 1 << 26, timeout: LONGEST } as const;
	const { stdout, stderr, status } = spawnSync(command, words, options);
	const line = stdout.split('\n').find((one) => one.startsWith('{'));
	if (status !== 0 || line === undefined)
		throw new Error(`${command} ${words.join(' ')}: ${stderr.slice(-2000)}`);
	const { rate, cpuRate, bytesPerNode } = JSON.parse(line);
	return {
		'messages a second': rate,
		'messages a second of processor time': cpuRate,
		'resident bytes a node': bytesPerNode,
	};
}

export async function lab(): Promise<void> {
	if (PEERSIM === undefined)
		console.log('PeerSim is not run beside it: SALLYPORT_BENCH_PEERSIM does not name its script');
	const side = resolve(import.meta.dirname, 'lab-side.ts');
	for (const [fidelity, nodes, queries, theirs, rounds, bar, memory] of runs) {
		const ours = (): Promise<Figures> =>
			Promise.resolve(
				figures(process.execPath, [
					'--max-old-space-size=12000',
					'--expose-gc',
					side,
					fidelity,
					String(nodes),
					String(queries),
				]),
			);
		const peer =
			PEERSIM === undefined
				? undefined
				: () => Promise.resolve(figures(PEERSIM, [String(nodes), String(theirs)]));
		await sides(
			`${fidelity}, ${nodes} servents`,
			[
				{ name: 'messages a second', unit: '/s', digits: 0, bar },
				{ name: 'messages a second of processor time', unit: '/s', digits: 0, bar },
				{ name: 'resident bytes a node', unit: 'B', digits: 0, bar: memory },
			],
			rounds,
			ours,
			peer,
			'PeerSim',
		);
	}
}

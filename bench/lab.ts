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

interface Side {
	readonly fidelity: 'overlay' | 'protocol';
	readonly servents: number;
	/** Queries of ours and of PeerSim. */
	readonly queries: number;
	readonly theirs: number;
	readonly rounds: number;
	/** In words; of the bytes that are resident, or held where the engine says how many. */
	readonly bar: string;
	readonly memory: string;
}

/** A command for each that is long, so that no one of them takes more than some minutes of a core. */
const overlay: Side = {
	...{ fidelity: 'overlay', servents: 100_000, queries: 20, theirs: 10, rounds: 3 },
	...{ bar: '>= 1.5 x PeerSim', memory: 'none' },
};
const million: Side = {
	...{ fidelity: 'overlay', servents: 1_000_000, queries: 3, theirs: 3, rounds: 3 },
	...{ bar: '>= 3 x PeerSim', memory: '<= 600' },
};
const protocol: Side = {
	...{ fidelity: 'protocol', servents: 10_000, queries: 10, theirs: 40, rounds: 3 },
	...{ bar: 'none', memory: 'none' },
};
/** Linking 100,000 servents takes minutes, each link with a handshake: one run. */
const protocolLarge: Side = {
	...{ fidelity: 'protocol', servents: 100_000, queries: 5, theirs: 10, rounds: 1 },
	...{ bar: '>= 0.5 x PeerSim', memory: '<= 8192' },
};

export const lab = (): Promise<void> => measured(overlay);
export const labMillion = (): Promise<void> => measured(million);
export const labProtocol = (): Promise<void> => measured(protocol);
export const labProtocolLarge = (): Promise<void> => measured(protocolLarge);

function figures(command: string, words: readonly string[]): Figures {
	const options = { encoding: 'utf8', maxBuffer: 1 << 26, timeout: LONGEST } as const;
	const { stdout, stderr, status } = spawnSync(command, words, options);
	const line = stdout.split('\n').find((one) => one.startsWith('{'));
	if (status !== 0 || line === undefined)
		throw new Error(`${command} ${words.join(' ')}: ${stderr.slice(-2000)}`);
	const { rate, cpuRate, bytesPerNode, heldPerNode } = JSON.parse(line);
	return {
		'messages a second': rate,
		'messages a second of processor time': cpuRate,
		'resident bytes a node': bytesPerNode,
		...(heldPerNode !== undefined && { 'held bytes a linked node': heldPerNode }),
	};
}

async function measured({ fidelity, servents, queries, theirs, rounds, bar, memory }: Side): Promise<void> {
	if (PEERSIM === undefined)
		console.log('PeerSim is not run beside it: SALLYPORT_BENCH_PEERSIM does not name its script');
	const file = resolve(import.meta.dirname, 'lab-side.ts');
	const options = ['--max-old-space-size=12000', '--expose-gc', file];
	const ours = () => told('ours', [process.execPath, ...options, fidelity, `${servents}`, `${queries}`]);
	const peer =
		PEERSIM === undefined ? undefined : () => told('PeerSim', [PEERSIM, `${servents}`, `${theirs}`]);
	await sides(
		`${fidelity}, ${servents} servents`,
		[
			{ name: 'messages a second', unit: '/s', digits: 0, bar },
			{ name: 'messages a second of processor time', unit: '/s', digits: 0, bar },
			...(fidelity === 'overlay'
				? [{ name: 'resident bytes a node', unit: 'B', digits: 0, bar: memory }]
				: [
						{ name: 'resident bytes a node', unit: 'B', digits: 0 },
						{ name: 'held bytes a linked node', unit: 'B', digits: 0, bar: memory },
					]),
		],
		rounds,
		ours,
		peer,
		'PeerSim',
		// Each run is a process of its own.
		false,
	);
}

/** Each run is told as it ends: who stops the command has what there is. */
async function told(side: string, [command, ...words]: readonly string[]): Promise<Figures> {
	const found = figures(command, words);
	const said = Object.entries(found).map(([name, value]) => `${name} ${value.toFixed(0)}`);
	console.log(`  ${side}: ${said.join(', ')}`);
	return found;
}

import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { patience } from './test/patience.ts';

/** Folders of test/ whose files wait most begin first: who begins last ends last, and pure tests fill what is left. */
const waiting = [
	'real',
	'guard/attempts',
	'watch/block',
	'console',
	'guard',
	'cli',
	'node',
	'transfer',
	'watch/capture',
];

class WaitingFirst extends BaseSequencer {
	/** Within a folder the longest file begins. */
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const sorted = await super.sort(files);
		const place = ({ moduleId }: TestSpecification): number => {
			const found = waiting.findIndex((folder) => moduleId.includes(`/test/${folder}/`));
			return found === -1 ? waiting.length : found;
		};
		return sorted.sort((one, other) => place(one) - place(other));
	}
}

/**
 * All files go through one queue, more at a time than there are processors, because most of them wait: for programs,
 * browsers and sockets. A process runs one file after the other: starting one for each costs more than most files do.
 * So whatever a test holds is its own, and given back: folders, networks, ports that the system gave it.
 */
export default defineConfig({
	test: {
		include: ['test/**/*.test.ts'],
		pool: 'forks',
		isolate: false,
		maxWorkers: 3 * availableParallelism(),
		sequence: { sequencer: WaitingFirst },
		expect: { poll: { timeout: patience } },
		testTimeout: 2 * patience,
		hookTimeout: 2 * patience,
	},
});

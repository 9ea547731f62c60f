import { defineConfig } from 'vitest/config';

/**
 * Most tests are pure: they share one thread pool without isolation, which is many times faster.
 * Tests that hold sockets, processes or files run isolated, one file at a time. Those that run programs in networks or
 * walls of their own, or a browser, disturb nobody: scripts/test.ts lets them run beside the others.
 */
export default defineConfig({
	test: {
		projects: [
			{
				test: {
					name: 'pure',
					include: [
						'test/{house,world,contract,networks,defence,evidence,attacks,library,lab,policy}/**/*.test.ts',
						'test/{watch,guard}/*.test.ts',
						'test/watch/{flows,recognise,export,analysis}/**/*.test.ts',
					],
					pool: 'threads',
					isolate: false,
					testTimeout: 60_000,
				},
			},
			{
				test: {
					name: 'sockets',
					include: ['test/{node,transfer,cli}/**/*.test.ts', 'test/watch/capture/**/*.test.ts'],
					pool: 'forks',
					fileParallelism: false,
					testTimeout: 60_000,
					hookTimeout: 60_000,
				},
			},
			{
				test: {
					name: 'apart',
					include: [
						'test/{real,console}/**/*.test.ts',
						'test/watch/block/**/*.test.ts',
						'test/guard/*/**/*.test.ts',
					],
					pool: 'forks',
					testTimeout: 60_000,
					hookTimeout: 60_000,
				},
			},
		],
	},
});

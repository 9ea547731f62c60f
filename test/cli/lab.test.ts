import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { scenarios } from '../../src/lab/scenarios.ts';
import {
	cleanEnv,
	launcher,
	outcomeOf,
	removeFolders,
	root,
	sallyport,
	temporaryFolder,
} from './sallyport.ts';

afterAll(removeFolders);

const run = ['lab', 'run', 'failures', '--nodes', '300', '--set', 'runs=3'];

function objects(text: string): Record<string, unknown>[] {
	return text
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line));
}

describe('lab list', () => {
	it('names every scenario, and with --json its settings', async () => {
		const { status, stdout } = await sallyport(['lab', 'list']);
		expect(status).toBe(0);
		for (const { name } of scenarios) expect(stdout).toMatch(new RegExp(`^${name} `, 'm'));
		const listed = objects((await sallyport(['lab', 'list', '--json'])).stdout);
		expect(listed.map(({ scenario }) => scenario)).toEqual(scenarios.map(({ name }) => name));
	});
});

describe('lab run', () => {
	it('prints one object with --json, the same for the same seed and any number of workers', async () => {
		const [one, same, spread, other] = await Promise.all([
			sallyport([...run, '--json']),
			sallyport([...run, '--json']),
			sallyport([...run, '--json', '--workers', '2']),
			sallyport([...run, '--json', '--random-seed', '2']),
		]);
		expect(one.status).toBe(0);
		const [result] = objects(one.stdout);
		expect(result).toMatchObject({ scenario: 'failures', randomSeed: 1, nodes: 300, partial: false });
		expect(result['measures']).toHaveProperty('giantComponent');
		expect(same.stdout).toBe(one.stdout);
		expect(spread.stdout).toBe(one.stdout);
		expect(objects(other.stdout)[0]['digest']).not.toBe(result['digest']);
	});

	it('prints a table for people, and writes a folder that can be cited', async () => {
		const out = join(temporaryFolder(), 'result');
		const { status, stdout } = await sallyport([...run, '--out', out]);
		expect(status).toBe(0);
		expect(stdout).toMatch(/giant component +0\.\d+/);
		const [result] = objects(readFileSync(join(out, 'result.json'), 'utf8'));
		expect(stdout).toContain(result['digest']);
		expect(readFileSync(join(out, 'result.csv'), 'utf8')).toMatch(
			/^failures,power-law,300,1,.*,giantComponent,0\.\d+,/m,
		);
		expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain(result['digest']);
	});

	it('takes a topology from a file', async () => {
		const file = join(temporaryFolder(), 'ring.txt');
		writeFileSync(
			file,
			`# ring\n${Array.from({ length: 20 }, (_, node) => `${node}\t${(node + 1) % 20}`).join('\n')}\n`,
		);
		const { stdout } = await sallyport([
			'lab',
			'run',
			'failures',
			'--topology',
			file,
			'--fail',
			'0',
			'--json',
		]);
		expect(objects(stdout)[0]).toMatchObject({
			nodes: 20,
			topology: 'ring.txt',
			measures: { giantComponent: 1 },
		});
	});

	it.each([
		[['lab', 'fly'], /none of list, run, sweep/],
		[['lab', 'run'], /Name a scenario/],
		[['lab', 'run', 'nothing'], /No scenario is called "nothing"/],
		[['lab', 'run', 'failures', '--set', 'x=1'], /no setting "x"/],
		[['lab', 'run', 'failures', '--fail', '2'], /not a share/],
		[['lab', 'run', 'failures', '--nodes', 'many'], /not a number of servents/],
		[['lab', 'run', 'failures', '--topology', '/nowhere'], /cannot be read/],
		[['lab', 'run', 'sessions', '--sessions', 'package.json'], /line 1 is neither a length/],
		[['lab', 'run', 'ttl', '--sessions', '/nowhere'], /cannot be read/],
		[['lab', 'run', 'query-flood', '--topology', 'package.json'], /not two numbers|no topology/],
	])('%j is wrong usage', async (words, sentence) => {
		const { status, stderr, stdout } = await sallyport(words, { cwd: root });
		expect([status, stdout]).toEqual([2, '']);
		expect(stderr).toMatch(sentence);
	});

	it('shows what there is when it is interrupted, marked as partial', async () => {
		const child = spawn(
			process.execPath,
			[launcher, 'lab', 'run', 'failures', '--nodes', '3000', '--set', 'runs=1000', '--json'],
			{ env: cleanEnv(), stdio: ['ignore', 'pipe', 'pipe'] },
		);
		const outcome = outcomeOf(child);
		await sleep(4000);
		child.kill('SIGINT');
		const { status, stdout } = await outcome;
		expect(status).toBe(0);
		expect(objects(stdout)[0]).toMatchObject({ scenario: 'failures', partial: true });
	});
});

describe('lab sweep', () => {
	const sweep = (out: string): string[] => [
		'lab',
		'sweep',
		'failures',
		'--nodes',
		'1500',
		'--set',
		'fail=0.2,0.6',
		'--set',
		'runs=6',
		'--out',
		out,
		'--json',
	];

	it('goes on where it was killed, and ends with the same digests', async () => {
		const [killed, whole] = [join(temporaryFolder(), 'killed'), join(temporaryFolder(), 'whole')];
		mkdirSync(killed);
		const child = spawn(process.execPath, [launcher, ...sweep(killed)], { env: cleanEnv(), stdio: 'ignore' });
		const journal = join(killed, 'plays.jsonl');
		while (!existsSync(journal) || readFileSync(journal, 'utf8').split('\n').length < 3) await sleep(20);
		child.kill('SIGKILL');
		await once(child, 'exit');
		const [resumed, fresh] = await Promise.all([sallyport(sweep(killed)), sallyport(sweep(whole))]);
		expect(resumed.status).toBe(0);
		expect(resumed.stdout).toBe(fresh.stdout);
		expect(objects(fresh.stdout)).toHaveLength(2);
		const lines = readFileSync(journal, 'utf8').trim().split('\n');
		expect(new Set(lines).size).toBe(12);
	});
});

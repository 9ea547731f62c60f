import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { scenarios } from '../../src/lab/scenarios.ts';
import {
	cleanEnv,
	launcher,
	type Outcome,
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

	it('takes a topology as it was fetched, compressed', async () => {
		const [plain, packed] = ['ring.txt', 'ring.txt.gz'].map((name) => join(temporaryFolder(), name));
		writeFileSync(plain, '0 1\n1 2\n2 0\n');
		writeFileSync(packed, gzipSync('# the same\r\n0\t1\r\n1\t2\r\n2\t0\r\n'));
		const outcomes = await Promise.all(
			[plain, packed].map((file) => sallyport(['lab', 'run', 'failures', '--topology', file, '--json'])),
		);
		const [one, other] = outcomes.map(({ stdout }) => objects(stdout)[0]);
		expect(one['nodes']).toBe(3);
		expect(other['digest']).toBe(one['digest']);
		writeFileSync(packed, gzipSync('0 1\n').subarray(0, 15));
		const { status, stderr } = await sallyport(['lab', 'run', 'failures', '--topology', packed]);
		expect([status, stderr]).toEqual([2, expect.stringMatching(/cannot be inflated/)]);
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
		[
			['lab', 'run', 'query-flood', '--nodes', '5', '--workers', '2'],
			/A neighbourhood has 20 servents or more/,
		],
		[['lab', 'run', 'failures', '--out', 'package.json'], /The folder package.json cannot be written/],
		[
			['lab', 'sweep', 'failures', '--fail', '0.3', '--set', 'fail=0.1,0.5'],
			/The setting fail is given twice/,
		],
		[['lab', 'run', 'query-flood', '--topology', 'package.json'], /not two numbers|no topology/],
	])('%j is wrong usage', async (words, sentence) => {
		const { status, stderr, stdout } = await sallyport(words, { cwd: root });
		expect([status, stdout]).toEqual([2, '']);
		expect(stderr).toMatch(sentence);
	});

	it('shows what there is when it is interrupted, marked as partial', async () => {
		const interrupted = async (after: number): Promise<Outcome> => {
			const child = spawn(
				process.execPath,
				[launcher, 'lab', 'run', 'failures', '--nodes', '3000', '--set', 'runs=1000', '--json'],
				{ env: cleanEnv(), stdio: ['ignore', 'pipe', 'pipe'] },
			);
			const outcome = outcomeOf(child);
			await sleep(after);
			child.kill('SIGINT');
			const met = await outcome;
			// It had not begun to listen: it is given longer.
			return met.signal === 'SIGINT' || met.status === 130 ? interrupted(2 * after) : met;
		};
		const { status, stdout } = await interrupted(500);
		expect(status).toBe(0);
		expect(objects(stdout)[0]).toMatchObject({ scenario: 'failures', partial: true });
	});
});

describe('lab sweep', () => {
	it('prints each row of each combination, and compares with what the folder had', async () => {
		const out = join(temporaryFolder(), 'rows');
		const words = [
			'lab',
			'sweep',
			'oversharing',
			'--nodes',
			'20',
			'--set',
			'careless=0.2,0.6',
			'--set',
			'runs=1',
		];
		const first = await sallyport([...words, '--out', out]);
		expect(first.stdout).toMatch(/^careless=0\.6 runs=1 +on \+ oversharing +\d/m);
		expect(first.stdout).not.toContain('as before');
		const journal = readFileSync(join(out, 'plays.jsonl'), 'utf8');
		const again = await sallyport([...words, '--out', out]);
		expect(again.stdout).toContain('Some plays were in the journal');
		expect(again.stdout).toContain('2 of 2 as before, by digest.');
		expect(readFileSync(join(out, 'plays.jsonl'), 'utf8')).toBe(journal);
		// A play that came out otherwise, as on a machine that is broken.
		writeFileSync(join(out, 'plays.jsonl'), journal.replace(/"privateFiles":\d+/, '"privateFiles":1'));
		const wrong = await sallyport([...words, '--out', out]);
		expect(wrong.stdout).toMatch(/NOT as before, by digest: oversharing .*careless=0\.2/);
	});

	it('may share its folder with another at the same time', async () => {
		const out = join(temporaryFolder(), 'shared');
		const [one, other] = await Promise.all([sallyport(sweep(out)), sallyport(sweep(out))]);
		expect([one.status, other.status]).toEqual([0, 0]);
		expect(other.stdout).toBe(one.stdout);
		const { stdout } = await sallyport(sweep(out));
		expect(stdout).toBe(one.stdout);
	});

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

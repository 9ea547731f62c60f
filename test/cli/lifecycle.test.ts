/** Starting, stopping and being killed, as processes. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	cleanEnv,
	launcher,
	type RunningNode,
	removeFolders,
	sallyport,
	startNode,
	temporaryFolder,
	until,
} from './sallyport.ts';

let giver: RunningNode;
let share: string;

function home(): string {
	return join(temporaryFolder(), 'home');
}

const quiet = ['--listen', '127.0.0.1:0', '--api', '127.0.0.1:0'];

beforeAll(async () => {
	share = join(temporaryFolder(), 'share');
	mkdirSync(share);
	writeFileSync(join(share, 'talk.txt'), 'a talk');
	giver = await startNode(['node', '--home', home(), ...quiet]);
});

afterAll(async () => {
	await giver?.stop();
	removeFolders();
});

describe('a second start', () => {
	it('on the same home is refused with a sentence', async () => {
		const { status, stdout, stderr } = await sallyport(['node', '--home', giver.home, ...quiet]);
		expect([status, stdout]).toEqual([1, '']);
		expect(stderr).toMatch(/already running/);
		expect((await giver.ask('status')).status).toBe(0);
	});

	it('on a port in use says which one', async () => {
		const { status, stderr } = await sallyport([
			'node',
			'--home',
			home(),
			'--listen',
			giver.listen,
			'--api',
			'127.0.0.1:0',
		]);
		expect(status).toBe(1);
		expect(stderr).toMatch(
			new RegExp(
				`^sallyport: cannot listen on 127.0.0.1 port ${giver.listen.split(':')[1]}.*Choose another`,
				'm',
			),
		);
		const other = await sallyport([
			'node',
			'--home',
			home(),
			'--listen',
			'127.0.0.1:0',
			'--api',
			giver.api.slice(7),
		]);
		expect(other).toMatchObject({ status: 1, stderr: expect.stringMatching(/Choose another port/) });
	});
});

describe('a node', () => {
	it.each(['SIGINT', 'SIGTERM'] as const)('stops in order on %s', async (signal) => {
		const node = await startNode(['node', '--home', home(), ...quiet]);
		expect(await node.stop(signal)).toMatchObject({ status: 0, stderr: '' });
		expect(existsSync(join(node.home, 'api.json'))).toBe(false);
		expect((await sallyport(['status', '--home', node.home])).stderr).toMatch(/No node runs/);
	});

	it('shares folders of --share for one run, and keeps those that were added', async () => {
		const added = join(temporaryFolder(), 'added');
		mkdirSync(added);
		writeFileSync(join(added, 'kept.txt'), 'kept');
		const first = await startNode(['node', '--home', home(), '--share', share, ...quiet]);
		expect((await post(first, 'folders', { path: added })).status).toBe(201);
		await until(async () => (await first.json('status'))[0].shared.files === 2);
		await first.stop();
		const second = await startNode(['node', '--home', first.home, ...quiet]);
		expect((await second.json('library')).map(({ name }) => name)).toEqual(['kept.txt']);
		await second.stop();
	});

	it('that was killed takes its transfers up again, with the same name', async () => {
		const urn = `urn:sha1:${'A'.repeat(32)}`;
		const node = await startNode(['node', '--home', home(), ...quiet]);
		const [guid] = (await node.json('status')).map(({ guid: one }) => one);
		const response = await post(node, 'transfers', { urn });
		expect(response.status).toBe(201);
		await node.stop('SIGKILL');
		const again = await startNode(['node', '--home', node.home, ...quiet]);
		expect((await again.json('status'))[0].guid).toBe(guid);
		expect(await again.json('transfers')).toMatchObject([{ sha1: 'A'.repeat(32) }]);
		await again.stop();
	});

	it('ends with its launcher, also when that is killed', async (context) => {
		const foreign = foreignNode();
		if (foreign === undefined) {
			console.log('skipped: no Node.js other than the pinned one is installed, so nothing is handed over');
			return context.skip();
		}
		const folder = home();
		const child = spawn(foreign, [launcher, 'node', '--home', folder, ...quiet, '--json'], {
			env: cleanEnv(),
		});
		await new Promise((resolved) => child.stdout.once('data', resolved));
		const { pid } = JSON.parse(readFileSync(join(folder, 'running.json'), 'utf8'));
		expect(pid).not.toBe(child.pid);
		child.kill('SIGKILL');
		await until(async () => !isAlive(pid));
	});
});

function post(node: RunningNode, path: string, body: object): Promise<Response> {
	const { url, token } = JSON.parse(readFileSync(join(node.home, 'api.json'), 'utf8'));
	return fetch(`${url}/api/v1/${path}`, {
		method: 'POST',
		headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
}

/** A Node.js of this machine that is not the pinned one. */
function foreignNode(): string | undefined {
	return (process.env['PATH'] ?? '')
		.split(':')
		.filter((folder) => !folder.includes('node_modules'))
		.map((folder) => join(folder, 'node'))
		.find(
			(file) =>
				existsSync(file) && spawnSync(file, ['--version']).stdout?.toString().trim() !== process.version,
		);
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

/**
 * `sallyport start` stands behind the guard where this machine can have it, and sees a folder more when its user agrees
 * to it on the terminal: never because the node, or whoever took it over, says so.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Client } from '../../src/cli/client.ts';
import { examine } from '../../src/guard/doctor.ts';
import {
	cleanEnv,
	clientOf,
	launcher,
	type Ready,
	removeFolders,
	temporaryFolder,
	until,
} from '../cli/sallyport.ts';

const python = '/usr/bin/python3';

function obstacle(): string | undefined {
	if (process.platform !== 'linux') return 'this is not Linux';
	if (!existsSync(python)) return `${python} is not installed`;
	const missing = examine().filter(({ works, what }) => !works && what !== 'kernel');
	return missing.length === 0 ? undefined : `no ${missing.map(({ what }) => what).join(', no ')}`;
}

const why = obstacle();
if (why !== undefined) console.log(`guarded starts are not tested: ${why}`);

/** In a session of its own: with a terminal, what is written to it is typed; or without one. */
const sessions = {
	terminal:
		'import pty,sys,os; os.environ["TERM"]="dumb"; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))',
	none: 'import os,sys; os.setsid(); os.execv(sys.argv[1],sys.argv[1:])',
	/** In a user namespace that may make no other: there is no view. */
	'no walls': `import os,sys; os.setsid()
close='echo 0 > /proc/sys/user/max_user_namespaces; echo 0 > /proc/sys/user/max_mnt_namespaces; exec "$@"'
os.execvp("unshare",["unshare","--user","--map-root-user","sh","-c",close,"sh"]+sys.argv[1:])`,
};

interface Started extends Ready {
	readonly child: ChildProcess;
	/** All that it printed. */
	said(): string;
	type(line: string): void;
	client(): Client;
	stop(): Promise<void>;
}

const running: Started[] = [];
afterEach(async () => {
	await Promise.all(running.splice(0).map((one) => one.stop()));
	removeFolders();
});

async function start(session: keyof typeof sessions, settings: string, ...words: string[]): Promise<Started> {
	const home = join(settings, 'node');
	const command = [process.execPath, launcher, 'start', '--json', '--port', '0', '--home', home, ...words];
	const child = spawn(python, ['-c', sessions[session], ...command], {
		env: cleanEnv({ XDG_CONFIG_HOME: join(settings, 'config') }),
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	let said = '';
	for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (text) => (said += text));
	const over = new Promise<void>((done) => child.once('close', () => done()));
	await until(async () => /\{"event":"ready"[^\n]*\n/.test(said) || child.exitCode !== null);
	const line = /\{"event":"ready"[^\n]*/.exec(said)?.[0];
	if (line === undefined) throw new Error(`it ended: ${said}`);
	const ready = JSON.parse(line) as Ready;
	const started: Started = {
		...{ ...ready, child },
		said: () => said,
		type: (line) => child.stdin!.write(`${line}\n`),
		client: () => clientOf(ready),
		async stop() {
			// The end of a terminal reaches the program as SIGHUP.
			child.kill('SIGTERM');
			await over;
			await until(async () => !existsSync(join(home, 'running.json')));
		},
	};
	running.push(started);
	return started;
}

async function preview(node: Started, path: string): Promise<unknown> {
	return node.client().get(`folders/preview?path=${encodeURIComponent(path)}`);
}

/** The question on the terminal. */
function asked(node: Started, path: string): Promise<boolean> {
	return until(async () => node.said().includes(`may see ${path}, to share it`));
}

function folder(): string {
	const path = join(temporaryFolder(), 'Talks');
	mkdirSync(path);
	writeFileSync(join(path, 'a lecture.txt'), 'words\n');
	return path;
}

describe.skipIf(why !== undefined)('a start', () => {
	it('stands behind the guard, unless it is told not to', async () => {
		const outside = folder();
		const settings = temporaryFolder();
		const guarded = await start('none', settings);
		await expect(preview(guarded, outside)).rejects.toThrow(/is guarded and does not see/);
		await guarded.stop();
		running.splice(0);
		const free = await start('none', settings, '--guarded', 'off');
		expect(await preview(free, outside)).toMatchObject({ files: 1 });
	});

	it('sees a folder when its name is typed on the terminal, comes back at its address, and remembers', async () => {
		const [wanted, other] = [folder(), folder()];
		const settings = temporaryFolder();
		const node = await start('terminal', settings);
		const no = node.client().post('folders/see', { path: other });
		await asked(node, other);
		node.type('no');
		await expect(no).rejects.toThrow(/On the terminal the answer was no/);
		await expect(node.client().post('folders/see', { path: other })).rejects.toThrow(/was asked before/);
		const yes = node.client().post('folders/see', { path: wanted });
		await asked(node, wanted);
		// Not what was asked for: the question stays.
		node.type('y');
		node.type('Talks');
		await yes;
		const seen = await until(async () => preview(node, wanted).catch(() => undefined));
		expect(seen).toMatchObject({ files: 1 });
		const added = (await node.client().post('folders', { path: wanted })) as { id: number };
		await expect(preview(node, other)).rejects.toThrow(/does not see/);
		await node.stop();
		running.splice(0);
		const again = await start('none', settings);
		await until(
			async () => ((await again.client().get('status')) as { shared: { files: number } }).shared.files === 1,
		);
		// Removed, it need not be seen any more.
		const { url, token } = JSON.parse(readFileSync(join(again.home, 'api.json'), 'utf8'));
		const headers = { authorization: `Bearer ${token}` };
		await fetch(`${url}/api/v1/folders/${added.id}`, { method: 'DELETE', headers });
		const list = () => readFileSync(join(settings, 'config/sallyport/guard/folders.json'), 'utf8');
		await until(async () => !list().includes(wanted));
	});

	it('says that it does not stand behind the guard where a wall cannot be had, and does not start where it was told to', async () => {
		const settings = temporaryFolder();
		const node = await start('no walls', settings);
		expect(node.said()).toMatch(
			/It does not stand behind the guard: there is no view \(unshare.*open without it/,
		);
		await expect(preview(node, folder())).resolves.toMatchObject({ files: 1 });
		await expect(start('no walls', temporaryFolder(), '--guarded')).rejects.toThrow(
			/it ended: .*view: unshare/s,
		);
	});

	it('is not asked for what is never shared, and nobody agrees where there is no terminal', async () => {
		const settings = temporaryFolder();
		const node = await start('terminal', settings);
		for (const path of ['/etc', '/', '/usr/share'])
			await expect(node.client().post('folders/see', { path })).rejects.toThrow(/^(?!.*terminal)/);
		expect(node.said()).not.toContain('may see');
		await node.stop();
		running.splice(0);
		const alone = await start('none', settings);
		await expect(alone.client().post('folders/see', { path: folder() })).rejects.toThrow(
			/Nobody can be asked/,
		);
		expect(existsSync(join(settings, 'config/sallyport/guard/folders.json'))).toBe(false);
	});
});

/**
 * Programs that we did not write: behind the guard each does its job, and is refused what its policy does not grant.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { obstacle, python, Room } from '../kernel/room.ts';

const why = obstacle();
if (why !== undefined) console.log(`real programs behind the guard are not tested: ${why}`);

function where(program: string): string | undefined {
	try {
		return execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
	} catch {
		console.log(`${program} behind the guard is not tested: it is not installed`);
		return undefined;
	}
}

const users = process.getuid?.() === 0 ? [false, true] : [true];
const [curl, git, tar, gcc, chromium] = ['curl', 'git', 'tar', 'gcc', 'chromium'].map(where);
const base = 'name: test\nuses: [base]\n';
const secret = '/etc/shadow';

describe.skipIf(why !== undefined).each(users)('real programs (ordinary user: %s)', (ordinary) => {
	const rooms: Room[] = [];
	const servers: Server[] = [];
	function room(): Room {
		const one = new Room(ordinary);
		rooms.push(one);
		return one;
	}
	afterEach(() => {
		for (const one of rooms.splice(0)) one.close();
		for (const one of servers.splice(0)) one.close();
	});
	function serving(): Promise<number> {
		const server = createServer((_, response) =>
			response.end('<title>x</title><script>document.title = 6 * 7</script>'),
		);
		servers.push(server);
		return new Promise((done) =>
			server.listen(0, '127.0.0.1', () => done((server.address() as { port: number }).port)),
		);
	}

	it.skipIf(curl === undefined)('curl fetches from the one server, and from no other', async () => {
		const port = await serving();
		const policy = `${base}network: [{ out: loopback, ports: ${port} }]\n`;
		expect((await room().run(policy, [curl!, '-sS', `http://127.0.0.1:${port}/`])).output).toContain(
			'<title>',
		);
		const other = await room().run(policy, [curl!, '-sS', `http://127.0.0.1:${await serving()}/`]);
		expect(other.status).toBe(7);
		const file = await room().run(policy, [curl!, '-sS', `file://${secret}`]);
		expect(file.status).toBe(37);
	});

	it('python computes, and reads no secret', async () => {
		const script = 'import json,hashlib,sqlite3; print(json.dumps(hashlib.sha1(b"x").hexdigest()))';
		expect((await room().run(base, [python, '-c', script])).output).toContain('11f6ad8ec52a2984');
		expect((await room().run(base, [python, '-c', `open("${secret}")`])).status).toBe(1);
	});

	it.skipIf(git === undefined)('git commits in its folder, and nowhere else', async () => {
		const here = room();
		const policy = `${base}files: [{ create: ${here.folder} }]\nprograms: [{ run: [${git}, /usr/lib/git-core] }]\n`;
		expect((await here.run(policy, [git!, 'init', '-q', 'repository'])).errors).not.toContain('fatal');
		here.write('repository/file', 'words');
		const words = ['-C', 'repository', '-c', 'user.name=x', '-c', 'user.email=x@example.org'];
		expect((await here.run(policy, [git!, ...words, 'add', 'file'])).status).toBe(0);
		expect((await here.run(policy, [git!, ...words, 'commit', '-qm', 'One'])).status).toBe(0);
		expect((await here.run(policy, [git!, '-C', 'repository', 'log', '--format=%s'])).output).toBe('One\n');
		const elsewhere = room();
		const refused = await here.run(policy, [git!, 'init', '-q', elsewhere.path('other')]);
		expect(existsSync(elsewhere.path('other'))).toBe(false);
		// In its view there is another /tmp, which is its own.
		expect(refused.status).toBe(0);
	});

	it.skipIf(tar === undefined)('tar packs what it may read', async () => {
		const here = room();
		mkdirSync(here.path('out'));
		const file = here.write('file', 'words');
		execFileSync('chmod', ['777', here.path('out')]);
		const policy = `${base}files: [{ read: ${file} }, { create: ${here.folder}/out }]\n`;
		const archive = here.path('out/a.tar');
		expect((await here.run(policy, [tar!, '-cf', archive, '-C', here.folder, 'file'])).status).toBe(0);
		expect(execFileSync('tar', ['-tf', archive], { encoding: 'utf8' })).toBe('file\n');
		const refused = await here.run(policy, [tar!, '-cf', archive, secret]);
		expect(refused.status).toBe(2);
	});

	it.skipIf(gcc === undefined)('gcc compiles, and what it made does not run', async () => {
		const here = room();
		here.write('a.c', 'int main(void) { return 42; }\n');
		const tools = [gcc!, '/usr/bin', '/usr/lib/gcc', '/usr/libexec/gcc'].join(', ');
		const policy = `${base}files: [{ read: /usr/include }, { create: ${here.folder} }]\nprograms: [{ run: [${tools}] }]\n`;
		expect((await here.run(policy, [gcc!, '-o', 'a', 'a.c'])).errors.replaceAll(/^\{.*\n/gm, '')).toBe('');
		expect(existsSync(here.path('a'))).toBe(true);
		const found = await here.run(policy, [python, '-c', 'import os; os.execv("./a", ["a"])']);
		expect(found.errors).toContain('PermissionError');
	});

	it.skipIf(chromium === undefined)('chromium shows a local page, and no other', async () => {
		const here = room();
		const port = await serving();
		const policy = `${base}files: [{ create: ${here.folder} }, { read: [/etc/chromium, /etc/chromium.d, /etc/fonts, /etc/default, /usr/lib/chromium, /sys/devices, /etc/ssl, /var/cache/fontconfig] }]
network: [{ out: loopback, ports: ${port}, protocol: tcp }]
programs: [{ run: [/usr/lib/chromium, ${chromium}, /bin/sh, /usr/bin] }]\n`;
		const words = [
			'--headless',
			'--no-sandbox',
			'--disable-gpu',
			'--no-first-run',
			`--user-data-dir=${here.folder}/profile`,
		];
		const page = (at: number): string[] => [chromium!, ...words, '--dump-dom', `http://127.0.0.1:${at}/`];
		expect((await here.run(policy, page(port))).output).toContain('<title>42</title>');
		expect((await here.run(policy, page(await serving()))).output).not.toContain('<title>42</title>');
	});
});

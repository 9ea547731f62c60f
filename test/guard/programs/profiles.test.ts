/**
 * The profiles that come with us, each with a real program that it is for: it does its job, and is refused the forbidden
 * thing. In the same run the program does that thing where nobody guards it.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	chmodSync,
	chownSync,
	copyFileSync,
	existsSync,
	mkdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Ended, ended, obstacle, python, Room } from '../kernel/room.ts';

const why = obstacle();
if (why !== undefined) console.log(`profiles with real programs are not tested: ${why}`);

function where(program: string): string | undefined {
	try {
		return execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
	} catch {
		console.log(`${program} under its profile is not tested: it is not installed`);
		return undefined;
	}
}

const users = process.getuid?.() === 0 ? [false, true] : [true];
const [aria2c, ogg123, oggenc, boinc, boinccmd] = ['aria2c', 'ogg123', 'oggenc', 'boinc', 'boinccmd'].map(
	where,
);

/** Bencoding, as much as a torrent and a tracker need. */
function bencoded(value: unknown): Buffer {
	if (typeof value === 'number') return Buffer.from(`i${value}e`);
	if (typeof value === 'string') return bencoded(Buffer.from(value));
	if (Buffer.isBuffer(value)) return Buffer.concat([Buffer.from(`${value.length}:`), value]);
	const entries = Object.entries(value as object).sort(([one], [other]) => (one < other ? -1 : 1));
	return Buffer.concat([Buffer.from('d'), ...entries.flat().map(bencoded), Buffer.from('e')]);
}

describe.skipIf(why !== undefined).each(users)('profiles (ordinary user: %s)', (ordinary) => {
	const rooms: Room[] = [];
	const servers: Server[] = [];
	const children: ChildProcess[] = [];
	afterEach(async () => {
		for (const one of children.splice(0)) one.kill('SIGKILL');
		for (const one of servers.splice(0)) one.close();
		for (const one of rooms.splice(0)) one.close();
	});
	function room(): Room {
		const one = new Room(ordinary);
		rooms.push(one);
		return one;
	}
	/** Of whoever runs the program. */
	function folder(here: Room, name: string): string {
		const path = here.path(name);
		mkdirSync(path, { recursive: true });
		if (ordinary && process.getuid?.() === 0) chownSync(path, 65_534, 65_534);
		return path;
	}
	function free(here: Room, program: readonly string[]): Promise<Ended> {
		return ended(here.spawn(program[0]!, program.slice(1)));
	}
	async function serving(answer: () => Buffer): Promise<number> {
		const server = createServer((_, response) => response.end(answer()));
		servers.push(server);
		await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
		return (server.address() as { port: number }).port;
	}

	it.skipIf(aria2c === undefined)(
		'p2p-client: aria2 fetches a torrent from a peer, and dials no neighbour',
		async () => {
			const content = Buffer.alloc(300_000, 'a lecture that many have ');
			const here = room();
			const source = folder(here, 'source');
			here.write('source/lecture', content.toString());
			const seedPort = 21_000 + (process.pid % 10_000);
			const peers = Buffer.from([127, 0, 0, 1, seedPort >> 8, seedPort & 255]);
			const tracker = await serving(() => bencoded({ interval: 5, peers }));
			const info = { length: content.length, name: 'lecture', 'piece length': 1 << 19 };
			const pieces = createHash('sha1').update(content).digest();
			const announce = `http://127.0.0.1:${tracker}/announce`;
			const torrent = here.path('lecture.torrent');
			writeFileSync(torrent, bencoded({ announce, info: { ...info, pieces } }));
			const quiet = [
				'--enable-dht=false',
				'--bt-enable-lpd=false',
				'--no-conf',
				'--seed-time=0',
				'--quiet=true',
			];
			const seed = spawn(
				aria2c!,
				[...quiet.slice(0, 3), '--quiet=true', `--listen-port=${seedPort}`, '-V', '-d', source, torrent],
				{ stdio: 'ignore' },
			);
			children.push(seed);
			const downloads = folder(here, 'Downloads');
			copyFileSync(torrent, join(downloads, 'lecture.torrent'));
			const fetch = [aria2c!, ...quiet, '-d', downloads, join(downloads, 'lecture.torrent')];
			const has = (): boolean =>
				existsSync(join(downloads, 'lecture')) && readFileSync(join(downloads, 'lecture')).equals(content);
			// Peers are elsewhere; here they are on this machine, and so its profile alone refuses them.
			const refused = await here.run('p2p-client', [...fetch, '--bt-stop-timeout=3']);
			expect(has()).toBe(false);
			expect(refused.records).toContainEqual(
				expect.objectContaining({
					code: 'guard.network',
					act: `out tcp 127.0.0.1:${tracker}`,
					action: 'deny',
				}),
			);
			const ports = `[${seedPort}, ${tracker}]`;
			const policy = `name: test\nuses: [p2p-client]\nnetwork:\n  - { out: 127.0.0.1, ports: ${ports} }\n`;
			const done = await here.run(policy, fetch);
			expect(done.status, done.errors).toBe(0);
			expect(has()).toBe(true);
			const list = ['--dry-run=true', '-i', here.write('list.txt', `http://127.0.0.1:${tracker}/\n`)];
			expect((await free(here, [aria2c!, ...quiet, ...list])).status).toBe(0);
			const outside = await here.run(policy, [aria2c!, ...quiet, ...list]);
			expect(outside.status).not.toBe(0);
		},
	);

	it.skipIf(ogg123 === undefined || oggenc === undefined)(
		'media-player: ogg123 plays what it is given, and reaches nobody',
		async () => {
			const here = room();
			// A second of silence.
			const raw = here.write('silence.raw', '\0'.repeat(88_200));
			const make = async (name: string): Promise<string> => {
				await free(here, [oggenc!, '-Q', '-r', '-C', '1', '-R', '44100', '-o', here.path(name), raw]);
				return here.path(name);
			};
			const [film, other] = [await make('film.ogg'), await make('other.ogg')];
			const play = (...files: string[]) => here.run('media-player', [ogg123!, '-q', '-d', 'null', ...files]);
			expect((await play(film)).status).toBe(0);
			const list = here.write('list', `${other}\n`);
			const listed = ['-v', '-d', 'null', '-@', list];
			expect((await free(here, [ogg123!, ...listed])).errors).toContain('Playing');
			expect((await here.run('media-player', [ogg123!, ...listed])).errors).not.toContain('Playing');
			const port = await serving(() => readFileSync(film));
			const stream = `http://127.0.0.1:${port}/film.ogg`;
			expect((await free(here, [ogg123!, '-q', '-d', 'null', stream])).status).toBe(0);
			expect((await play(stream)).records).toContainEqual(
				expect.objectContaining({ code: 'guard.network', act: `out tcp 127.0.0.1:${port}`, action: 'deny' }),
			);
		},
	);

	it('unknown-download: what was fetched runs, with nothing but itself', async () => {
		const here = room();
		const setup = here.path('setup');
		copyFileSync(python, setup);
		chmodSync(setup, 0o755);
		const secret = here.write('diary', 'secret');
		const port = await serving(() => Buffer.from('hello'));
		const script = `import json,os,socket,subprocess
said={}
def t(name,f):
  try: said[name]=str(f())
  except Exception as e: said[name]=type(e).__name__
mine="/tmp/sallyport-own-%d"%os.getpid()
t("own",lambda: open(mine,"w").write("mine")); os.unlink(mine)
t("read",lambda: open(${JSON.stringify(secret)}).read())
t("write",lambda: open("dropped","w").write("dropped"))
t("shell",lambda: subprocess.run(["/bin/sh","-c","exit 7"]).returncode)
t("connect",lambda: socket.create_connection(("127.0.0.1",${port}),5).send(b"x"))
print(json.dumps(said))`;
		const run = async (found: Promise<Ended>) => JSON.parse((await found).output);
		expect(await run(free(here, [setup, '-c', script]))).toEqual({
			...{ own: '4', read: 'secret', write: '7', shell: '7', connect: '1' },
		});
		rmSync(here.path('dropped'));
		const guarded = await run(here.run('unknown-download', [setup, '-c', script]));
		expect(guarded['own']).toBe('4');
		// What it writes goes to folders that are gone when it ends.
		expect(existsSync(here.path('dropped'))).toBe(false);
		for (const name of ['read', 'shell', 'connect'])
			expect([name, guarded[name]]).toEqual([name, expect.stringMatching(/Error$/)]);
	});

	it.skipIf(boinc === undefined || boinccmd === undefined)(
		'boinc: its client keeps its state, is steered, and has no secrets',
		async () => {
			const here = room();
			const work = folder(here, 'BOINC');
			const words = [boinc!, '--dir', work, '--allow_multiple_clients', '--no_gpus', '--skip_cpu_benchmarks'];
			const child = here.start('boinc', words);
			children.push(child);
			const over = ended(child);
			await expect.poll(() => existsSync(join(work, 'gui_rpc_auth.cfg'))).toBe(true);
			const steer = (order: string): string => {
				try {
					return execFileSync(
						boinccmd!,
						['--host', '127.0.0.1', '--get_host_info'].slice(0, 2).concat(order),
						{
							cwd: work,
							encoding: 'utf8',
							stdio: ['ignore', 'pipe', 'ignore'],
						},
					);
				} catch {
					return '';
				}
			};
			await expect.poll(() => steer('--get_host_info'), { interval: 500 }).toContain('#CPUS');
			steer('--quit');
			expect((await over).status).toBe(0);
			expect(existsSync(join(work, 'client_state.xml'))).toBe(true);
			// What a project might send: a program in its folder, which may run, and sees what the client sees.
			const sent = join(work, 'work');
			copyFileSync(python, sent);
			chmodSync(sent, 0o755);
			const secret = here.write('diary', 'secret');
			const script = `print(open(${JSON.stringify(secret)}).read())`;
			expect((await free(here, [sent, '-c', script])).output).toBe('secret\n');
			const found = await here.run('boinc', ['/usr/bin/env', sent, '-c', script]);
			expect(found.errors).toMatch(/PermissionError|FileNotFoundError/);
			expect((await here.run('boinc', ['/usr/bin/env', sent, '-c', 'print(6*7)'])).output).toBe('42\n');
		},
	);
});

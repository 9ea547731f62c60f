/** What follows from what, in the tree of one program: each attack succeeds with the rule off, and fails with it on. */
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { obstacle, python, Room } from './room.ts';

const why = obstacle();
if (why !== undefined) console.log(`what follows from what is not tested: ${why}`);
const users = process.getuid?.() === 0 ? [false, true] : [true];

/** The second half is done by another process than the first. */
const inTwo = (first: string, second: string): string => `import os,shutil,socket,subprocess,sys
if os.fork()==0:
  ${first}
  os._exit(0)
os.wait()
if os.fork()==0:
  ${second}
  os._exit(0)
os._exit(os.waitstatus_to_exitcode(os.wait()[1])&127)`;

describe.skipIf(why !== undefined).each(users)('correlation (ordinary user: %s)', (ordinary) => {
	const rooms: Room[] = [];
	const servers: Server[] = [];
	afterEach(() => {
		for (const one of rooms.splice(0)) one.close();
		for (const one of servers.splice(0)) one.close();
	});
	function room(): Room {
		const one = new Room(ordinary);
		rooms.push(one);
		return one;
	}
	async function listening(): Promise<number> {
		const server = createServer((socket) => {
			socket.on('error', () => socket.destroy());
			socket.end('hello');
		});
		servers.push(server);
		await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
		return (server.address() as { port: number }).port;
	}

	it.each([
		['writes a program and runs it', 'w'],
		['writes it under another name', 'os.rename("w","r")', 'r'],
		['writes it into a link', 'os.link("w","l")', 'l'],
	])('the dropper: %s', async (_name, then, run = 'w') => {
		const write = `shutil.copy("/usr/bin/printf","w"); os.chmod("w",0o755); ${run === 'w' ? 'pass' : then}`;
		const script = inTwo(write, `os.execv("./${run}",["${run}","dropped"])`);
		const outcome = (dropper: string) => {
			const here = room();
			const policy = `name: test\nuses: [base]\ndropper: ${dropper}\nfiles: [{ create: ${here.folder} }, { read: /usr/bin/printf }]\nprograms: [{ run: ${here.folder} }]\n`;
			return here.run(policy, [python, '-c', script]);
		};
		expect((await outcome('allow')).output).toBe('dropped');
		const held = await outcome('kill');
		expect(held.output).toBe('');
		expect(held.status).not.toBe(0);
		if (run === 'w')
			expect(held.records).toContainEqual(expect.objectContaining({ code: 'guard.dropper', action: 'kill' }));
	});

	it.each([
		['reads a key, and another process reaches out', 'read()', 'call()'],
		['reads it by a link', 'os.symlink(key,"l"); open("l").read()', 'call()'],
		['reaches out first, and reads then', 'call()', 'read()'],
	])('the leak: %s', async (_name, first, second) => {
		const port = await listening();
		const helpers = `key=sys.argv[1]
def read(): print(open(key).read(),end="",flush=True)
def call(): print(socket.create_connection(("127.0.0.1",${port}),5).recv(9).decode(),end="",flush=True)
`;
		const script = inTwo(first, second).replace(
			'import os,shutil,socket,subprocess,sys\n',
			(line) => line + helpers,
		);
		const outcome = (leak: string) => {
			const here = room();
			const key = here.write('key', 'secret');
			const policy = `name: test\nuses: [base]\nfiles: [{ create: ${here.folder} }]\nnetwork: [{ out: loopback }]\n${leak.replace('KEY', key)}`;
			return here.run(policy, [python, '-c', script, key]);
		};
		const off = await outcome('');
		expect(off.output).toContain('hello');
		expect(off.status).toBe(0);
		for (const action of ['deny', 'kill']) {
			const on = await outcome(`leak: { after: KEY, action: ${action} }\n`);
			expect(on.records).toContainEqual(expect.objectContaining({ code: 'guard.leak', action }));
			expect(on.output.includes('hello') && on.output.includes('secret')).toBe(false);
			expect(on.output.includes(second === 'call()' ? 'hello' : 'secret')).toBe(false);
		}
	});
});

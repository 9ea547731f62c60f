/**
 * What a program behind the guard can do, and what it cannot.
 *
 * Longer than 300 lines: it is one list of promises, kept for root and for an ordinary user alike.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { reasonOf } from '../../../src/evidence/reasons.ts';
import { ended, obstacle, python, Room } from './room.ts';

const why = obstacle();
if (why !== undefined) console.log(`running behind the guard is not tested: ${why}`);

const base = 'name: test\nuses: [base]\n';
const users = process.getuid?.() === 0 ? [false, true] : [true];

describe.skipIf(why !== undefined).each(users)('behind the guard (ordinary user: %s)', (ordinary) => {
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
	function listening(): Promise<number> {
		const server = createServer((socket) => {
			// Whoever called may be killed meanwhile.
			socket.on('error', () => socket.destroy());
			socket.end('hello');
		});
		servers.push(server);
		return new Promise((done) =>
			server.listen(0, '127.0.0.1', () => done((server.address() as { port: number }).port)),
		);
	}
	const connect = (port: number): string =>
		`import socket\ns=socket.create_connection(("127.0.0.1",${port}),5)\nprint(s.recv(9).decode())`;

	it('a program has its output, its arguments and its exit status', async () => {
		const found = await room().run(base, [
			python,
			'-c',
			'import sys; print(sys.argv[1]); sys.exit(7)',
			'word',
		]);
		expect(found).toMatchObject({ status: 7, output: 'word\n' });
	});

	it('reading and writing wait for the program as without the guard, also after something was told', async () => {
		const script = `import os, time
try: open("/etc/shadow")
except OSError: pass
time.sleep(0.3)
print([os.get_blocking(each) for each in range(3)])`;
		const free = await ended(room().spawn(python, ['-c', script]));
		expect(free.output).toBe('[True, True, True]\n');
		expect((await room().run(base, [python, '-c', script])).output).toBe(free.output);
	});

	it('a program that a signal ends has its status of a shell', async () => {
		const found = await room().run(base, [python, '-c', 'import os; os.kill(os.getpid(), 15)']);
		expect(found.status).toBe(128 + 15);
	});

	it('a file that is not granted is not there, and that is told', async () => {
		const found = await room().run(base, [python, '-c', 'open("/etc/shadow")']);
		expect(found.status).toBe(1);
		expect(found.errors).toContain('PermissionError');
		expect(found.records).toContainEqual(
			expect.objectContaining({ code: 'guard.file', action: 'deny', rule: 'none', act: 'read /etc/shadow' }),
		);
	});

	it('a file is read where it is granted, and not written', async () => {
		const here = room();
		const file = here.write('book', 'words');
		const policy = `${base}opens: silent\nfiles: [{ read: ${file} }]\n`;
		const read = await here.run(policy, [python, '-c', `print(open("${file}").read())`]);
		expect(read.output).toBe('words\n');
		const written = await here.run(policy, [python, '-c', `open("${file}", "w")`]);
		expect(written.errors).toMatch(/Read-only|Permission denied/);
		expect(readFileSync(file, 'utf8')).toBe('words');
	});

	it('a folder that the policy wants made, and that cannot be, ends it with a sentence: also below /proc', async () => {
		const here = room();
		here.write('book', 'words');
		for (const [path, code] of [
			['/proc/sallyport', 'ENOENT'],
			[here.path('book'), 'EEXIST'],
		]) {
			const found = await here.run(`${base}files:\n  - create: ${path}/\n`, [
				python,
				'-c',
				'print("started")',
			]);
			expect(found).toMatchObject({ status: 2, output: '' });
			expect(found.errors).toMatch(
				`the folder ${path} cannot be made (${code}): make it, or take the slash from its end`,
			);
		}
	});

	it('a folder that is granted by a link is granted by its own path too, and the other way round is not', async () => {
		const here = room();
		mkdirSync(here.path('real'));
		mkdirSync(here.path('other'));
		here.write('real/book', 'words');
		here.write('other/book', 'private');
		symlinkSync(here.path('real'), here.path('link'));
		symlinkSync(here.path('other'), here.path('real/out'));
		const policy = `${base}files: [{ read: ${here.folder}/link }]\n`;
		const read = (path: string) =>
			here.run(policy, [python, '-c', `print(open("${here.path(path)}").read())`]);
		expect((await read('link/book')).output).toBe('words\n');
		expect((await read('real/book')).output).toBe('words\n');
		expect((await read('link/out/book')).output).toBe('');
		expect((await read('other/book')).output).toBe('');
	});

	it('an int of a call is its lower half, whatever lies above it', async () => {
		const here = room();
		const flags = '(0xdeadbeef << 32) | os.O_WRONLY | os.O_CREAT';
		const script = `import ctypes,os; c=ctypes.CDLL(None); c.syscall.argtypes=[ctypes.c_ulong]*2+[ctypes.c_char_p]+[ctypes.c_ulong]*2
d=c.syscall(257, (0x12345678 << 32) | 0xffffff9c, b"made", ${flags}, 0o755)
os.write(d, b"#!/bin/true"); os.close(d); os.execv("./made", ["x"])`;
		const found = await here.run(`${base}files: [{ create: ${here.folder} }]\n`, [python, '-c', script]);
		// It was seen that it was written: the dropper rule knows it.
		expect(found.records).toContainEqual(expect.objectContaining({ code: 'guard.dropper' }));
	});

	it('files are made, renamed and deleted in a folder that is granted for it', async () => {
		const here = room();
		const script =
			'import os; open("a","w").write("1"); os.rename("a","b"); os.mkdir("d"); open("d/c","w"); os.unlink("d/c")';
		const policy = `${base}files: [{ create: "${here.folder}/" }]\n`;
		const found = await here.run(policy, [python, '-c', script]);
		expect(found).toMatchObject({ status: 0 });
		expect(readFileSync(here.path('b'), 'utf8')).toBe('1');
	});

	it('what is refused within what is granted is covered', async () => {
		const here = room();
		mkdirSync(here.path('keys'));
		here.write('keys/id', 'private');
		here.write('note', 'private');
		const policy = `${base}files: [{ create: ${here.folder} }, { read: ${here.folder}/keys, action: deny }, { read: ${here.folder}/note, action: kill }]\n`;
		const found = await here.run(policy, [
			python,
			'-c',
			'import os; print(os.path.exists("keys/id"), os.stat("note").st_size)',
		]);
		expect(found.output).toBe('False 0\n');
		expect((await here.run(policy, [python, '-c', 'open("note")'])).status).toBe(3);
		const missing = await here.run('nothing-of-this-name', [python]);
		expect(missing.status).toBe(2);
	});

	it('the policy that it runs under is not its to write', async () => {
		const here = room();
		const script = 'print(open("policy.yaml").read()); open("policy.yaml","w")';
		const found = await here.run(`${base}files: [{ create: ${here.folder} }]\n`, [python, '-c', script]);
		expect(found.status).toBe(1);
		expect(readFileSync(here.path('policy.yaml'), 'utf8')).toContain('name: test');
		const own = await here.run(`${base}files: [{ create: ${here.folder} }]\n`, [
			python,
			'-c',
			'import os; print(os.listdir(".config/sallyport/guard"), os.listdir(".cache/sallyport/guard"))',
		]);
		expect(own.output).not.toContain('.json');
		expect(own.status).toBe(1);
	});

	it('a refusal that nothing can be put over is no policy', async () => {
		const here = room();
		const policy = `${base}files: [{ create: ${here.folder} }, { read: ${here.folder}/.ssh, action: deny }]\n`;
		const found = await here.run(policy, [python, '-c', '']);
		expect(found.status).toBe(2);
		expect(found.errors).toContain('does not exist, and the program could make it');
	});

	it('a host is reached where it is granted', async () => {
		const port = await listening();
		const here = room();
		const policy = `${base}network: [{ out: loopback, ports: ${port}, protocol: tcp }]\n`;
		expect((await here.run(policy, [python, '-c', connect(port)])).output).toBe('hello\n');
		const other = await here.run(policy, [python, '-c', connect(await listening())]);
		expect(other.status).toBe(1);
		expect(other.records).toContainEqual(expect.objectContaining({ code: 'guard.network', action: 'deny' }));
	});

	it('a host is reached by its name, which is looked up by the guard', async () => {
		const port = await listening();
		const policy = `${base}network: [{ out: localhost, ports: ${port} }]\n`;
		expect((await room().run(policy, [python, '-c', connect(port)])).output).toBe('hello\n');
	});

	it('a connection that waits does not hold up others, and its error arrives', async () => {
		const here = room();
		const policy = `${base}network: [{ out: 127.0.0.1 }, { out: 192.0.2.1 }]\n`;
		// 192.0.2.1 is for documentation: nobody answers, or there is no way to it.
		const script = `import socket,threading
s=socket.socket(); threading.Thread(target=lambda: s.connect_ex(("192.0.2.1",9)),daemon=True).start()
t=socket.socket(); print(t.connect_ex(("127.0.0.1",9)))
import os; os._exit(0)`;
		expect((await here.run(policy, [python, '-c', script])).output).toBe('111\n');
	});

	it('where nothing may be sent by UDP there is no socket for it, and messages of its own go their own way', async () => {
		const script = `import socket
x,y=socket.socketpair(socket.AF_UNIX,socket.SOCK_DGRAM); x.sendmsg([b"own"]); print(y.recv(9).decode())
socket.socket(socket.AF_INET,socket.SOCK_DGRAM)`;
		const found = await room().run(`${base}network: [{ out: any, protocol: tcp }]\n`, [python, '-c', script]);
		expect(found).toMatchObject({ status: 1, output: 'own\n' });
		expect(found.records).toContainEqual(
			expect.objectContaining({ act: 'a socket for UDP', action: 'deny' }),
		);
	});

	it('a rule that kills, kills, with status 3', async () => {
		const port = await listening();
		const policy = `${base}network: [{ out: any, action: kill, because: nobody is called }]\n`;
		const found = await room().run(policy, [python, '-c', `${connect(port)}\nprint("alive")`]);
		expect(found).toMatchObject({ status: 3, output: '' });
		expect(found.records).toContainEqual(
			expect.objectContaining({ action: 'kill', because: 'nobody is called' }),
		);
	});

	it('what was decided reaches whoever reads it late', async () => {
		const script = `import socket
for port in range(1, 2001): socket.socket().connect_ex(("127.0.0.1", port))
print("over", flush=True)`;
		const child = room().start(base, [python, '-c', script]);
		const gone = new Promise((done) => child.once('exit', done));
		await new Promise((over) => child.stdout!.once('data', over));
		// A guard that leaves without waiting has left by then; one that waits does so until somebody reads.
		await Promise.race([gone, delay(500)]);
		const { errors, records } = await ended(child);
		const told = /^\{"at".*"act":"out tcp 127\.0\.0\.1:\d+"/gm;
		expect(records.filter(({ act }) => act.startsWith('out tcp 127.0.0.1:'))).toHaveLength(2000);
		expect(errors.match(told)).toHaveLength(2000);
	});

	it('nobody to ask is no', async () => {
		const port = await listening();
		const found = await room().run(`${base}network: [{ out: any, action: ask }]\n`, [
			python,
			'-c',
			connect(port),
		]);
		expect(found.status).toBe(1);
		expect(found.errors).toContain('nobody can be asked here');
	});

	it('a program is started where it is granted, and noted where that is wanted', async () => {
		const here = room();
		const script =
			'import subprocess; print(subprocess.run(["/usr/bin/env", "printf", "x"], env={"PATH":"/usr/bin"}).returncode)';
		const refused = await here.run(base, [python, '-c', script]);
		expect(refused.records).toContainEqual(
			expect.objectContaining({ code: 'guard.program', act: 'run /usr/bin/env' }),
		);
		const policy = `${base}programs: [{ run: [/usr/bin/env, /usr/bin/printf], action: log }]\n`;
		const found = await here.run(policy, [python, '-c', script]);
		expect(found.output).toBe('x0\n');
		expect(found.records.map(({ act }) => act)).toContain('run /usr/bin/printf');
	});

	it('a dropper is recognised', async () => {
		const here = room();
		const script = `import os,shutil; shutil.copy("/usr/bin/python3.11","d") if os.path.exists("/usr/bin/python3.11") else open("d","w").write("x"); os.chmod("d",0o755); os.execv("./d",["d"])`;
		const policy = `${base}dropper: kill\nfiles: [{ create: ${here.folder} }]\n`;
		const found = await here.run(policy, [python, '-c', script]);
		expect(found.status).toBe(3);
		expect(found.records).toContainEqual(expect.objectContaining({ code: 'guard.dropper', action: 'kill' }));
	});

	it('what was read does not leak', async () => {
		const port = await listening();
		const here = room();
		const file = here.write('key', 'private');
		const policy = `${base}files: [{ read: ${file} }]\nnetwork: [{ out: loopback }]\nleak: { after: ${file}, action: kill }\n`;
		expect((await here.run(policy, [python, '-c', connect(port)])).output).toBe('hello\n');
		const found = await here.run(policy, [python, '-c', `open("${file}").read()\n${connect(port)}`]);
		expect(found.status).toBe(3);
		expect(found.records).toContainEqual(expect.objectContaining({ code: 'guard.leak' }));
	});

	it('sockets of its own work among its own processes, with descriptors', async () => {
		const here = room();
		const script = `import socket,os,array
a=socket.socket(socket.AF_UNIX); a.bind("s"); a.listen(1)
if os.fork()==0:
  c=socket.socket(socket.AF_UNIX); c.connect("s"); f=open("f","w+"); f.write("through"); f.flush()
  socket.send_fds(c,[b"x"],[f.fileno()]); os._exit(0)
p,_=a.accept(); m,fds,_,_=socket.recv_fds(p,1,1); os.lseek(fds[0],0,0); print(os.read(fds[0],9).decode()); os.wait()
x,y=socket.socketpair(); x.sendmsg([b"one",b"two"]); print(y.recv(9).decode())`;
		const found = await here.run(`${base}files: [{ create: ${here.folder} }]\n`, [python, '-c', script]);
		expect(found.errors).toBe('');
		expect(found.output).toBe('through\nonetwo\n');
	});

	it('listens on this machine alone, where that is granted', async () => {
		const policy = `${base}network: [{ in: loopback }]\n`;
		const script = (host: string): string =>
			`import socket; s=socket.socket(); s.bind(("${host}",0)); s.listen(); print("listens")`;
		expect((await room().run(policy, [python, '-c', script('127.0.0.1')])).output).toBe('listens\n');
		expect((await room().run(policy, [python, '-c', script('0.0.0.0')])).errors).toContain('PermissionError');
	});

	it('who may connect is said by the policy, and the kernel keeps others away', async () => {
		const script = `import json,select,socket,sys
t=socket.socket(); t.bind(("0.0.0.0",0)); u=socket.socket(socket.AF_INET,socket.SOCK_DGRAM)
p=int(sys.argv[1]); t=socket.socket(); t.setsockopt(1,2,1); t.bind(("0.0.0.0",p)); u.bind(("0.0.0.0",p)); t.listen(); t.listen(9)
off=[]
for s in (t,u):
  try: s.setsockopt(1,27,b"\\0"*4); off.append("taken off")
  except OSError as e: off.append(e.errno)
print("ready",off,flush=True)
while True:
  for s in select.select([t,u],[],[])[0]:
    print("tcp "+s.accept()[1][0] if s is t else "udp "+s.recvfrom(9)[1][0],flush=True)`;
		const port = 20_000 + (process.pid % 20_000);
		const heard = async (from: string): Promise<{ said: string; refused: string[] }> => {
			const here = room();
			const rule = `network: [{ in: any, ports: ${port}${from} }]\n`;
			const child = here.start(`${base}${rule}`, [python, '-c', script, String(port)]);
			const over = ended(child);
			let said = '';
			child.stdout!.on('data', (text) => (said += text));
			await expect.poll(() => said).toContain('ready');
			const calls = `import socket
def call(a):
  u=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); u.bind((a,0)); u.sendto(b"x",("127.0.0.1",${port}))
  t=socket.socket(); t.bind((a,0)); t.settimeout(1)
  try: t.connect(("127.0.0.1",${port}))
  except OSError: pass
call("127.0.0.3"); call("127.0.0.2")`;
			execFileSync(python, ['-c', calls]);
			// The last call has come through: so what the first one sent was kept away, or heard.
			await expect
				.poll(() => said)
				.toMatch(/tcp 127\.0\.0\.2[\s\S]*udp|udp 127\.0\.0\.2[\s\S]*tcp 127\.0\.0\.2/);
			child.kill('SIGTERM');
			const { records } = await over;
			return { said, refused: records.map(({ code, act }) => `${code} ${act}`) };
		};
		const everybody = await heard('');
		expect(everybody.said).toContain('tcp 127.0.0.3');
		expect(everybody.said).toContain('udp 127.0.0.3');
		const some = await heard(', from: 127.0.0.2');
		expect(some.said).not.toContain('127.0.0.3');
		expect(some.refused).toContain('guard.caller from tcp 127.0.0.3');
		// SO_DETACH_FILTER: it is not taken off.
		expect(some.said).toMatch(/ready \[\d+, 1\]/);
	});

	it('a call that is taken for the program is one like any other', async () => {
		const script = `import os,select,socket,threading
t=socket.socket(); t.bind(("127.0.0.1",0)); t.listen(); t.setblocking(False)
try: t.accept()
except BlockingIOError: print("nobody")
def call():
  c=socket.create_connection(t.getsockname()); c.send(b"hello"); c.recv(1)
w=threading.Thread(target=call,daemon=True); w.start(); select.select([t],[],[])
s,a=t.accept(); print(a==s.getpeername(), s.recv(9).decode(), os.get_inheritable(s.fileno())); s.close(); w.join()
t.setblocking(True); w=threading.Timer(0.3,call); w.start(); s,_=t.accept(); print(s.recv(9).decode())
x=socket.socket(socket.AF_UNIX); x.bind("own"); x.listen()
y=socket.socket(socket.AF_UNIX); y.connect("own"); z,_=x.accept(); y.send(b"own"); print(z.recv(9).decode()); os._exit(0)`;
		const policy = `${base}files: [{ create: $HERE }]\nnetwork: [{ in: loopback, from: loopback }, { out: loopback }]\n`;
		const found = await room().run(policy, [python, '-uc', script]);
		expect(found.output).toBe('nobody\nTrue hello False\nhello\nown\n');
	});

	it('a socket of somebody else is not reached', async () => {
		const here = room();
		const path = here.path('socket');
		const server = createServer();
		servers.push(server);
		await new Promise<void>((done) => server.listen(path, done));
		chmodSync(path, 0o777);
		const script = `import socket; s=socket.socket(socket.AF_UNIX); s.connect(${JSON.stringify(path)}); print("through")`;
		const policy = `${base}files: [{ read: ${here.folder} }]\n`;
		const found = await here.run(policy, [python, '-c', script]);
		expect(found.status).toBe(1);
		expect(found.records).toContainEqual(
			expect.objectContaining({ code: 'guard.socket', act: `socket ${path}` }),
		);
		const granted = await here.run(`${policy}network: [{ socket: ${path} }]\n`, [python, '-c', script]);
		expect(granted.output).toBe('through\n');
	});

	it('a call from memory that was written is told, and killed where the policy says so', async () => {
		// openat of /etc/passwd: number and arguments from those of a function, then the call.
		const script = `import ctypes,mmap
m=mmap.mmap(-1,4096,prot=7); m.write(bytes.fromhex("4889f84889f74889d64889ca4d89c20f05c3"))
f=ctypes.CFUNCTYPE(*[ctypes.c_long]*6)(ctypes.addressof(ctypes.c_char.from_buffer(m)))
print(f(257,-100,ctypes.cast(ctypes.c_char_p(b"/etc/passwd"),ctypes.c_void_p).value,0,0))`;
		const free = await ended(room().spawn(python, ['-c', script]));
		expect(Number(free.output)).toBeGreaterThan(2);
		const denied = await room().run(`${base}overflow: deny\n`, [python, '-c', script]);
		expect(denied.output).toBe('-13\n');
		expect(denied.records).toContainEqual(
			expect.objectContaining({ code: 'guard.overflow', action: 'deny' }),
		);
		const killed = await room().run(`${base}overflow: kill\n`, [python, '-c', script]);
		expect(killed).toMatchObject({ status: 3, output: '' });
		const never = await room().run(`${base}made-code: deny\n`, [python, '-c', script]);
		expect(never.errors).toContain('PermissionError');
	});

	it('what is no program is not started', async () => {
		const here = room();
		const found = await here.run(base, [here.write('text', 'words', 0o755)]);
		expect(found.status).toBe(1);
		expect(found.errors).toContain(reasonOf('guard.launch.failed')!.sentence);
	});

	it('limits hold', async () => {
		const policy = `${base}limits: { memory: 100MB, open-files: 20, file-size: 1kB }\nfiles: [{ create: "$HERE" }]\n`;
		const script = `import resource,signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try: bytearray(300*1000*1000)
except MemoryError: print("memory")
try: l=[open("/dev/null") for _ in range(30)]
except OSError as e: print(e.errno)
l=None
try: f=open("big","wb",0); f.write(b"x"*2000); f.write(b"x")
except OSError as e: print(e.errno)`;
		expect((await room().run(policy, [python, '-c', script])).output).toBe('memory\n24\n27\n');
	});

	it('waits for what the program left behind', async () => {
		const here = room();
		const script = 'import os,time\nif os.fork()==0:\n  time.sleep(0.5); open("late","w"); os._exit(0)';
		const found = await here.run(`${base}files: [{ create: ${here.folder} }]\n`, [python, '-c', script]);
		expect(found.status).toBe(0);
		expect(existsSync(here.path('late'))).toBe(true);
	});

	it('when the supervisor is killed, so is the program, and what it left behind is refused', async () => {
		const port = await listening();
		const here = room();
		// The grandchild connects again and again, and writes down how that ended.
		const script = `import os,socket,time
if os.fork()==0:
  os.setsid()
  while True:
    s=socket.socket(); e=s.connect_ex(("127.0.0.1",${port})); s.close()
    open("said","a").write(str(e)+" "); time.sleep(0.02)
    if e not in (0,111): os._exit(0)
open("pid","w").write(str(os.getpid())); time.sleep(60)`;
		const policy = `${base}opens: silent\nfiles: [{ create: ${here.folder} }]\nnetwork: [{ out: loopback }]\n`;
		const child = here.start(policy, [python, '-c', script]);
		await expect.poll(() => existsSync(here.path('said')) && existsSync(here.path('pid'))).toBe(true);
		await expect.poll(() => readFileSync(here.path('said'), 'utf8').length).toBeGreaterThan(4);
		const pid = readFileSync(here.path('pid'), 'utf8');
		execFileSync('kill', ['-9', String(child.pid)]);
		await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
		const last = (): string => readFileSync(here.path('said'), 'utf8').trim().split(' ').at(-1)!;
		// ENOSYS, and no other answer ever.
		await expect.poll(last).toBe('38');
	});

	it('without a wall nothing is started, unless that was accepted', async () => {
		const here = room();
		// In a user namespace that may make no other, there is no view.
		const words = ['--user', '--map-root-user', 'sh', '-c'];
		const guard = `echo 0 > /proc/sys/user/max_user_namespaces; echo 0 > /proc/sys/user/max_mnt_namespaces; exec "${process.execPath}" "$0" guard run --policy base "$@" -- /bin/echo ran`;
		const sallyport = new URL('../../../bin/sallyport.js', import.meta.url).pathname;
		const refused = await ended(here.spawn('unshare', [...words, guard, sallyport]));
		expect(refused.status).toBe(1);
		expect(refused.errors).toContain(reasonOf('guard.layer.missing')!.sentence);
		expect(refused.errors).toContain('view: unshare view');
		const accepted = await ended(
			here.spawn('unshare', [...words, guard, sallyport, '--allow-missing', 'view']),
		);
		expect(accepted).toMatchObject({ status: 0, output: 'ran\n' });
	});

	it('what is learned becomes a policy under which it runs', async () => {
		const port = await listening();
		const here = room();
		const file = here.write('book', 'words');
		const program = [python, '-c', `print(open("${file}").read())\n${connect(port)}`];
		const seen = here.path('seen');
		const learned = await here.run('', program, ['learn', '--log', seen]);
		expect(learned.output).toBe('words\nhello\n');
		expect(learned.errors).toContain('LEARNING');
		expect(learned.records.map(({ code }) => code)).toContain('guard.learned');
		const sallyport = new URL('../../../bin/sallyport.js', import.meta.url).pathname;
		const reviewed = await ended(here.spawn(process.execPath, [sallyport, 'guard', 'review', seen]));
		expect(reviewed.output).toContain('uses: [base]');
		const found = await here.run(reviewed.output, program);
		expect(found.output).toBe('words\nhello\n');
		const other = await here.run(reviewed.output, [python, '-c', connect(await listening())]);
		expect(other.status).toBe(1);
	});
});

/**
 * A program that runs under a profile of its own has what both grant, and so has all that it starts, whatever it tries.
 * Each attempt succeeds where the program is not under a profile.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { obstacle, python, Room } from './room.ts';

const why = obstacle();
if (why !== undefined) console.log(`programs under profiles are not tested: ${why}`);
const users = process.getuid?.() === 0 ? [false, true] : [true];

/** What it tries, by name; each says what came of it. */
const attempts: Readonly<Record<string, string>> = {
	open: 'open("SECRET").read()',
	'by a link': 'os.symlink("SECRET","l") or open("l").read()',
	'from a folder': 'os.read(os.open("secret",os.O_RDONLY,dir_fd=os.open("FOLDER",os.O_PATH)),99).decode()',
	'after it moved there': 'os.chdir("FOLDER") or open("secret").read()',
	write: 'open("SECRET","r+").write("s") and "secret"',
	make: 'open("FOLDER/new","w").write("x") and "secret"',
	connect: 'socket.create_connection(("127.0.0.1",PORT),5).recv(9).decode()',
	'start another': 'subprocess.run(["/usr/bin/head","/etc/hostname"],stdout=-1).returncode==0 and "secret"',
	'from a child':
		'subprocess.run([sys.executable,"-c","print(open(\'SECRET\').read())"],stdout=-1).stdout.decode()',
	'from an orphan': 'orphan()',
	"another's memory": 'open("/proc/%d/mem"%os.getppid(),"rb",0) and "secret"',
	'empty what it may read':
		'os.close(os.open("FOLDER/public",os.O_RDONLY|os.O_TRUNC)) or os.stat("FOLDER/public").st_size==0 and "secret"',
	'raise the mark': 'mark(2**50) or open("SECRET").read()',
	'lower the mark': 'mark(1) or open("SECRET").read()',
};

const script = `import ctypes,json,os,resource,socket,subprocess,sys,threading,time
def orphan():
  r,w=os.pipe()
  if os.fork()==0:
    if os.fork()==0:
      while os.getppid()!=1 and os.getppid()==int(os.environ.get("P","0")): time.sleep(0.01)
      time.sleep(0.3)
      try: os.write(w,open("SECRET").read().encode())
      except OSError as e: os.write(w,repr(e).encode())
    os._exit(0)
  os.wait(); return os.read(r,99).decode()
def mark(n):
  for what in (5,10): resource.prlimit(0,what,(n,n))
def race():
  a,b=b"FOLDER/public",b"FOLDER/secret"; buffer=ctypes.create_string_buffer(a); libc=ctypes.CDLL(None); got=0; stop=[]
  def flip():
    while not stop: ctypes.memmove(buffer,b,len(b)); ctypes.memmove(buffer,a,len(a))
  t=threading.Thread(target=flip); t.start()
  for _ in range(5000):
    d=libc.open(buffer,0)
    if d>=0: got+=os.read(d,9)==b"secret"; os.close(d)
  stop.append(1); t.join(); return got
said={}
said["race"]=race()
print("public",open("FOLDER/public").read())
for name,text in json.loads(sys.argv[1]).items():
  try: said[name]=str(eval(text)).strip()
  except Exception as e: said[name]=type(e).__name__
  os.chdir(os.environ["HERE"])
print(json.dumps(said))`;

describe.skipIf(why !== undefined).each(users)('under a profile (ordinary user: %s)', (ordinary) => {
	const rooms: Room[] = [];
	const servers: Server[] = [];
	afterEach(() => {
		for (const one of rooms.splice(0)) one.close();
		for (const one of servers.splice(0)) one.close();
	});

	async function outcome(under: string): Promise<Record<string, unknown>> {
		const server = createServer((socket) => socket.end('secret'));
		servers.push(server);
		await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
		const { port } = server.address() as { port: number };
		const here = new Room(ordinary);
		rooms.push(here);
		const folder = here.path('data');
		mkdirSync(folder);
		chmodSync(folder, 0o777);
		here.write('data/secret', 'secret', 0o666);
		here.write('data/public', 'public', 0o666);
		here.write(
			'narrow.yaml',
			`name: narrow\nuses: [base]\nfiles: [{ read: ${folder}/public }, { create: ${here.folder}/work }]\nprograms: [{ run: ${python} }]\n`,
		);
		mkdirSync(here.path('work'));
		chmodSync(here.path('work'), 0o777);
		const fill = (text: string): string =>
			text
				.replaceAll('SECRET', `${folder}/secret`)
				.replaceAll('FOLDER', folder)
				.replaceAll('PORT', String(port));
		const policy = `name: test
uses: [base]
files: [{ create: ${here.folder} }, { read: /etc/hostname }]
network: [{ out: loopback }]
programs: [{ run: /usr/bin/head }, { run: ${python}${under} }]
`;
		const command = `cd work; HERE=$PWD ${python} -c "$1" "$2"; exit`;
		const words = ['/bin/sh', '-c', command, 'sh', fill(script), fill(JSON.stringify(attempts))];
		const found = await here.run(policy, words);
		expect(found.output).toContain('public public');
		return JSON.parse(found.output.trim().split('\n').at(-1)!);
	}

	it('has what both grant, and each attempt at more fails', async () => {
		const free = await outcome('');

		for (const name of Object.keys(attempts)) expect([name, free[name]]).toEqual([name, 'secret']);
		expect(free['race']).toBeGreaterThan(0);
		const narrow = await outcome(', under: ./narrow.yaml');
		for (const name of Object.keys(attempts))
			expect([name, String(narrow[name])]).not.toEqual([name, 'secret']);
		expect(narrow['race']).toBe(0);
	});

	it('a profile that is not there is told with the line that names it', async () => {
		const here = new Room(ordinary);
		rooms.push(here);
		const policy = 'name: test\nuses: [base]\nprograms:\n  - run: /usr/bin/head\n    under: nowhere\n';
		const found = await here.run(policy, [python, '-c', '']);
		expect(found.status).toBe(2);
		expect(found.errors).toContain('policy.yaml:4: nowhere: ENOENT');
	});
});

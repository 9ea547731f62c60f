/**
 * `guard run --open`: questions are answered in the console by whoever came in by its address, and not by the program
 * that asks, although that can reach the console.
 */
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { GuardProcess, GuardQuestion, GuardRun } from '../../../src/node/api/guard-schemas.ts';
import { type Ended, ended, obstacle, python, Room } from '../kernel/room.ts';

const why = obstacle();
if (why !== undefined) console.log(`the console of a guarded program is not tested: ${why}`);
const users = process.getuid?.() === 0 ? [false, true] : [true];

/** Asks for one port, and meanwhile tries to say yes to itself. `key`: a file with the console's cookie, or none. */
const script = `import http.client,json,os,re,socket,sys,threading,time
api=json.load(open("api")); said={}
def want():
  s=socket.socket(); said["connected"]=s.connect_ex(("127.0.0.1",int(sys.argv[1])))
t=threading.Thread(target=want); t.start(); time.sleep(1)
while not os.path.exists("go"): time.sleep(0.05)
def answer(name,headers):
  try:
    c=http.client.HTTPConnection("127.0.0.1",api["port"],timeout=150)
    c.request("POST","/api/v1/guard/questions/1/answer",'{"answer":"once"}',{"content-type":"application/json",**headers})
    said[name]=c.getresponse().status
  except OSError as e: said[name]=str(e)
tokens=[api["spent"]]
for p in (os.getpid(),os.getppid()):
  for f in ("environ","cmdline","fd/1","fd/2"):
    try:
      d=os.open("/proc/%d/%s"%(p,f),os.O_RDONLY|os.O_NONBLOCK); tokens+=re.findall(r"token=([\\w-]+)",os.read(d,65536).decode("latin1"))
    except OSError: pass
origin={"origin":"http://127.0.0.1:%d"%api["port"]}
answer("nothing",{}); answer("origin",origin)
for n,token in enumerate(set(tokens)):
  c=http.client.HTTPConnection("127.0.0.1",api["port"],timeout=150); c.request("GET","/?token="+token); r=c.getresponse(); said["token %d"%n]=r.status
  answer("bearer %d"%n,{"authorization":"Bearer "+token})
answer("cookie",{"cookie":"sallyport-%d=1.%d.%s"%(api["port"],time.time()*1000,"A"*43),**origin})
if os.path.exists("key"): answer("key",{"cookie":open("key").read()})
t.join(); print(json.dumps(said))`;

describe.skipIf(why !== undefined).each(users)(
	'a console on a guarded program (ordinary user: %s)',
	(ordinary) => {
		const rooms: Room[] = [];
		const servers: Server[] = [];
		const running: ChildProcess[] = [];
		afterEach(() => {
			for (const one of running.splice(0)) one.kill('SIGKILL');
			for (const one of rooms.splice(0)) one.close();
			for (const one of servers.splice(0)) one.close();
		});

		async function listening(): Promise<number> {
			const server = createServer((socket) => socket.end());
			servers.push(server);
			await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
			return (server.address() as { port: number }).port;
		}

		interface Opened {
			readonly here: Room;
			readonly api: string;
			readonly entrance: string;
			readonly finished: Promise<Ended>;
			readonly child: ChildProcess;
		}

		/** Ready, and not yet entered. */
		async function open(policy: string, program: readonly string[], seconds: number): Promise<Opened> {
			const here = new Room(ordinary);
			rooms.push(here);
			const child = here.start(
				`name: test\nuses: [base]\n${policy.replaceAll('HERE', here.folder)}`,
				program,
				[...['run', '--open', '--ask-time', String(seconds)]],
			);
			running.push(child);
			let errors = '';
			child.stderr!.on('data', (text) => (errors += text));
			const finished = ended(child);
			await expect.poll(() => errors).toContain('"ready"');
			const { console: entrance, api } = JSON.parse(
				errors.split('\n').find((line) => line.includes('"ready"'))!,
			);
			return { here, api, entrance, finished, child };
		}

		async function enter({ entrance }: Opened): Promise<string> {
			const answer = await fetch(entrance, { redirect: 'manual' });
			expect(answer.status).toBe(303);
			return answer.headers.get('set-cookie')!.split(';')[0]!;
		}

		/** How the attack ended: the answers that the program got, and whether it was let out. */
		async function attack(knowsTheKey: boolean): Promise<Record<string, number | string>> {
			const port = await listening();
			const rules = `files: [{ create: "HERE" }]\nnetwork: [{ out: 127.0.0.1, ports: ${port}, action: ask }, { out: loopback }]\n`;
			// Only a question that nobody answers has an end: with the key it is answered, however slow the machine is.
			const on = await open(rules, [python, '-c', script, String(port)], knowsTheKey ? 120 : 5);
			const spent = new URL(on.entrance).searchParams.get('token');
			on.here.write('api', JSON.stringify({ port: Number(new URL(on.api).port), spent }));
			// Only whoever opened the console has this: here it is given away, as if there were no defence.
			const cookie = await enter(on);
			if (knowsTheKey) on.here.write('key', cookie);
			on.here.write('go', '');
			let output = '';
			on.child.stdout!.on('data', (text) => (output += text));
			await expect.poll(() => output).toContain('\n');
			on.child.kill('SIGTERM');
			await on.finished;
			return JSON.parse(output);
		}

		it('is not answered by the program that asks; with the key of the console it would be', async () => {
			const control = await attack(true);
			expect(control).toMatchObject({ key: 204, connected: 0 });
			const { connected, ...answers } = await attack(false);
			expect(connected).toBe(13);
			expect(Object.keys(answers).length).toBeGreaterThanOrEqual(5);
			for (const status of Object.values(answers)) expect([401, 403, 429]).toContain(status);
		});

		it('starts nothing before somebody has come in, and the address lets in one alone', async () => {
			const on = await open('files: [{ create: "HERE" }]\n', [python, '-c', 'open("began","w")'], 5);
			// As long as a start takes: it would have begun.
			await fetch(`${on.api}/api/v1/guard/run`);
			await new Promise((done) => setTimeout(done, 1500));
			expect(existsSync(on.here.path('began'))).toBe(false);
			await enter(on);
			await expect.poll(() => existsSync(on.here.path('began'))).toBe(true);
			expect((await fetch(on.entrance, { redirect: 'manual' })).status).toBe(403);
		});

		it('"always" is written into the file that was shown, and is not asked again', async () => {
			const port = await listening();
			const rules = `network: [{ out: any, action: ask }]\n`;
			const connect = `import socket,subprocess,sys; print(socket.socket().connect_ex(("127.0.0.1",${port})))`;
			const on = await open(rules, [python, '-c', connect], 30);
			const cookie = await enter(on);
			const get = async <Answer>(path: string): Promise<Answer> =>
				(await (await fetch(`${on.api}/api/v1/${path}`, { headers: { cookie } })).json()) as Answer;
			await expect.poll(async () => (await get<GuardQuestion[]>('guard/questions')).length).toBe(1);
			const [question] = await get<[GuardQuestion]>('guard/questions');
			expect(question.always?.rule).toBe(`{ out: "127.0.0.1", ports: ${port}, protocol: tcp }`);
			expect(existsSync(question.always!.file)).toBe(false);
			const answered = await fetch(`${on.api}/api/v1/guard/questions/${question.id}/answer`, {
				...{ method: 'POST', body: '{"answer":"always"}' },
				headers: { cookie, 'content-type': 'application/json' },
			});
			expect(answered.status).toBe(204);
			await expect.poll(async () => (await get<GuardRun>('guard/run')).state).toBe('ended');
			expect(readFileSync(question.always!.file, 'utf8')).toContain(`  - ${question.always!.rule}\n`);
			const tree = await get<GuardProcess[]>('guard/tree');
			expect(tree[0]!.acts).toContainEqual({ act: `out tcp 127.0.0.1:${port}`, action: 'log' });
			expect(tree[0]!.acts).toContainEqual({ act: 'read /etc/ld.so.cache', action: 'allow' });
			on.child.kill('SIGTERM');
			expect(await on.finished).toMatchObject({ status: 0, output: '0\n' });
			const again = await on.here.run(`name: test\nuses: [base]\n${rules}`, [python, '-c', connect]);
			expect(again.output).toBe('0\n');
		});
	},
);

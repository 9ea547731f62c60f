/**
 * `npm run soak:guard [-- --minutes N]`: programs that we did not write, and our own node, at their ordinary work behind
 * the guard, with the check of where each call comes from: amuled fetching from amuled and a node from a node under
 * their shipped profiles, git, gcc, python and a headless chromium. A call from an image that is taken for one from
 * elsewhere is a false alarm: nothing here runs code that an overflow brought in. Exit status 1 where there is one, or
 * where the work failed. It rests between rounds, so that an hour takes few minutes of processor time.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { md4 } from '../src/library/ed2k-hash.ts';
import {
	launcher,
	type RunningNode,
	removeFolders,
	startNode,
	temporaryFolder,
} from '../test/cli/sallyport.ts';
import { Mule, PrivateNet, whyNoMule } from '../test/real/mule.ts';
import { addresses } from '../test/real/namespace.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
	console.error('usage: npm run soak:guard [-- --minutes N], N above 0');
	process.exit(2);
}
const end = Date.now() + minutes * 60_000;
const rest = 40_000;
const patience = 90_000;

interface Told {
	readonly code?: string;
	readonly count?: number;
	readonly act?: string;
	readonly detail?: string;
	readonly summary?: { readonly heard: number; readonly status: number };
}

class Tally {
	runs = 0;
	failed = 0;
	heard = 0;
	refused = 0;
	alarms = 0;
	readonly seen = new Set<string>();

	/** What the guard said with --json. */
	add(text: string): void {
		for (const line of text.split('\n')) {
			if (!line.startsWith('{"at"') && !line.startsWith('{"summary"')) continue;
			const { code, count = 1, act, detail, summary } = JSON.parse(line) as Told;
			if (summary !== undefined) this.heard += summary.heard;
			else if (code === 'guard.overflow') {
				this.alarms += count;
				this.seen.add(`ALARM ${detail}`);
			} else {
				this.refused += count;
				if (this.seen.size < 12) this.seen.add(`refused: ${act}`);
			}
		}
	}
}

const tallies = new Map<string, Tally>();

function tally(name: string): Tally {
	const found = tallies.get(name) ?? new Tally();
	tallies.set(name, found);
	return found;
}

const folder = temporaryFolder();
const base = 'uses: [base]\noverflow: deny\n';

/** Runs one program under a policy; true: it ended well. */
function guarded(name: string, policy: string, words: readonly string[], good = /^/): Promise<string> {
	const file = join(folder, `${name}.yaml`);
	writeFileSync(file, `name: ${name}\n${base}${policy}`);
	const all = [launcher, 'guard', 'run', '--json', '--policy', file, '--', ...words];
	const child = spawn(process.execPath, all, {
		cwd: join(folder, 'work'),
		env: { ...process.env, HOME: folder },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	let errors = '';
	child.stdout.on('data', (text) => (output += text));
	child.stderr.on('data', (text) => (errors += text));
	return new Promise((resolve) => {
		child.once('close', (status) => {
			const own = tally(name);
			own.runs++;
			own.add(errors);
			if (status !== 0 || !good.test(output)) {
				own.failed++;
				console.log(`${name} ended with ${status}: ${errors.slice(0, 600)}`);
			}
			resolve(output);
		});
	});
}

function fresh(name: string): string {
	const path = join(folder, 'work', name);
	rmSync(path, { recursive: true, force: true });
	mkdirSync(path, { recursive: true });
	return path;
}

async function commits(): Promise<void> {
	const at = fresh('repository');
	const policy = `files: [{ create: ${at} }]\nprograms: [{ run: [/usr/bin/git, /usr/lib/git-core, /bin/sh] }]\n`;
	const git = (...words: string[]) =>
		guarded('git', policy, ['/usr/bin/git', '-C', at, '-c', 'user.name=x', '-c', 'user.email=x@y', ...words]);
	await git('init', '-q');
	for (let number = 0; number < 3; number++) {
		writeFileSync(join(at, `file${number}`), randomBytes(50_000).toString('base64'));
		await git('add', '.');
		await git('commit', '-qm', `Number ${number}`);
	}
	await git('log', '--stat');
	await git('gc', '-q');
	await git('diff', 'HEAD~2');
}

const program = `#include <stdio.h>
#include <math.h>
static void nested(int (*f)(int)) { printf("%d %f\\n", f(4), sqrt(f(9))); }
static int twice(int n) { return 2 * n; }
int main(void) { nested(twice); return 0; }
`;

async function compiles(): Promise<void> {
	const at = fresh('c');
	writeFileSync(join(at, 'a.c'), program);
	const tools = '/usr/bin, /usr/lib/gcc, /usr/libexec/gcc';
	const policy = `files: [{ read: /usr/include }, { create: ${at} }]\nprograms: [{ run: [${tools}] }]\n`;
	await guarded('gcc', policy, [
		'/usr/bin/gcc',
		'-O2',
		'-g',
		'-Wall',
		'-o',
		join(at, 'a'),
		join(at, 'a.c'),
		'-lm',
	]);
	await guarded('gcc', policy, [
		'/usr/bin/gcc',
		'-O2',
		'-flto',
		'-shared',
		'-fPIC',
		'-o',
		join(at, 'a.so'),
		join(at, 'a.c'),
	]);
	if (!existsSync(join(at, 'a'))) tally('gcc').failed++;
}

/** Threads, processes, a C call-back (which libffi builds as code), sqlite, compression, regular expressions. */
const script = `
import ctypes, hashlib, json, multiprocessing, os, re, socket, sqlite3, subprocess, sys, tempfile, threading, zlib
def square(n): return n * n
def main():
    with multiprocessing.Pool(2) as pool: assert pool.map(square, range(50))[7] == 49
    order = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
    def compare(a, b):
        open('/etc/passwd').close()
        return a[0] - b[0]
    numbers = (ctypes.c_int * 20)(*range(20, 0, -1))
    ctypes.CDLL(None).qsort(numbers, 20, ctypes.sizeof(ctypes.c_int), order(compare))
    assert numbers[0] == 1
    database = sqlite3.connect(os.path.join(tempfile.mkdtemp(), 'a.db'))
    database.execute('create table t (a, b)')
    database.executemany('insert into t values (?, ?)', [(n, str(n)) for n in range(2000)])
    database.commit()
    def worker():
        for n in range(50): open(sys.argv[1]).read()
    threads = [threading.Thread(target=worker) for _ in range(4)]
    for one in threads: one.start()
    for one in threads: one.join()
    server = socket.create_server(('127.0.0.1', 0))
    client = socket.create_connection(server.getsockname())
    server.accept()[0].send(zlib.compress(json.dumps(list(range(1000))).encode()))
    assert len(json.loads(zlib.decompress(client.recv(65536)))) == 1000
    assert subprocess.run(['/bin/echo', 'x'], capture_output=True).stdout == b'x\\n'
    print('good', hashlib.sha256(re.sub('a+', 'b', 'caaat').encode()).hexdigest()[:4])
if __name__ == '__main__': main()
`;

async function computes(): Promise<void> {
	const at = fresh('python');
	writeFileSync(join(at, 'a.py'), script);
	const network = 'network: [{ out: loopback }, { in: loopback }]\n';
	const programs =
		'programs: [{ run: [/usr/bin/python3, /bin/echo, /sbin/ldconfig, /usr/bin/gcc, /bin/sh] }]\n';
	const policy = `files: [{ read: ${at} }, { write: /dev/shm }]\n${network}${programs}`;
	await guarded('python', policy, ['/usr/bin/python3', join(at, 'a.py'), join(at, 'a.py')], /^good/m);
}

const page = `<title>x</title><canvas id=c></canvas><script>
let n = 0; for (let i = 0; i < 3e6; i++) n = (n * 31 + i) | 0;
localStorage.setItem('n', n);
document.getElementById('c').getContext('2d').fillRect(0, 0, 10, 10);
const bytes = Uint8Array.from([0,97,115,109,1,0,0,0,1,5,1,96,0,1,127,3,2,1,0,7,5,1,1,97,0,0,10,6,1,4,0,65,42,11]);
WebAssembly.instantiate(bytes).then(({ instance }) => { document.title = instance.exports.a(); });
</script>`;
const server = createServer((_, response) => response.end(page));

async function browses(): Promise<void> {
	const at = fresh('chromium');
	const { port } = server.address() as AddressInfo;
	const reads =
		'/etc/chromium, /etc/chromium.d, /etc/fonts, /etc/default, /usr/lib/chromium, /sys/devices, /etc/ssl, /var/cache/fontconfig';
	const policy = `files: [{ create: ${at} }, { read: [${reads}] }]
network: [{ out: loopback, ports: ${port}, protocol: tcp }]
programs: [{ run: [/usr/lib/chromium, /usr/bin, /bin/sh] }]\n`;
	const words = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${at}`];
	const budget = '--virtual-time-budget=3000';
	const all = ['/usr/bin/chromium', ...words, budget, '--dump-dom', `http://127.0.0.1:${port}/`];
	await guarded('chromium', policy, all, /<title>42<\/title>/);
}

async function until(what: string, ready: () => Promise<boolean> | boolean): Promise<boolean> {
	for (const late = Date.now() + patience; Date.now() < late; await delay(1000))
		if (await ready()) return true;
	console.log(`${what} has not happened in ${patience / 1000} s`);
	return false;
}

const size = 2_000_000;
const eserver = `${addresses[0]}:4661`;

/** Two amuleds, both behind the guard under the profile that is shipped: the second fetches from the first. */
class Mules {
	readonly #net: PrivateNet;
	readonly #files = new Map<string, Buffer>();
	readonly #alice: Mule;
	readonly #bob: Mule;
	#next = 0;

	private constructor(net: PrivateNet) {
		this.#net = net;
		for (let number = 0; number < 80; number++) this.#files.set(`orchard${number}.bin`, randomBytes(size));
		const one = { servers: [eserver], guarded: true };
		const files = Object.fromEntries(this.#files);
		this.#alice = new Mule(net, {
			...one,
			address: addresses[1],
			files,
			remote: { host: '127.0.0.1', port: 4711 },
		});
		this.#bob = new Mule(net, { ...one, address: addresses[2], remote: { host: '127.0.0.1', port: 4712 } });
	}

	static async start(): Promise<Mules> {
		const net = await PrivateNet.make();
		await net.server(eserver);
		const mules = new Mules(net);
		for (const mule of [mules.#alice, mules.#bob]) await begin(mule);
		return mules;
	}

	/** amuled 2.3.3 may stall for good: then both begin anew, and so does the file. */
	async round(): Promise<void> {
		const own = tally('amuled');
		const name = `orchard${this.#next++ % this.#files.size}.bin`;
		const bytes = this.#files.get(name)!;
		const hash = Buffer.from(md4(bytes)).toString('hex').toUpperCase();
		const source = `sources,${this.#alice.address}:4662`;
		own.runs++;
		await this.#bob.ask(`add ed2k://|file|${name}|${size}|${hash}|/|${source}|/`);
		const path = join(this.#bob.incoming, name);
		const here = () => existsSync(path) && statSync(path).size === size;
		if ((await until(`amuled has ${name}`, here)) && readFileSync(path).equals(bytes)) return;
		own.failed++;
		await this.#again();
	}

	async #again(): Promise<void> {
		for (const mule of [this.#bob, this.#alice]) {
			await mule.stop();
			await begin(mule);
		}
	}

	async close(): Promise<void> {
		for (const mule of [this.#bob, this.#alice]) {
			await mule.stop();
			tally('amuled').add(mule.told);
		}
		await this.#net.close();
	}
}

async function begin(mule: Mule): Promise<void> {
	mule.start();
	await until('an answer of amuled', async () => /eD2k/.test(await mule.ask('status')));
	await mule.ask(`connect ${eserver}`);
	await until('a connection of amuled', async () => /Connected to/.test(await mule.ask('status')));
}

/** Two nodes behind the guard: each round one fetches what the other shares, and searches. */
class Nodes {
	readonly #giver: RunningNode;
	readonly #taker: RunningNode;

	private constructor(giver: RunningNode, taker: RunningNode) {
		this.#giver = giver;
		this.#taker = taker;
	}

	static async start(): Promise<Nodes> {
		const share = join(temporaryFolder(), 'share');
		mkdirSync(share);
		for (let number = 0; number < 20; number++)
			writeFileSync(join(share, `willow number${number}.bin`), randomBytes(500_000));
		const words = [
			'node',
			'--guarded',
			'--listen',
			'127.0.0.1:0',
			'--api',
			'127.0.0.1:0',
			'--role',
			'ultrapeer',
		];
		const giver = await startNode([...words, '--home', join(temporaryFolder(), 'home'), '--share', share]);
		const peer = ['--peer', `gnutella:${giver.listen}`];
		const taker = await startNode([...words, '--home', join(temporaryFolder(), 'home'), ...peer]);
		return new Nodes(giver, taker);
	}

	async round(number: number): Promise<void> {
		const own = tally('node');
		own.runs++;
		try {
			const hits = await this.#taker.json('search', `number${number % 20}`, 'willow', '--wait', '4');
			const [got] = await this.#taker.json('get', JSON.stringify(hits[0]), '--wait');
			if (got.state !== 'complete') throw new Error(`the transfer is ${got.state}`);
			await this.#giver.json('library');
		} catch (error) {
			own.failed++;
			console.log(`node: ${(error as Error).message}`);
		}
	}

	async close(): Promise<void> {
		for (const node of [this.#taker, this.#giver]) tally('node').add((await node.stop()).stderr);
	}
}

function report(): void {
	for (const [name, { runs, failed, heard, refused, alarms, seen }] of tallies) {
		console.log(
			`${name}: ${runs} times, ${failed} failed, ${heard} calls judged, ${refused} refused, ${alarms} alarms`,
		);
		for (const line of seen) console.log(`  ${line}`);
	}
}

/** A system call from memory that was made for it: without an alarm here, none elsewhere would say anything. */
const stub = `
import ctypes, mmap
page = mmap.mmap(-1, 4096, prot=7)
page.write(bytes.fromhex('4889f84889f74889d64889ca4d89c20f05c3'))
at = ctypes.addressof(ctypes.c_char.from_buffer(page))
print(ctypes.CFUNCTYPE(ctypes.c_long, ctypes.c_long, ctypes.c_char_p, ctypes.c_long)(at)(2, b'/etc/passwd', 0))
`;

async function planted(): Promise<void> {
	const output = await guarded('planted', '', ['/usr/bin/python3', '-c', stub]);
	const { alarms } = tally('planted');
	tallies.delete('planted');
	if (alarms === 1 && Number(output) === -13) return;
	console.log('the alarm does not sound where it must');
	process.exit(1);
}

mkdirSync(join(folder, 'work'));
await planted();
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const began = process.hrtime.bigint();
const mules = whyNoMule() === undefined ? await Mules.start() : undefined;
const nodes = await Nodes.start();
let rounds = 0;
while (Date.now() < end) {
	for (const work of [
		commits,
		compiles,
		computes,
		browses,
		() => nodes.round(rounds),
		() => mules?.round(),
	]) {
		await work();
		await delay(1000);
	}
	rounds++;
	const hours = Number(process.hrtime.bigint() - began) / 3.6e12;
	console.log(`${rounds} rounds, ${hours.toFixed(2)} h`);
	report();
	await delay(Math.min(rest, Math.max(0, end - Date.now())));
}
await nodes.close();
await mules?.close();
server.close();
const hours = Number(process.hrtime.bigint() - began) / 3.6e12;
console.log(`${rounds} rounds in ${hours.toFixed(2)} h`);
report();
const all = [...tallies.values()];
const sum = (of: (one: Tally) => number): number => all.reduce((total, one) => total + of(one), 0);
console.log(`all: ${sum(({ heard }) => heard)} calls judged, ${sum(({ alarms }) => alarms)} false alarms`);
removeFolders();
process.exit(
	sum(({ alarms }) => alarms) > 0 || sum(({ failed }) => failed) > sum(({ runs }) => runs) / 20 ? 1 : 0,
);

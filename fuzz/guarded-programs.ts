/** Programs that we did not write, each behind the guard under a policy of its own, at their ordinary work. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { launcher, temporaryFolder } from '../test/cli/sallyport.ts';
import { tallies, tally } from './guarded-tally.ts';

const folder = temporaryFolder();
mkdirSync(join(folder, 'work'));
const base = 'uses: [base]\noverflow: deny\n';

/** Runs one program under a policy: what it printed. */
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

export async function commits(): Promise<void> {
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

export async function compiles(): Promise<void> {
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

export async function computes(): Promise<void> {
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
export const server = createServer((_, response) => response.end(page));

export async function browses(): Promise<void> {
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

/** A system call from memory that was made for it: without an alarm here, none elsewhere would say anything. */
const stub = `
import ctypes, mmap
page = mmap.mmap(-1, 4096, prot=7)
page.write(bytes.fromhex('4889f84889f74889d64889ca4d89c20f05c3'))
at = ctypes.addressof(ctypes.c_char.from_buffer(page))
print(ctypes.CFUNCTYPE(ctypes.c_long, ctypes.c_long, ctypes.c_char_p, ctypes.c_long)(at)(2, b'/etc/passwd', 0))
`;

export async function planted(): Promise<void> {
	const output = await guarded('planted', '', ['/usr/bin/python3', '-c', stub]);
	const { alarms } = tally('planted');
	tallies.delete('planted');
	if (alarms === 1 && Number(output) === -13) return;
	throw new Error('the alarm does not sound where it must');
}

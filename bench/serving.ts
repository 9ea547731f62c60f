/**
 * Serving. One stream of 512 MiB over loopback beside Debian's nginx, which serves the same file with sendfile and one
 * worker; and fifty uploads under one limit: how far the worst of them is from an equal share.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/node/clock.ts';
import { Throttle } from '../src/transfer/throttle.ts';
import { Pump } from '../src/world/pump.ts';
import { end, owned } from './children.ts';
import { type Library, makeLibrary } from './library.ts';
import { type Side, startNode } from './node.ts';
import { sides } from './sides.ts';
import { upload } from './upload.ts';

const ROUNDS = 7;
const UPLOADS = 50;
const MIB = 1024 * 1024;
/** Bytes a second of all of them together. */
const LIMIT = 8 * MIB;
const SECONDS = 10;

export async function serving(): Promise<void> {
	const library = makeLibrary(true);
	const node = await startNode(library);
	const nginx = await startNginx(library);
	await sides(
		'512 MiB on one link, beside nginx',
		[
			{ name: 'sustained', unit: 'GB/s', digits: 2, bar: '>= 0.8 x nginx' },
			{ name: 'for a second of processor time', unit: 'GB', digits: 2 },
		],
		ROUNDS,
		() => upload(node, library.target, undefined),
		nginx && (() => upload(nginx, '/large%20file.bin', undefined)),
		'nginx',
	);
	await node.end();
	await nginx?.end();
	library.remove();
	await fairness();
}

/** undefined: it is not installed. */
async function startNginx(library: Library): Promise<Side | undefined> {
	if (spawnSync('nginx', ['-v']).status !== 0) {
		console.log('nginx is not run beside it: it is not installed (apt-get install nginx-light)');
		return undefined;
	}
	const folder = join(library.folder, 'nginx');
	mkdirSync(folder);
	const port = await freePort();
	const config = join(folder, 'nginx.conf');
	const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
	writeFileSync(
		config,
		`daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
		events { worker_connections 64; }
		http {
			access_log off; sendfile on; tcp_nopush on; keepalive_timeout 60;
			${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
			server { listen 127.0.0.1:${port}; root ${JSON.stringify(library.share)}; }
		}`,
	);
	// As root its worker would be another user; the share belongs to us.
	const user = process.getuid?.() === 0 ? ['-g', 'user root;'] : [];
	const words = ['-p', folder, '-c', config, '-e', `${folder}/error.log`, ...user];
	const child = owned(spawn('nginx', words, { stdio: ['ignore', 'ignore', 'inherit'] }));
	for (let tries = 0; tries < 50 && child.exitCode === null; tries++) {
		const answer = await fetch(`http://127.0.0.1:${port}/large%20file.bin`, { method: 'HEAD' }).catch(
			() => undefined,
		);
		if (answer?.status === 200) {
			// The worker sends; the master only waits.
			const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
			return { host: '127.0.0.1', port, pid: Number(children.split(' ')[0]), end: () => end(child) };
		}
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	await end(child);
	throw new Error(`nginx did not become ready: ${readFileSync(join(folder, 'error.log'), 'utf8')}`);
}

function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer().once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
		});
	});
}

/**
 * Fifty links over loopback, each with a pump of its own on one file, under one limit: the throttle and the pump of
 * the node, without slots. What each peer has got after some seconds is compared with an equal share.
 */
async function fairness(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-fair-'));
	const path = join(folder, 'file');
	writeFileSync(path, Buffer.alloc(16 * MIB, 7));
	const file = await open(path);
	const throttle = new Throttle(systemClock, { total: () => LIMIT, perHost: () => undefined });
	let accepted = 0;
	const server = createServer((socket) => {
		const stream = throttle.open(`10.0.0.${++accepted}`);
		socket.on('error', () => {}).on('close', () => stream.close());
		let at = 0;
		const read = async (buffer: Uint8Array): Promise<number> => {
			const most = await stream.take(Math.min(buffer.length, 16 * MIB - at));
			const { bytesRead } = await file.read(buffer, 0, most, at);
			at = (at + bytesRead) % (16 * MIB);
			return bytesRead;
		};
		const write = (bytes: Uint8Array): Promise<void> =>
			new Promise((resolve, reject) => {
				socket.write(bytes, (error) => (error ? reject(error) : resolve()));
			});
		void new Pump(read, Number.MAX_SAFE_INTEGER).run(write, String);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (typeof address !== 'object' || address === null) throw new Error('no address');
	const got = new Array<number>(UPLOADS).fill(0);
	const links = got.map((_, i) =>
		connect(address.port, '127.0.0.1').on('data', (bytes) => {
			got[i]! += bytes.length;
		}),
	);
	// From here on all of them run.
	await new Promise((resolve) => setTimeout(resolve, 1000));
	const before = [...got];
	const started = performance.now();
	await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
	const seconds = (performance.now() - started) / 1000;
	const shares = got.map((bytes, i) => bytes - before[i]!);
	for (const link of links) link.destroy();
	await new Promise((resolve) => server.close(resolve));
	await file.close();
	rmSync(folder, { recursive: true });
	const sum = shares.reduce((all, one) => all + one, 0);
	const fair = sum / UPLOADS;
	const worst = Math.max(...shares.map((one) => Math.abs(one / fair - 1)));
	console.log(
		`${UPLOADS} uploads under a limit of ${LIMIT / MIB} MiB/s, ${SECONDS} s: worst deviation from an equal share ` +
			`${(worst * 100).toFixed(1)} % [bar: <= 10 %]; together ${(sum / MIB / seconds).toFixed(2)} MiB/s`,
	);
}

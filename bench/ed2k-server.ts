/**
 * The eDonkey server under the load that the figures of others are from: 100 clients with 200 files each, names of
 * four words out of 3,000. Then a million and ten million files, 10,000 clients, and a million forged datagrams. The
 * server is a process of its own; the clients are this one, on the same two cores.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { end, owned } from './children.ts';
import { anyWord, Ed2kClient, offerOf } from './ed2k-client.ts';
import { flood } from './ed2k-forged.ts';
import type { ServerHeld } from './ed2k-server-host.ts';
import { median } from './sides.ts';

const CLIENTS = 100;
const FILES = 200;
const ROUNDS = 7;

interface Hosted {
	readonly child: ChildProcess;
	readonly port: number;
	held(): Promise<ServerHeld>;
}

async function startServer(): Promise<Hosted> {
	const child = owned(
		fork(join(import.meta.dirname, 'ed2k-server-host.ts'), [], {
			execArgv: ['--expose-gc'],
			stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
		}),
	);
	const [said] = (await once(child.stdout!, 'data')) as [Buffer];
	const held = async (): Promise<ServerHeld> => {
		child.send('held');
		return ((await once(child, 'message')) as [ServerHeld])[0];
	};
	return { child, port: Number(said.toString()), held };
}

/** Many addresses of loopback: a port range has room for 28,000 links of one. */
function hostOf(n: number): string {
	return `127.0.${1 + (n >>> 7)}.${1 + (n & 127)}`;
}

async function logIn(port: number, count: number): Promise<Ed2kClient[]> {
	const clients: Ed2kClient[] = [];
	for (let i = 0; i < count; i++) {
		const client = new Ed2kClient(port, hostOf(i));
		await client.login(i + 1);
		clients.push(client);
	}
	return clients;
}

function quantile(times: readonly number[], part: number): number {
	return [...times].sort((a, b) => a - b)[Math.floor(times.length * part)]!;
}

/** A round on a server that runs: the clients come, publish, and go again with all that they had. */
async function publish(server: Hosted, parallel: boolean): Promise<{ rate: number; kept: number }> {
	const clients = await logIn(server.port, CLIENTS);
	const offers = clients.map((_, i) => offerOf(i * FILES, FILES));
	const started = performance.now();
	if (parallel) await Promise.all(clients.map((client, i) => client.offer([offers[i]!])));
	else for (const [i, client] of clients.entries()) await client.offer([offers[i]!]);
	const rate = (CLIENTS * FILES) / ((performance.now() - started) / 1000);
	const { files } = await server.held();
	for (const client of clients) client.socket.destroy();
	while ((await server.held()).users > 0) await new Promise((resolve) => setTimeout(resolve, 50));
	return { rate, kept: files };
}

async function publishing(): Promise<void> {
	const server = await startServer();
	await publish(server, false);
	for (const parallel of [false, true]) {
		const runs: { rate: number; kept: number }[] = [];
		for (let i = 0; i < ROUNDS; i++) runs.push(await publish(server, parallel));
		const rates = runs.map(({ rate }) => rate);
		const lost = runs.reduce((sum, { kept }) => sum + CLIENTS * FILES - kept, 0);
		console.log(
			`publish, ${parallel ? '100 in parallel' : 'one after another'}: ${median(rates).toFixed(0)} files/s (${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}), ${lost} lost [bar: 84,000 files/s, 0 lost]`,
		);
	}
	await end(server.child);
}

async function searching(): Promise<void> {
	const server = await startServer();
	const clients = await logIn(server.port, CLIENTS);
	for (const [i, client] of clients.entries()) await client.offer([offerOf(i * FILES, FILES)]);
	let hits = 0;
	const times: number[] = [];
	const rates: number[] = [];
	for (let i = 0; i < 3000; i++) await clients[0]!.search(anyWord());
	for (let round = 0; round < ROUNDS; round++) {
		for (let i = 0; i < 2000; i++) {
			const started = performance.now();
			hits += await clients[0]!.search(anyWord());
			times.push(performance.now() - started);
		}
		const started = performance.now();
		const each = 500;
		await Promise.all(
			clients.slice(0, 20).map(async (client) => {
				for (let i = 0; i < each; i++) await client.search(anyWord());
			}),
		);
		rates.push((20 * each) / ((performance.now() - started) / 1000));
	}
	const found = (hits / times.length).toFixed(1);
	console.log(
		`search: p50 ${quantile(times, 0.5).toFixed(3)} ms, p99 ${quantile(times, 0.99).toFixed(3)} ms, ${found} hits each [bar: 0.23 ms; 26.7 hits expected]`,
	);
	console.log(
		`search, 20 in flight: ${median(rates).toFixed(0)}/s (${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}) [bar: 8,000/s]`,
	);
	await end(server.child);
}

/** So many files of 100 clients. */
async function stock(count: number): Promise<void> {
	const server = await startServer();
	const before = await server.held();
	const clients = await logIn(server.port, CLIENTS);
	const started = performance.now();
	for (let first = 0; first < count; first += 2000) {
		const client = clients[(first / 2000) % CLIENTS]!;
		await client.offer(Array.from({ length: 10 }, (_, i) => offerOf(first + i * FILES, FILES)));
	}
	const seconds = (performance.now() - started) / 1000;
	const after = await server.held();
	const times: number[] = [];
	for (let i = 0; i < 1000; i++) {
		const asked = performance.now();
		await clients[0]!.search(`${anyWord()} ${anyWord()}`);
		times.push(performance.now() - asked);
	}
	const resident = (after.rss - before.rss) / after.files;
	console.log(
		`${after.files} files in ${seconds.toFixed(0)} s (with their making): ${resident.toFixed(0)} bytes resident a file, ${(after.indexBytes / after.files).toFixed(0)} in the index, ${(after.rss / 2 ** 30).toFixed(2)} GiB in all [bar: 400]; a search of two words p50 ${quantile(times, 0.5).toFixed(2)} ms, p99 ${quantile(times, 0.99).toFixed(2)} ms`,
	);
	await end(server.child);
}

async function crowd(): Promise<void> {
	const server = await startServer();
	const before = await server.held();
	const clients = await logIn(server.port, 10_000);
	const after = await server.held();
	for (let i = 0; i < 100; i++) await clients[i * 100]!.offer([offerOf(i * FILES, FILES)]);
	const times: number[] = [];
	for (let i = 0; i < 2000; i++) {
		const started = performance.now();
		await clients[(i * 37) % 10_000]!.search(anyWord());
		times.push(performance.now() - started);
	}
	const each = (after.rss - before.rss) / after.users;
	console.log(
		`${after.users} clients connected: ${(each / 1024).toFixed(1)} KiB resident each, ${((after.heap - before.heap) / after.users / 1024).toFixed(1)} KiB live; a search of any of them p50 ${quantile(times, 0.5).toFixed(3)} ms`,
	);
	await end(server.child);
}

async function forged(): Promise<void> {
	const server = await startServer();
	const clients = await logIn(server.port, 31);
	for (const [i, client] of clients.entries()) await client.offer([offerOf(i * FILES, FILES)]);
	await flood(server.port, clients[0]!);
	const { datagrams, datagramsHeld } = await server.held();
	console.log(`of these ${datagrams + datagramsHeld} came through the kernel, ${datagrams} were looked at`);
	await end(server.child);
}

export async function ed2kServer(): Promise<void> {
	await publishing();
	await searching();
	await stock(1_000_000);
	await stock(10_000_000);
	await crowd();
	await forged();
}

/**
 * A process of the tests of live captures, started in a network namespace by live-network.ts:
 *
 *   live-party.ts capture NAME [OPTIONS]   captures until the line `stop`; tells which marks it saw first
 *   live-party.ts worker NAME [OPTIONS]    the same in a worker thread, stopped by a message
 *   live-party.ts send ADDRESS             sends datagrams: one line `MARK COUNT`, texts `MARK 0` to `MARK COUNT-1`
 *   live-party.ts tunnel NAME TYPE         makes a tunnel of this ARPHRD type, sends a packet through it, captures
 */
import { createSocket } from 'node:dgram';
import { openSync, readFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type koffi from 'koffi';
import { isRefusal } from '../../../src/evidence/refusal.ts';
import { LiveCapture, type LiveOptions } from '../../../src/watch/capture/live.ts';
import type { PacketSink } from '../../../src/watch/capture/packet-sink.ts';
import { type Said, udpText } from './live-network.ts';

const say = (said: Said): void => {
	if (isMainThread) process.stdout.write(`${JSON.stringify(said)}\n`);
	else parentPort!.postMessage(said);
};

/** Maps of packet rings in this process. */
const maps = (): number => readFileSync('/proc/self/maps', 'utf8').split('socket:[').length - 1;

class Listener implements PacketSink {
	readonly texts: string[] = [];
	readonly tunnel: { link: number; data: string }[] = [];
	readonly #seen = new Set<string>();

	packet(bytes: Uint8Array, from: number, to: number, _wire: number, link: number): void {
		if (link !== 1) this.tunnel.push({ link, data: Buffer.from(bytes.subarray(from, to)).toString('hex') });
		const text = udpText(bytes.subarray(from, to));
		if (text === undefined) return;
		this.texts.push(text);
		const mark = text.split(' ')[0]!;
		if (this.#seen.has(mark)) return;
		this.#seen.add(mark);
		say({ seen: mark });
	}
}

const throwing: PacketSink = {
	packet(_bytes, from, to, wire) {
		// Only of what was cut: of a datagram of ours.
		if (to - from === wire) return;
		throw new Error(`no more of ${to - from}`);
	},
};

async function capture(name: string, options: LiveOptions, signal: AbortSignal): Promise<void> {
	const live = LiveCapture.open(name, options);
	if (isRefusal(live)) return say({ refusal: live });
	say({ how: live.how, maps: maps() });
	const listener = new Listener();
	if (process.env['LIVE_SINK'] === 'throws') {
		const thrown = await live.run(throwing, signal).catch((error: Error) => error.message);
		return say({ thrown: `${thrown}`, maps: maps() });
	}
	const end = await live.run(listener, signal);
	say({ end, texts: listener.texts, tunnel: listener.tunnel, maps: maps() });
}

async function untilStopped(name: string, options: LiveOptions): Promise<void> {
	const stop = new AbortController();
	const lines = createInterface(process.stdin).on('line', () => stop.abort());
	await capture(name, options, stop.signal);
	lines.close();
}

function inWorker(name: string, options: LiveOptions): void {
	const worker = new Worker(new URL(import.meta.url), { workerData: { name, options } });
	const lines = createInterface(process.stdin).on('line', () => worker.postMessage('stop'));
	worker.on('message', say);
	worker.on('error', (error) => {
		throw error;
	});
	worker.on('exit', () => lines.close());
}

async function asWorker(): Promise<void> {
	const { name, options } = workerData as { name: string; options: LiveOptions };
	const stop = new AbortController();
	parentPort!.once('message', () => stop.abort());
	await capture(name, options, stop.signal);
}

async function send(address: string): Promise<void> {
	const socket = createSocket('udp4');
	for await (const line of createInterface(process.stdin)) {
		const [mark, count] = line.split(' ');
		for (let index = 0; index < Number(count); index++)
			await new Promise<void>((resolve, reject) =>
				socket.send(`${mark} ${index}`, 6346, address, (error) => (error ? reject(error) : resolve())),
			);
		say({ sent: mark! });
	}
	socket.close();
}

/** linux/if_tun.h: TUNSETIFF and TUNSETLINK; IFF_TUN and IFF_NO_PI. */
async function tunnel(name: string, type: number): Promise<void> {
	const { default: library }: { default: typeof koffi } = await import('koffi');
	const c = library.load(null);
	const setInterface = c.func('int ioctl(int, unsigned long, void *)');
	const setNumber = c.func('ioctl', 'int', ['int', 'unsigned long', 'unsigned long']);
	const file = openSync('/dev/net/tun', 'r+');
	const request = Buffer.alloc(40);
	request.write(name, 'latin1');
	request.writeUInt16LE(0x1001, 16);
	if (setInterface(file, 0x400454ca, request) < 0) throw new Error(`TUNSETIFF: ${library.errno()}`);
	if (setNumber(file, 0x400454cd, type) < 0) throw new Error(`TUNSETLINK: ${library.errno()}`);
	const flags = Buffer.alloc(40);
	flags.write(name, 'latin1');
	flags.writeUInt16LE(1, 16);
	const socket = c.func('int socket(int, int, int)')(2, 2, 0);
	if (setInterface(socket, 0x8914, flags) < 0) throw new Error(`SIOCSIFFLAGS: ${library.errno()}`);
	const stop = new AbortController();
	const ended = capture(name, {}, stop.signal);
	writeSync(file, Buffer.from(process.env['TUNNEL_PACKET'] ?? '', 'hex'));
	createInterface(process.stdin).on('line', () => stop.abort());
	await ended;
	process.exit();
}

const [, , what, name = '', third = '{}'] = process.argv;
if (!isMainThread) await asWorker();
else if (what === 'capture') await untilStopped(name, JSON.parse(third));
else if (what === 'worker') inWorker(name, JSON.parse(third));
else if (what === 'send') await send(name);
else if (what === 'tunnel') await tunnel(name, Number(third));
else throw new Error(`live-party.ts does not know ${what}`);

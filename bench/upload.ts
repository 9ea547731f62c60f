/** One file over loopback by HTTP: milliseconds to the first byte of the body, and bytes a second. */
import { connect } from 'node:net';
import { freshSource, startPeer } from './gtkg.ts';
import { makeLibrary } from './library.ts';
import { type Side, startNode } from './node.ts';
import { cpuSeconds, type Figures, sides } from './sides.ts';

const ROUNDS = 7;
const CHUNK = 1024 * 1024;

/** Two requests on one new link: first a kilobyte, as a servent that probes a source; then all of the file. */
export function upload(side: Side, target: string, from: string | undefined): Promise<Figures> {
	return new Promise((resolve, reject) => {
		let head = '';
		let expected = -1;
		let got = 0;
		let asked = 0;
		let used = 0;
		let firstMs = 0;
		let second = false;
		const ask = (range: string): void => {
			head = '';
			expected = -1;
			got = 0;
			used = cpuSeconds(side.pid);
			asked = performance.now();
			socket.write(
				`GET ${target} HTTP/1.1\r\nHost: x\r\nUser-Agent: bench/1\r\nConnection: Keep-Alive\r\nRange: bytes=${range}\r\n\r\n`,
			);
		};
		const complete = (): void => {
			if (!second) {
				second = true;
				return ask('0-');
			}
			const seconds = (performance.now() - asked) / 1000;
			const cpu = cpuSeconds(side.pid) - used;
			socket.removeAllListeners('close');
			socket.destroy();
			resolve({
				'first byte': firstMs,
				sustained: got / 1e9 / seconds,
				'for a second of processor time': got / 1e9 / cpu,
			});
		};
		const taken = (length: number, buffer: Uint8Array): boolean => {
			if (expected >= 0) got += length;
			else {
				head += Buffer.from(buffer.buffer, buffer.byteOffset, length).toString('latin1');
				const end = head.indexOf('\r\n\r\n');
				if (end < 0) return true;
				const said = /content-length: *(\d+)/i.exec(head);
				if (!/^HTTP\/1\.1 20[06]/.test(head) || said === null) {
					socket.destroy(new Error(head.split('\r\n', 1)[0]));
					return false;
				}
				expected = Number(said[1]);
				got = head.length - end - 4;
			}
			if (got > 0 && !second && firstMs === 0) firstMs = performance.now() - asked;
			if (got >= expected) complete();
			return true;
		};
		// One buffer for all reads: the receiver must not be what is measured.
		const socket = connect({
			host: side.host,
			port: side.port,
			...(from === undefined ? {} : { localAddress: from }),
			onread: { buffer: new Uint8Array(CHUNK), callback: taken },
		});
		socket.setTimeout(60_000, () => socket.destroy(new Error('nothing came for 60 s')));
		socket.on('error', reject);
		socket.on('close', () => reject(new Error('the link was closed')));
		socket.on('connect', () => ask('0-999'));
	});
}

export async function uploads(): Promise<void> {
	const library = makeLibrary(true);
	const node = await startNode(library);
	const peer = await startPeer(library);
	await sides(
		'upload of 512 MiB on one link',
		[
			{ name: 'first byte', unit: 'ms', digits: 1, bar: '<= 10 ms' },
			{ name: 'sustained', unit: 'GB/s', digits: 2, bar: '>= 1.5 x gtk-gnutella' },
			{ name: 'for a second of processor time', unit: 'GB', digits: 2 },
		],
		ROUNDS,
		() => upload(node, library.target, undefined),
		peer && (() => upload(peer, library.target, freshSource())),
	);
	await node.end();
	await peer?.end();
	library.remove();
}

/**
 * Queries handled per second on one link: a client links as an ultrapeer (plain, no deflate), sends
 * unique queries that nobody can answer, and a PING at the end; the time until its PONG is the time for
 * all. The same client is run against this node and, where SALLYPORT_BENCH_GTKG names its address
 * (`host:port` of a running gtk-gnutella ultrapeer that this host can reach), against gtk-gnutella.
 */
import { connect } from 'node:net';
import { encodeGreeting } from '../src/networks/gnutella/wire/handshake.ts';
import { encodeMessage, MessageType } from '../src/networks/gnutella/wire/message.ts';
import { encodeQuery } from '../src/networks/gnutella/wire/query.ts';

const guid = (n: number, run: number): Uint8Array => {
	const bytes = new Uint8Array(16);
	new DataView(bytes.buffer).setUint32(0, n);
	new DataView(bytes.buffer).setUint32(4, run);
	bytes[8] = 0xff;
	return bytes;
};

/** Seconds that the node at this address takes for so many queries. */
export function askQueries(
	host: string,
	port: number,
	count: number,
	run: number,
	from?: string,
): Promise<number> {
	const ping = guid(0xfffffff0, run);
	const queries = Array.from({ length: count }, (_, i) =>
		encodeMessage(
			MessageType.Query,
			guid(i, run),
			2,
			1,
			encodeQuery({ text: `nobody has ${run} ${i} of these` }),
		),
	);
	const flood = Buffer.concat([...queries, encodeMessage(MessageType.Ping, ping, 1, 0, new Uint8Array(0))]);
	return new Promise((resolve, reject) => {
		const socket = connect({ host, port, ...(from === undefined ? {} : { localAddress: from }) });
		let phase = 0;
		let started = 0;
		let tail = Buffer.alloc(0);
		socket.setTimeout(60_000, () => socket.destroy(new Error('no answer in 60 s')));
		socket.on('error', reject);
		socket.on('close', () => reject(new Error('the link was closed')));
		socket.on('connect', () => {
			socket.write(
				encodeGreeting({ kind: 'connect', version: '0.6' }, [
					['User-Agent', 'bench/1'],
					['X-Ultrapeer', 'True'],
					['X-Query-Routing', '0.2'],
					['X-Ultrapeer-Query-Routing', '0.1'],
					['GGEP', '0.5'],
				]),
			);
		});
		socket.on('data', (bytes: Buffer) => {
			tail = Buffer.concat([tail.subarray(-64), bytes]);
			if (phase === 0) {
				if (!tail.toString('latin1').includes(' 200 ')) return;
				phase = 1;
				socket.write(encodeGreeting({ kind: 'status', code: 200, text: 'OK' }));
				setTimeout(() => {
					started = performance.now();
					socket.write(flood);
				}, 500);
			} else if (tail.includes(Buffer.from(ping))) {
				resolve((performance.now() - started) / 1000);
				socket.destroy();
			}
		});
	});
}

/** The other ends of links: a handshake, and a leaf that stays. */
import { connect, type Socket } from 'node:net';
import { LinkDeflater } from '../src/networks/gnutella/wire/deflate.ts';
import { encodeGreeting } from '../src/networks/gnutella/wire/handshake.ts';
import { encodeMessage, MessageType } from '../src/networks/gnutella/wire/message.ts';
import { tableMessages } from '../src/networks/gnutella/wire/qrp-patch.ts';
import { RouteTable } from '../src/networks/gnutella/wire/qrp-table.ts';

/** Connect, CONNECT, and the answer: the socket, once 200 has come. */
export function handshake(
	host: string,
	port: number,
	headers: [string, string][],
	from?: string,
): Promise<Socket> {
	return new Promise((resolve, reject) => {
		const socket = connect({ host, port, ...(from === undefined ? {} : { localAddress: from }) });
		let text = '';
		socket.on('error', reject);
		socket.on('connect', () => socket.write(encodeGreeting({ kind: 'connect', version: '0.6' }, headers)));
		const onData = (bytes: Buffer): void => {
			text += bytes.toString('latin1');
			if (!text.includes('\r\n\r\n')) return;
			socket.off('data', onData);
			if (/^GNUTELLA\/0\.6 200 /.test(text)) resolve(socket);
			else reject(new Error(text.split('\r\n', 1)[0]));
		};
		socket.on('data', onData);
	});
}

/** A leaf that stays: it has sent a table of 65,536 slots and, with deflate, sends and takes deflate. */
export async function leaf(port: number, number: number, deflate: boolean): Promise<Socket> {
	const headers: [string, string][] = [
		['User-Agent', 'bench/1'],
		['X-Ultrapeer', 'False'],
		['X-Query-Routing', '0.2'],
		['Vendor-Message', '0.2'],
	];
	if (deflate) headers.push(['Accept-Encoding', 'deflate']);
	const socket = await handshake(
		'127.0.0.1',
		port,
		headers,
		`127.1.${Math.floor(number / 250)}.${(number % 250) + 1}`,
	);
	socket.on('error', () => {});
	socket.resume();
	const table = new RouteTable(65_536);
	for (let i = 0; i < 100; i++) table.addText(`file ${number} of words ${i} and others ${i * 7}`);
	const guid = new Uint8Array(16);
	const frames = [
		...tableMessages(table, undefined, 4).map((payload) =>
			encodeMessage(MessageType.Qrp, guid, 1, 0, payload),
		),
		encodeMessage(MessageType.Ping, guid, 1, 0, new Uint8Array(0)),
	];
	socket.write(
		encodeGreeting(
			{ kind: 'status', code: 200, text: 'OK' },
			deflate ? [['Content-Encoding', 'deflate']] : [],
		),
	);
	if (!deflate) for (const frame of frames) socket.write(frame);
	else {
		const deflater = new LinkDeflater();
		for (const frame of frames) deflater.push(frame);
		socket.write(deflater.flush());
	}
	return socket;
}

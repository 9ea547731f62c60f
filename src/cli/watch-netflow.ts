import { createSocket } from 'node:dgram';
import { isRefusal } from '../evidence/refusal.ts';
import { NetflowDecoder } from '../watch/capture/netflow.ts';
import { JoinedFlows } from '../watch/flows/joined.ts';
import type { Hosts } from '../watch/recognise/hosts.ts';
import { CommandFailed, type Context } from './context.ts';

/** What a router told until Ctrl-C. */
export interface NetflowEnd {
	readonly event_type: 'summary';
	readonly datagrams: number;
	readonly records: number;
	readonly flows: number;
	/** Datagrams that were no NetFlow, and sets of data before their template. */
	readonly refused: number;
	readonly early: number;
}

/** `sallyport watch --netflow HOST:PORT`: the behavioural part alone, from records without payload. */
export async function listenToNetflow(
	address: { host: string; port: number },
	hosts: Hosts,
	context: Context,
): Promise<NetflowEnd> {
	const decoder = new NetflowDecoder();
	let datagrams = 0;
	let refused = 0;
	let flows = 0;
	const joined = new JoinedFlows((flow) => {
		flows++;
		hosts.add(flow, undefined);
	});
	const socket = createSocket(address.host.includes(':') ? 'udp6' : 'udp4');
	socket.on('message', (bytes, from) => {
		datagrams++;
		const result = decoder.datagram(`${from.address}:${from.port}`, bytes, (one) => joined.add(one));
		if (isRefusal(result)) refused++;
	});
	await new Promise<void>((resolve, reject) => {
		socket.once('error', (error) =>
			reject(new CommandFailed(`${address.host}:${address.port} cannot be listened to: ${error.message}`)),
		);
		socket.once('listening', () => {
			const { address: host, port } = socket.address();
			process.stderr.write(
				`Listening for NetFlow 5, 9 and IPFIX on ${host}:${port}; Ctrl-C shows the hosts.\n`,
			);
		});
		context.interrupted.addEventListener('abort', () => resolve());
		socket.bind(address.port, address.host);
	});
	socket.close();
	joined.end();
	return { event_type: 'summary', datagrams, records: decoder.records, flows, refused, early: decoder.early };
}

import type { Peer } from '../node/api/schemas.ts';
import { findApi } from './client.ts';
import type { Context } from './context.ts';
import { duration, print, printJson, printTable, size } from './print.ts';

/** `sallyport peers` */
export async function run(context: Context): Promise<number> {
	const peers = await findApi(context).allRows<Peer>('peers');
	if (context.json) {
		for (const peer of peers) printJson(peer);
	} else if (peers.length === 0) {
		print('No peer is connected. "sallyport status" says why.');
	} else {
		const now = Date.now();
		printTable(
			['address', 'role', 'way', 'since', 'in', 'out', 'refused', 'agent'],
			peers.map((peer) => [
				peer.address,
				peer.role,
				peer.direction,
				duration((now - peer.since) / 1000),
				`${peer.in.messages} / ${size(peer.in.bytes)}`,
				`${peer.out.messages} / ${size(peer.out.bytes)}`,
				String(peer.refused),
				peer.agent,
			]),
		);
	}
	return 0;
}

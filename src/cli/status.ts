import type { Status } from '../node/api/schemas.ts';
import { findApi } from './client.ts';
import type { Context } from './context.ts';
import { count, duration, print, printJson, size } from './print.ts';

/** `sallyport status` */
export async function run(context: Context): Promise<number> {
	const api = findApi(context);
	const status = await api.get<Status>('status');
	if (context.json) {
		printJson(status);
		return 0;
	}
	print(
		`Sallyport ${status.version}, scope ${status.scope}, up ${duration((status.now - status.startedAt) / 1000)}, console ${api.url}`,
	);
	for (const {
		network,
		role,
		ultrapeers,
		leaves,
		servers,
		known,
		listen,
		reachable,
		why,
	} of status.networks) {
		print(
			network === 'edonkey' || network === 'opennap'
				? `${network}: ${role}, ${count(servers, 'server')}, ${count(known, 'server')} known, listens at ${listen}`
				: `${network}: ${role}, ${count(ultrapeers, network === 'fasttrack' ? 'super-node' : 'ultrapeer')}, ${count(leaves, 'leaf', 'leaves')}, ${count(known, 'host')} known, listens at ${listen}`,
		);
		print(`reachable: ${reachable}. ${why}`);
	}
	const { shared, rates, counts } = status;
	const hashing = shared.hashing === 0 ? '' : `, ${shared.hashing} wait for their hash`;
	print(`shares ${count(shared.files, 'file')}, ${size(shared.bytes)}${hashing}`);
	print(
		`down ${size(rates.down)}/s, up ${size(rates.up)}/s; ${count(counts.active, 'transfer')} active, ${count(counts.searches, 'search', 'searches')}, ${count(counts.evidence, 'record')} of evidence`,
	);
	return 0;
}

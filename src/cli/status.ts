import type { Status } from '../node/api/schemas.ts';
import { findApi } from './client.ts';
import type { Context } from './context.ts';
import { duration, print, printJson, size } from './print.ts';

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
	for (const { network, role, ultrapeers, leaves, known, reachable, why } of status.networks) {
		print(
			`${network}: ${role}, ${ultrapeers} ultrapeers, ${leaves} leaves, ${known} hosts known, listens at ${status.listen}`,
		);
		print(`reachable: ${reachable}. ${why}`);
	}
	const { shared, rates, counts } = status;
	const hashing = shared.hashing === 0 ? '' : `, ${shared.hashing} wait for their hash`;
	print(`shares ${shared.files} files, ${size(shared.bytes)}${hashing}`);
	print(
		`down ${size(rates.down)}/s, up ${size(rates.up)}/s; ${counts.active} transfers active, ${counts.searches} searches, ${counts.evidence} records of evidence`,
	);
	return 0;
}

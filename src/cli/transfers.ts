import type { Transfer } from '../node/api/schemas.ts';
import { findApi } from './client.ts';
import type { Context } from './context.ts';
import { print, printJson, printTable, size } from './print.ts';

/** `sallyport transfers`; `--release ID` and `--delete ID` decide over a file in quarantine. */
export async function run(context: Context): Promise<number> {
	const api = findApi(context);
	const { release, delete: discard } = context.options as { release?: number; delete?: number };
	if (release !== undefined) await api.post(`transfers/${release}/release`);
	if (discard !== undefined) await api.post(`transfers/${discard}/cancel`);
	const transfers = await api.allRows<Transfer>('transfers');
	if (context.json) {
		for (const transfer of transfers) printJson(transfer);
	} else if (transfers.length === 0) {
		print('Nothing is being fetched. Try: sallyport search WORDS');
	} else {
		printTable(
			['id', 'state', 'done', 'rate', 'sources', 'name', 'why'],
			transfers.map((one) => [
				String(one.id),
				one.state,
				one.size === null ? size(one.done) : `${size(one.done)} of ${size(one.size)}`,
				`${size(one.rate)}/s`,
				String(one.sources),
				one.name,
				one.path ?? one.why,
			]),
		);
	}
	return 0;
}

import type { Transfer, Upload } from '../node/api/schemas.ts';
import { findApi } from './client.ts';
import type { Context } from './context.ts';
import { print, printJson, printTable, size } from './print.ts';

/** `sallyport transfers`: downloads, then uploads; `--release ID` and `--delete ID` decide over a file in quarantine. */
export async function run(context: Context): Promise<number> {
	const api = findApi(context);
	const { release, delete: discard } = context.options as { release?: number; delete?: number };
	if (release !== undefined) await api.post(`transfers/${release}/release`);
	if (discard !== undefined) await api.post(`transfers/${discard}/cancel`);
	const transfers = await api.allRows<Transfer>('transfers');
	if (context.json) {
		for (const transfer of transfers) printJson(transfer);
		return 0;
	}
	if (transfers.length === 0) {
		print('Nothing is being fetched. Try: sallyport search WORDS');
	} else {
		printTable(
			['id', 'state', 'done', 'rate', 'sources', 'name', 'why'],
			transfers.map((one) => [
				String(one.id),
				one.verdict === 'unverified' ? `${one.state}, unverified` : one.state,
				one.size === null ? size(one.done) : `${size(one.done)} of ${size(one.size)}`,
				`${size(one.rate)}/s`,
				String(one.sources),
				one.name,
				one.path ?? one.why,
			]),
		);
	}
	const uploads = await api.allRows<Upload>('uploads');
	if (uploads.length > 0) printUploads(uploads);
	return 0;
}

function printUploads(uploads: readonly Upload[]): void {
	print('');
	printTable(
		['upload', 'done', 'rate', 'to', 'agent', 'name'],
		uploads.map(({ state, position, done, from, to, rate, peer, agent, name }) => [
			position === undefined ? state : `${state}, place ${position}`,
			`${size(done)} of ${size(to - from)}`,
			`${size(rate)}/s`,
			peer,
			agent,
			name,
		]),
	);
}

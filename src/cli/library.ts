import { resolve } from 'node:path';
import type { Explanation, Folder, FolderPreview, LibraryFile } from '../node/api/schemas.ts';
import { type Client, findApi } from './client.ts';
import type { Context } from './context.ts';
import { count, print, printable, printJson, printTable, size } from './print.ts';

/** `sallyport library`: with --json a line a file. `--explain PATH` and `--preview DIR` ask about one. */
export async function run(context: Context): Promise<number> {
	const api = findApi(context);
	const { explain, preview } = context.options as { explain?: string; preview?: string };
	if (explain !== undefined) return explainPath(api, resolve(explain), context);
	if (preview !== undefined) return previewFolder(api, resolve(preview), context);
	if (context.json) {
		for await (const file of api.rows<LibraryFile>('files')) printJson(file);
		return 0;
	}
	const folders = await api.get<Folder[]>('folders');
	if (folders.length === 0) print('You share nothing. That is the default.');
	for (const { path, files, bytes, hashing, leftOutCount } of folders) {
		print(
			`${path}: ${count(files, 'file')}, ${size(bytes)}, ${hashing} wait for their hash, ${leftOutCount} left out`,
		);
	}
	const rows: string[][] = [];
	for await (const file of api.rows<LibraryFile>('files')) {
		const urns = [
			...(file.sha1 === undefined ? [] : [`urn:sha1:${file.sha1}`]),
			...(file.ed2k === undefined ? [] : [`urn:ed2k:${file.ed2k}`]),
			...(file.fthash === undefined || file.kzhash !== undefined ? [] : [`urn:fthash:${file.fthash}`]),
			...(file.kzhash === undefined ? [] : [`urn:kzhash:${file.kzhash}`]),
		];
		const urn = urns.join(' ') || 'waits for its hash';
		rows.push([size(file.size), urn, `${count(file.requests, 'time')}, ${size(file.served)}`, file.path]);
	}
	if (rows.length > 0) printTable(['size', 'urn', 'served', 'path'], rows);
	return 0;
}

/** Exit status 0: it is shared; 3: a rule leaves it out; 1: it is not (yet). */
async function explainPath(api: Client, path: string, { json }: Context): Promise<number> {
	const said = await api.get<Explanation>(`files/explain?path=${encodeURIComponent(path)}`);
	if (json) printJson(said);
	else {
		print(`${said.shared ? 'shared' : 'not shared'}: ${printable(said.path)}\n${printable(said.reason)}`);
		if (said.advice !== undefined) print(said.advice);
	}
	if (said.shared) return 0;
	return said.code === undefined ? 1 : 3;
}

async function previewFolder(api: Client, path: string, { json }: Context): Promise<number> {
	const said = await api.get<FolderPreview>(`folders/preview?path=${encodeURIComponent(path)}`);
	if (json) {
		printJson(said);
		return 0;
	}
	print(
		`${printable(said.path)} would share ${count(said.files, 'file')}, ${size(said.bytes)}. Nothing is shared yet.`,
	);
	if (!said.whole) print('It is larger than what is looked at: share parts of it instead.');
	for (const { short, count: many } of said.byReason) print(`left out: ${many} (${short})`);
	if (said.surprising.length > 0) {
		print('Would you expect these to be shared?');
		printTable(
			['size', 'path', 'why'],
			said.surprising.map((one) => [size(one.size), one.path, one.why]),
		);
	}
	return 0;
}

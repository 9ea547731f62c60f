import type { Folder, LibraryFile } from '../node/api/schemas.ts';
import { findApi } from './client.ts';
import type { Context } from './context.ts';
import { count, print, printJson, printTable, size } from './print.ts';

/** `sallyport library`: with --json a line a file. */
export async function run(context: Context): Promise<number> {
	const api = findApi(context);
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
		const urn = file.sha1 === undefined ? 'waits for its hash' : `urn:sha1:${file.sha1}`;
		rows.push([size(file.size), urn, `${count(file.requests, 'time')}, ${size(file.served)}`, file.path]);
	}
	if (rows.length > 0) printTable(['size', 'urn', 'served', 'path'], rows);
	return 0;
}

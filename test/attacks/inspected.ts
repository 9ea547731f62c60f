/** A fetched file, as the inspection sees it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { look, type Seen } from '../../src/transfer/inspection/look.ts';

/** `lists`: files of the user's home, by name. No scanner of this machine is asked. */
export async function inspected(
	bytes: Uint8Array,
	name: string,
	off: string[],
	lists: Record<string, string> = {},
): Promise<Seen> {
	const home = mkdtempSync(join(tmpdir(), 'inspected-'));
	try {
		for (const [list, text] of Object.entries(lists)) writeFileSync(join(home, list), text);
		const path = join(home, 'stored');
		writeFileSync(path, bytes);
		return await look({ path, name, home, reached: [], off }, () => {});
	} finally {
		rmSync(home, { recursive: true });
	}
}

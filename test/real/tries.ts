/**
 * Tries with amuled 2.3.3, which may wait for good where it shares its processors (mule-traps.ts): each try has parties of
 * its own, and later ones have more time.
 */
import { once } from 'node:events';
import { PrivateNet } from './private-net.ts';

/** Milliseconds of each try; a quiet machine needs 12 to 45 seconds. */
const tries = [60_000, 90_000, 120_000, 360_000];
export const timeout = 900_000;

/** Once more where it fails. */
export async function inNet(server: string, run: (net: PrivateNet) => Promise<void>): Promise<void> {
	for (const patience of tries) {
		try {
			return await inOneNet(server, run, patience);
		} catch (error) {
			if (patience === tries.at(-1)) throw error;
			console.log(`another try, since ${error}`);
		}
	}
}

async function inOneNet(
	server: string,
	run: (net: PrivateNet) => Promise<void>,
	patience: number,
): Promise<void> {
	const net = await PrivateNet.make();
	const late = new AbortController();
	const tooLate = once(late.signal, 'abort').then(() => {
		throw new Error(`it has not ended in ${patience / 1000} s`);
	});
	const alarm = setTimeout(() => late.abort(), patience);
	try {
		await net.server(server);
		await Promise.race([run(net), tooLate]);
	} finally {
		clearTimeout(alarm);
		await net.close();
	}
}

/** Handshakes a second, one after the other: connect, CONNECT, and the answer 200. */
import { freshSource, startPeer } from './gtkg.ts';
import { makeLibrary } from './library.ts';
import { handshake } from './links.ts';
import { type Side, startNode } from './node.ts';
import { cpuSeconds, type Figures, sides } from './sides.ts';

const COUNT = 300;
const ROUNDS = 7;

async function inARow(side: Side, from: string | undefined): Promise<Figures> {
	const used = cpuSeconds(side.pid);
	const started = performance.now();
	for (let i = 0; i < COUNT; i++) {
		// gtk-gnutella takes no leaf without deflate.
		const headers: [string, string][] = [
			['User-Agent', 'bench/1'],
			['X-Ultrapeer', 'False'],
			['Accept-Encoding', 'deflate'],
		];
		(await handshake(side.host, side.port, headers, from)).destroy();
	}
	const seconds = (performance.now() - started) / 1000;
	const cpu = cpuSeconds(side.pid) - used;
	return { 'a second': COUNT / seconds, 'a second of processor time': COUNT / cpu };
}

export async function handshakes(): Promise<void> {
	const library = makeLibrary(false);
	const node = await startNode(library);
	const peer = await startPeer(library);
	await sides(
		'handshakes one after another',
		[
			{ name: 'a second', unit: '/s', digits: 0, bar: '>= 2,400' },
			{ name: 'a second of processor time', unit: '/s', digits: 0 },
		],
		ROUNDS,
		() => inARow(node, undefined),
		peer && (() => inARow(peer, freshSource())),
	);
	await node.end();
	await peer?.end();
	library.remove();
}

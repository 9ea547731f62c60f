/**
 * The thread of the practice neighbourhood. All nodes of it live here, apart from the user's own node:
 * what they do never delays the console, and what breaks here does not take the node along.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Overlay } from '../api/schemas.ts';
import { Catalogue } from './catalogue.ts';
import { edonkeyNeighbourhood } from './edonkey.ts';
import { fasttrackNeighbourhood } from './fasttrack.ts';
import { gnutellaNeighbourhood } from './gnutella.ts';
import type { Joining } from './neighbourhood.ts';
import { opennapNeighbourhood } from './opennap.ts';

/** What the thread tells. */
export type Told =
	| { readonly kind: 'ready'; readonly joining: Joining }
	| { readonly kind: 'overlay'; readonly overlay: Overlay };

/** A network of the neighbourhood is a line here. */
const networks = [gnutellaNeighbourhood, edonkeyNeighbourhood, opennapNeighbourhood, fasttrackNeighbourhood];

const { version } = workerData as { version: string };
const tell = (told: Told) => parentPort!.postMessage(told);

const catalogue = new Catalogue();
const agent = `Sallyport/${version} (practice)`;
const neighbourhoods = await Promise.all(networks.map((start) => start(catalogue, agent)));
tell({
	kind: 'ready',
	joining: {
		peers: neighbourhoods.flatMap(({ joining }) => [...joining.peers]),
		seeds: neighbourhoods.flatMap(({ joining }) => [...joining.seeds]),
		hostCaches: neighbourhoods.flatMap(({ joining }) => [...joining.hostCaches]),
	},
});

let last = '';
setInterval(() => {
	const overlay = picture();
	const text = JSON.stringify(overlay);
	if (text !== last) tell({ kind: 'overlay', overlay });
	last = text;
}, 1000);

function picture(): Overlay {
	const pictures = neighbourhoods.map((one) => one.overlay());
	return {
		nodes: pictures.flatMap(({ nodes }) => nodes),
		edges: pictures.flatMap(({ edges }) => edges),
	};
}

parentPort!.on('message', async () => {
	await Promise.all(neighbourhoods.map((neighbourhood) => neighbourhood.stop()));
	process.exit();
});

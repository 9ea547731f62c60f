/** FastTrack as the node runs it, on virtual links: super-nodes and leaves are networks/fasttrack, all of it. */
import { FastTrack } from '../networks/fasttrack/index.ts';
import type { SharedFile } from '../networks/network.ts';
import { VirtualNet } from '../world/virtual.ts';
import type { Address } from '../world/world.ts';
import { addressOf, type Content } from './content.ts';
import { LabHost, type TakenHit } from './lab-host.ts';
import { Tally, TappedWorld } from './tap.ts';
import type { Role, Watcher } from './watched.ts';
import { FastTrackWords } from './watched-words.ts';

const PORT = 1214;

export interface FastTrackLeaf {
	readonly fasttrack: FastTrack;
	readonly hits: readonly TakenHit[];
}

export class FastTrackNet {
	readonly net: VirtualNet;
	readonly tally = new Tally();
	readonly supernodes: FastTrack[] = [];
	readonly leaves: FastTrackLeaf[] = [];
	/** Searches begun so far: their numbers. */
	searches = 0;
	/** What nodes have refused because of a defence. */
	refused = 0;
	readonly #defencesOff: readonly string[];
	/** Leaves and the super-nodes that they were told of by hand, by host. */
	readonly #links: (readonly [string, string])[] = [];

	constructor(seed: number, defencesOff: readonly string[]) {
		this.net = new VirtualNet({ seed, latency: 60 });
		this.#defencesOff = defencesOff;
	}

	supernodeAddress(supernode: number): Address {
		return { host: `192.168.${supernode}.1`, port: PORT };
	}

	/** `others`: super-nodes that it tells its leaves of; `neighbours`: those that it is linked with, who must name it too. */
	addSupernode(others: readonly Address[] = [], neighbours: readonly Address[] = []): void {
		const at = this.supernodeAddress(this.supernodes.length);
		this.supernodes.push(this.#node('supernode', at, others, new LabHost([], this.net), neighbours));
	}

	addLeaf(seeds: readonly Address[], files: readonly SharedFile[] = []): void {
		const at = { host: addressOf(this.leaves.length), port: PORT };
		const host = new LabHost(files, this.net);
		for (const seed of seeds) this.#links.push([at.host, seed.host]);
		this.leaves.push({ fasttrack: this.#node('leaf', at, seeds, host), hits: host.hits });
	}

	/** Somebody looks on; to be called before the first link stands. `others` are neither super-nodes nor leaves. */
	watchedBy(watcher: Watcher | undefined, others: readonly (readonly [string, Role])[] = []): void {
		const leaves = new Set(this.leaves.map((_, leaf) => addressOf(leaf)));
		watcher?.look({
			net: this.net,
			hosts: [
				...this.supernodes.map((_, one) => [this.supernodeAddress(one).host, 'server'] as const),
				...[...leaves].map((leaf) => [leaf, 'leaf'] as const),
				...others,
			],
			links: this.#links,
			reader: new FastTrackWords((host) => leaves.has(host)),
		});
	}

	/** Links of leaves to super-nodes that stand. */
	get links(): number {
		return this.leaves.reduce((sum, { fasttrack }) => sum + linksOf(fasttrack), 0);
	}

	/** Leaves that have none. */
	get alone(): number {
		return this.leaves.filter(({ fasttrack }) => linksOf(fasttrack) === 0).length;
	}

	run(milliseconds: number): void {
		this.net.run(this.net.now + milliseconds);
	}

	#node(
		role: 'leaf' | 'supernode',
		announce: Address,
		seeds: readonly Address[],
		host: LabHost,
		neighbours: readonly Address[] = [],
	): FastTrack {
		const world = this.net.world(
			announce.host,
			(raw) => {
				const tapped = new TappedWorld(raw, announce.host, this.tally, ({ code }) => {
					if (code.startsWith('defence.')) this.refused++;
				});
				return new FastTrack(tapped, host, {
					...{ role, announce, seeds, neighbours, user: 'lab', network: 'KaZaA', agent: 'Sallyport/lab' },
					usable: () => true,
					defencesOff: this.#defencesOff,
				});
			},
			{ port: PORT },
		);
		world.network.start();
		return world.network;
	}
}

function linksOf(node: FastTrack): number {
	return node.peers().length;
}

/** The files of a leaf, with a name that the laboratory makes up from their number. */
export function fasttrackFiles(content: Content, node: number): SharedFile[] {
	return Array.from(content.filesOf(node), (file) => {
		const fthash = new Uint8Array(20).fill(7);
		new DataView(fthash.buffer).setUint32(0, file);
		return { id: file + 1, name: `${content.nameOf(file)}.mp3`, size: 3_000_000 + file * 1009, fthash };
	});
}

import { createHash } from 'node:crypto';

/**
 * Who is linked with whom: an undirected graph in two typed arrays (compressed rows). The neighbours of node n
 * are `neighbours[starts[n]]` to `neighbours[starts[n + 1] - 1]`. A link stands in both rows.
 */
export interface Graph {
	readonly nodes: number;
	/** Links, each counted once. */
	readonly links: number;
	readonly starts: Int32Array;
	readonly neighbours: Int32Array;
}

export function degreeOf(graph: Graph, node: number): number {
	return graph.starts[node + 1] - graph.starts[node];
}

/** Collects links, then lays them out. Loops are left out; twins too where `twins` is false. */
export class GraphBuilder {
	#ends = new Int32Array(1024);
	#count = 0;
	readonly nodes: number;

	constructor(nodes: number) {
		this.nodes = nodes;
	}

	get links(): number {
		return this.#count / 2;
	}

	link(one: number, other: number): void {
		if (one === other) return;
		if (this.#count === this.#ends.length) {
			const grown = new Int32Array(this.#ends.length * 2);
			grown.set(this.#ends);
			this.#ends = grown;
		}
		this.#ends[this.#count++] = one;
		this.#ends[this.#count++] = other;
	}

	/** The ends of link number `at`, for whoever draws in proportion to degree. */
	end(at: number): number {
		return this.#ends[at];
	}

	get ends(): number {
		return this.#count;
	}

	build(): Graph {
		const starts = new Int32Array(this.nodes + 1);
		for (let at = 0; at < this.#count; at++) starts[this.#ends[at] + 1]++;
		for (let node = 0; node < this.nodes; node++) starts[node + 1] += starts[node];
		const neighbours = new Int32Array(this.#count);
		const fill = starts.slice(0, this.nodes);
		for (let at = 0; at < this.#count; at += 2) {
			const one = this.#ends[at];
			const other = this.#ends[at + 1];
			neighbours[fill[one]++] = other;
			neighbours[fill[other]++] = one;
		}
		return withoutTwins(this.nodes, starts, neighbours);
	}
}

/** Names a graph in what is cited: files that differ in comments or line ends only have the same. */
export function fingerprintOf({ starts, neighbours }: Graph): string {
	return createHash('sha256').update(starts).update(neighbours).digest('hex').slice(0, 16);
}

/** The graph without the links of some nodes. */
export function without(graph: Graph, nodes: readonly number[]): Graph {
	const gone = new Uint8Array(graph.nodes);
	for (const node of nodes) gone[node] = 1;
	const builder = new GraphBuilder(graph.nodes);
	for (let node = 0; node < graph.nodes; node++) {
		if (gone[node] === 1) continue;
		for (let at = graph.starts[node]; at < graph.starts[node + 1]; at++) {
			const other = graph.neighbours[at];
			if (other > node && gone[other] === 0) builder.link(node, other);
		}
	}
	return builder.build();
}

/** Rows sorted; a link that was named twice, or from both sides, is one link. */
function withoutTwins(nodes: number, starts: Int32Array, neighbours: Int32Array): Graph {
	let to = 0;
	for (let node = 0; node < nodes; node++) {
		const from = starts[node];
		const end = starts[node + 1];
		if (end - from > 1) neighbours.subarray(from, end).sort();
		starts[node] = to;
		let before = -1;
		for (let at = from; at < end; at++) {
			const neighbour = neighbours[at];
			if (neighbour === before) continue;
			before = neighbour;
			neighbours[to++] = neighbour;
		}
	}
	starts[nodes] = to;
	return { nodes, links: to / 2, starts, neighbours: neighbours.slice(0, to) };
}

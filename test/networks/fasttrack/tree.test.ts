/** The tree of kzhash, offered and taken between nodes of ours; and what others may say instead. */
import { describe, expect, it } from 'vitest';
import { hex } from '../../../src/networks/common/hash.ts';
import type { FetchRequest } from '../../../src/networks/network.ts';
import { contentOf, type MemberOf, makeNet, member, requestOf, treeOf } from './net.ts';
import { request, Scene, there } from './scripted.ts';

const size = 300_000;
const song = { name: 'amber.mp3', size };
const tree = treeOf(contentOf(song));
const kzhash = request.fthash! + hex(tree.root);
const wanted: FetchRequest = { ...request, kzhash, size, from: 0, tree: true };

describe('whoever asks for the tree of a file', () => {
	const scene = new Scene({ files: [song], announce: there });
	const ask = (target: string) => scene.caller('198.51.100.8', `GET ${target} HTTP/1.1\r\n\r\n`).text();

	it('gets hashes of its slices, 16 bytes each, by its kzhash', () => {
		const [head, body] = ask(`/.kztree=${scene.sharedTree()}`).split('\r\n\r\n');
		expect(head.split('\r\n')).toEqual([
			'HTTP/1.1 200 OK',
			'Server: Sallyport/test',
			'Content-Length: 80',
			'Content-Type: application/octet-stream',
			'Connection: close',
		]);
		expect(Buffer.from(body, 'latin1').equals(tree.slices)).toBe(true);
	});

	it('gets none of another root, none of what is not shared, and nothing for a part of a name', () => {
		const fthash = hex(scene.shared());
		expect(ask(`/.kztree=${fthash}${'0'.repeat(32)}`)).toMatch(/^HTTP\/1.1 404 /);
		expect(ask(`/.kztree=${'0'.repeat(40)}${hex(tree.root)}`)).toMatch(/^HTTP\/1.1 404 /);
		expect(scene.codes()).toEqual([]);
		expect(ask(`/.kztree=${fthash}`)).toMatch(/^HTTP\/1.1 404 /);
	});
});

/** What becomes of a question for the tree that is answered so, in pieces of so many bytes. */
function answered(head: string, body: Uint8Array, cut = 10_000) {
	const scene = new Scene({ role: 'leaf' });
	scene.node.fetch(wanted);
	const { link } = scene.world.dials.at(-1)!;
	scene.world.answer(link);
	scene.world.flush();
	const asked = Buffer.from(scene.world.sentOn(link)).toString();
	expect(asked).toMatch(new RegExp(`^GET /.kztree=${kzhash} HTTP/1.1\r\n`));
	expect(asked).not.toContain('Range');
	const all = Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]);
	for (let at = 0; at < all.length; at += cut)
		if (!scene.isEnded(link)) scene.feed(link, all.subarray(at, at + cut));
	return { codes: scene.codes(), trees: scene.trees, fetched: scene.fetched };
}

describe('a source that is asked for its tree', () => {
	const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 80';

	it.each([1, 7, 10_000])('gives it, in pieces of %i', (cut) => {
		const { codes, trees, fetched } = answered(ok, tree.slices, cut);
		expect({ codes, fetched }).toEqual({ codes: [], fetched: [''] });
		expect(trees).toEqual([{ kind: 'kazaa', slices: tree.slices, slice: 65_536 }]);
	});

	it.each([
		['longer', 'HTTP/1.1 200 OK\r\nContent-Length: 96'],
		['shorter', 'HTTP/1.1 200 OK\r\nContent-Length: 64'],
		['as long as it likes', 'HTTP/1.1 200 OK\r\nContent-Length: 999999999999'],
		['of no length', 'HTTP/1.1 200 OK'],
		['a part of it', 'HTTP/1.1 206 OK\r\nContent-Length: 80\r\nContent-Range: bytes 0-79/80'],
	])('and whose answer is %s gives nothing: fasttrack.fetch.tree', (_, head) => {
		const { codes, trees, fetched } = answered(head, new Uint8Array(96));
		expect(codes).toEqual(['fasttrack.fetch.tree']);
		expect({ trees, fetched }).toEqual({ trees: [], fetched: ['the source answered nonsense'] });
	});

	it('and has none says so', () => {
		const { codes, trees, fetched } = answered(
			'HTTP/1.1 404 Not Found\r\nContent-Length: 0',
			new Uint8Array(0),
		);
		expect({ codes, trees, fetched }).toEqual({ codes: [], trees: [], fetched: ['the source answered 404'] });
	});
});

describe('a file that is fetched', () => {
	function fetching(more: Partial<FetchRequest>, giving: MemberOf = {}) {
		const net = makeNet();
		member(net, '198.51.100.1', { role: 'supernode' });
		const [giver, taker] = ['198.51.100.2', '198.51.100.3'].map((ip, at) =>
			member(net, ip, { seeds: ['198.51.100.1'], ...(at === 0 && { files: [song], ...giving }) }),
		);
		net.run(net.now + 5000);
		taker.node.search(1, 'amber');
		net.run(net.now + 5000);
		const [file] = giver.shares.list;
		const its = hex(file.fthash!) + hex(file.kztree!);
		const ask = (fetch: number, of: Partial<FetchRequest>) => {
			taker.node.fetch(requestOf(taker.hits[0], { fetch, kzhash: its, size, ...of }));
			net.run(net.now + 5000);
		};
		ask(1, { to: 10, ...more });
		return { taker, ask };
	}

	it('comes with the offer of its tree, and then with that', () => {
		const { taker, ask } = fetching({});
		expect(taker.heads).toMatchObject([{ status: 206, hasTree: true }]);
		ask(2, { tree: true });
		expect(taker.trees).toEqual([{ kind: 'kazaa', slices: tree.slices, slice: 65_536 }]);
		expect(taker.fetched).toEqual(['', '']);
		expect(taker.bytes).toHaveLength(10);
	});

	it('and whose giver cannot be dialled: he calls, and is asked for the tree', () => {
		const { taker, ask } = fetching({}, { firewalled: true, announced: 0 });
		ask(2, { tree: true });
		expect(taker.trees).toMatchObject([{ kind: 'kazaa', slices: tree.slices }]);
		expect(taker.fetched).toEqual(['', '']);
	});

	it('comes with no offer for whom another tree would be proof', () => {
		const { taker } = fetching({ kzhash: '0'.repeat(72) });
		expect(taker.heads[0]).not.toHaveProperty('hasTree');
	});
});

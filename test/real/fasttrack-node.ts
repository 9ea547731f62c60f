/**
 * One FastTrack node of ours in a process of its own, for tests inside a network namespace:
 *   node fasttrack-node.ts ROLE HOST:PORT FILE|- SEED|-
 * It shares the one file. Commands are lines on standard input: `search TEXT`, `hash HEX`, `fetch`, which fetches
 * the first hit. What happens is a line of JSON on standard output.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { FtHash } from '../../src/library/fthash.ts';
import { parseAddress } from '../../src/networks/common/address.ts';
import { hex } from '../../src/networks/common/hash.ts';
import { FastTrack } from '../../src/networks/fasttrack/index.ts';
import type { Hit, Host, SharedFile } from '../../src/networks/network.ts';
import { SocketWorld } from '../../src/world/sockets.ts';

const [role, at, path, seed] = process.argv.slice(2) as ['leaf' | 'supernode', string, string, string];
const listen = parseAddress(at)!;
const say = (event: string, more: object = {}): void => console.log(JSON.stringify({ event, ...more }));

const content = path === '-' ? undefined : readFileSync(path);
const files: SharedFile[] = [];
if (content !== undefined) {
	const hash = new FtHash(content.length);
	hash.update(content);
	files.push({ id: 1, name: basename(path), size: content.length, fthash: hash.digest() });
}
const hits: Hit[] = [];
const sum = createHash('sha1');
let got = 0;
const host: Host = {
	shares: {
		files: files.length,
		kilobytes: 1,
		version: 1,
		match: (text) => files.filter(({ name }) => text.split(' ').every((word) => name.includes(word))),
		byId: (id) => files.find((file) => file.id === id),
		bySha1: () => undefined,
		byEd2k: () => undefined,
		byFthash: (fthash) => files.find((file) => hex(file.fthash!) === hex(fthash)),
		all: () => files,
		words: () => [],
		sha1s: () => [],
	},
	hit: (_search, hit) => {
		hits.push(hit);
		say('hit', { hit });
	},
	searchEnded: (_search, why) => say('ended', { why }),
	admit: (_link, asker) => {
		say('asked', { agent: asker.agent });
		return true;
	},
	tree: () => undefined,
	aich: () => undefined,
	alternates: () => [],
	heard: () => {},
	serve: (link, _file, from, to) => {
		world.send(link, Uint8Array.from(content!.subarray(from, to)));
		setImmediate(() => node.served(link, ''));
	},
	fetchHead: (_fetch, _link, head) => say('head', { head }),
	fetchBody: (_fetch, bytes) => {
		got += bytes.length;
		sum.update(bytes);
	},
	fetchTree: () => {},
	fetchEnd: (_fetch, why) => say('fetched', { why, got, sha1: sum.copy().digest('hex') }),
	remember: (address, what) => say('remember', { address, what }),
};
const world = new SocketWorld({
	listen,
	usable: () => true,
	localAddress: listen.host,
	notice: (record) => say('notice', { code: record.code, detail: record.detail }),
	limits: { highWater: 64 * 1024 * 1024 },
});
const node = new FastTrack(world, host, {
	role,
	announce: listen,
	user: `sallyport${listen.port}`,
	network: 'KaZaA',
	agent: 'Sallyport/test',
	usable: () => true,
	seeds: seed === '-' ? [] : [parseAddress(seed)!],
});
world.attach(node);
await world.listen();
node.start();
say('listening', { fthash: files[0]?.fthash === undefined ? '' : hex(files[0].fthash) });
let last = '';
setInterval(() => {
	const status = JSON.stringify({ ...node.status(), ...node.operator?.figures() });
	if (status !== last) say('status', { ...node.status(), ...node.operator?.figures() });
	last = status;
}, 200);
let searches = 0;
for await (const line of createInterface({ input: process.stdin })) {
	const [command, ...rest] = line.split(' ');
	if (command === 'search') node.search(++searches, rest.join(' '));
	else if (command === 'hash') node.search(++searches, '', `urn:fthash:${rest[0]}`);
	else if (command === 'fetch') {
		const hit = hits[0]!;
		node.fetch({ fetch: 1, source: hit.source, name: hit.name, fthash: hit.fthash ?? '', from: 0 });
	} else if (command === 'end') process.exit(0);
}

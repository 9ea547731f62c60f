/** Our clients and our server, and what is wrong with others who play one of the parts. */
import { describe, expect, it } from 'vitest';
import { nameSource, readSourceName } from '../../../src/networks/opennap/source-name.ts';
import type { VirtualNet } from '../../../src/world/virtual.ts';
import { contentOf } from '../fasttrack/net.ts';
import { type Guest, type GuestOf, guest, requestOf } from './party.ts';
import { makeNet, makeServer, SERVER, wait } from './server/net.ts';

const ONE = '198.51.100.1';
const TWO = '198.51.101.2';
const SONG = { name: 'miles davis so what.mp3', size: 5000 };

/** Anna has a song, Bert has found it. */
function found(anna: GuestOf = {}, bert: GuestOf = {}, options: Parameters<typeof makeServer>[1] = {}) {
	const net = makeNet();
	const server = makeServer(net, options);
	const has = guest(net, ONE, 'anna', { files: [SONG], ...anna });
	const wants = guest(net, TWO, 'bert', bert);
	wait(net, 3000);
	wants.node.search(1, 'miles davis');
	wait(net, 1000);
	return { net, server, has, wants };
}

function fetch(net: VirtualNet, wants: Guest, more = {}): void {
	wants.node.fetch(requestOf(wants.hits[0]!, more));
	wait(net, 3000);
}

describe('a client', () => {
	it('logs in, remembers the server, and tells what it shares without a path of its disk', () => {
		const { server, has, wants } = found();
		expect(server.network.operator.figures()).toMatchObject({ users: 2, files: 1 });
		expect(has.remembered).toEqual([SERVER]);
		expect(has.node.status()).toMatchObject({ servers: 1, role: 'client' });
		expect(has.node.peers()).toMatchObject([{ role: 'server', remote: SERVER }]);
		expect(wants.hits).toMatchObject([
			{ name: SONG.name, size: 5000, network: 'opennap', verdict: 'ok', source: { ...SERVER } },
		]);
		expect(readSourceName(wants.hits[0]!.source.id)).toEqual({ nick: 'anna', path: `1\\${SONG.name}` });
		expect(wants.ended).toEqual(['the server was asked']);
	});

	it('takes back what is no longer shared, and tells what is new', () => {
		const { net, server, has } = found();
		has.shares.drop(SONG.name);
		has.shares.add({ name: 'another.pdf' });
		has.shares.add({ name: 'a third.ogg' });
		wait(net, 3000);
		expect(server.network.operator.figures().files).toBe(2);
	});

	it('asks one search after the other, so that each gets its own answers', () => {
		const { net, wants } = found({ files: [SONG, { name: 'john coltrane.mp3' }] });
		wants.hits.length = 0;
		wants.node.search(2, 'coltrane');
		wants.node.search(3, 'davis');
		expect(wants.node.searchStands(2)).toEqual({ asked: 1, sentence: 'asking the server' });
		expect(wants.node.searchStands(3)).toEqual({ asked: 0, sentence: 'waiting for an earlier search' });
		wait(net, 1000);
		expect(wants.hits.map(({ name }) => name)).toEqual(['john coltrane.mp3', SONG.name]);
		wants.node.search(4, 'nobody has this');
		wants.node.search(5, '', 'urn:sha1:ABC');
		wait(net, 1000);
		expect(wants.ended.slice(-2)).toEqual([
			'OpenNap knows files by their names alone',
			'the server knows nobody who has it',
		]);
	});

	it('asks a server of the original program for each kind of file: without one it looks among music alone', async () => {
		const net = makeNet();
		const asked: string[] = [];
		const served = makeServer(net, { motd: 'VERSION opennap 0.36' });
		const { received } = served.network;
		served.network.received = (link, bytes) => {
			const text = Buffer.from(bytes).toString('latin1');
			if (text.includes('FILENAME')) asked.push(/TYPE (.*)$/.exec(text)?.[1] ?? 'none');
			received.call(served.network, link, bytes);
		};
		guest(net, ONE, 'anna', { files: [SONG] });
		const bert = guest(net, TWO, 'bert');
		wait(net, 3000);
		bert.node.search(1, 'miles davis');
		wait(net, 2000);
		expect(asked).toEqual(['none', 'audio', 'video', 'image', 'text', 'application']);
		expect(bert.hits).toHaveLength(1);
		expect(bert.ended).toEqual(['the server was asked']);
	});

	it('dials another server where one fails, later and later, and the same again', () => {
		const net = makeNet();
		const nowhere = { host: '198.51.100.99', port: 8888 };
		const anna = guest(net, ONE, 'anna', { servers: [nowhere, SERVER] });
		wait(net, 60_000);
		const failures = anna.world.notices.filter(({ code }) => code === 'opennap.join.failed');
		expect(failures.length).toBeGreaterThan(4);
		expect(failures.length).toBeLessThan(12);
		makeServer(net);
		wait(net, 600_000);
		expect(anna.node.status().servers).toBe(1);
	});

	it('does not dial servers outside its scope: opennap.join.address', () => {
		const net = makeNet();
		makeServer(net);
		const anna = guest(net, ONE, 'anna', { usable: () => false });
		wait(net, 3000);
		expect(anna.codes()).toEqual(['opennap.join.address']);
	});

	it('shows what a server says, without signs that would command a terminal: opennap.join.says', () => {
		const net = makeNet();
		makeServer(net, { motd: 'hello\u001b[2J\r\nthere' });
		const anna = guest(net, ONE, 'anna');
		wait(net, 3000);
		expect(anna.world.notices).toMatchObject([{ code: 'opennap.join.says', detail: 'hello [2J there' }]);
	});
});

describe('a file', () => {
	it('is fetched from who can be dialled, whole and in parts', () => {
		const { net, wants } = found();
		fetch(net, wants);
		expect(wants.heads).toMatchObject([{ status: 206, from: 0, to: 5000, size: 5000 }]);
		expect(wants.fetched).toEqual(['']);
		expect(wants.bytes()).toEqual(Buffer.from(contentOf(SONG)));
		fetch(net, wants, { fetch: 2, from: 1000, to: 1500 });
		expect(wants.fetched).toEqual(['', '']);
		expect(wants.bytes().subarray(5000)).toEqual(Buffer.from(contentOf(SONG).slice(1000, 1500)));
	});

	it('is brought by who cannot be dialled', () => {
		const { net, wants, has } = found({ firewalled: true });
		fetch(net, wants, { from: 10 });
		expect(wants.fetched).toEqual(['']);
		expect(wants.bytes()).toEqual(Buffer.from(contentOf(SONG).slice(10)));
		expect(has.codes().filter((code) => code !== 'opennap.join.says')).toEqual([]);
	});

	it('of who cannot be dialled is hidden from who cannot be dialled either', () => {
		const { wants } = found({ firewalled: true }, { firewalled: true });
		expect(wants.hits).toEqual([]);
	});

	it('whose bytes end too early is a failure, and what came is kept: opennap.fetch.short', () => {
		const { net, wants, has } = found({ cutAt: 4096 });
		fetch(net, wants);
		expect(wants.fetched[0]).toMatch(/^the source closed/);
		expect(wants.bytes()).toHaveLength(4096);
		expect(wants.codes()).toContain('opennap.fetch.short');
		// The rest is asked for from where it stopped.
		expect(has.shares.list).toHaveLength(1);
	});

	it('that begins with digits is not taken for its size', () => {
		const { net, wants, has } = found();
		const { content } = has.shares.list[0]!;
		content.set(Buffer.from('0000123'));
		fetch(net, wants);
		expect(wants.bytes()).toEqual(Buffer.from(content));
	});

	it('cannot be had where there is no slot, and its source is asked again later', () => {
		const { net, wants, has } = found();
		has.admit = { retryAfter: 10 };
		fetch(net, wants);
		expect(wants.heads).toMatchObject([{ status: 503, retryAfter: 60 }]);
		expect(wants.fetched).toEqual(['the source says: BUSY, TRY LATER']);
	});

	it('is not fetched without a size, nor twice at a time, nor from another server', () => {
		const { net, wants } = found();
		const { size: _, ...without } = requestOf(wants.hits[0]!);
		wants.node.fetch(without);
		wants.node.fetch(requestOf(wants.hits[0]!, { fetch: 2 }));
		wants.node.fetch(requestOf(wants.hits[0]!, { fetch: 3 }));
		const away = { ...wants.hits[0]!.source, host: '192.0.2.1' };
		wants.node.fetch(requestOf(wants.hits[0]!, { fetch: 4, source: away }));
		wait(net, 2000);
		expect(wants.fetched).toEqual([
			'in OpenNap a file is asked for by nick, path and size',
			'this file is being asked for already',
			'the source is a user of 192.0.2.1:8888, to which this node is not connected',
			'',
		]);
	});

	it('is no longer wanted: cancelled before and after the link is there', () => {
		const { net, wants } = found();
		wants.node.fetch(requestOf(wants.hits[0]!));
		wants.node.cancelFetch(1);
		wait(net, 1000);
		wants.node.fetch(requestOf(wants.hits[0]!, { fetch: 2 }));
		net.run(net.now + 50);
		wants.node.cancelFetch(2);
		wait(net, 1000);
		expect(wants.fetched).toEqual(['cancelled', 'cancelled']);
	});

	it('is declined by who no longer has it', () => {
		const { net, wants, has } = found();
		has.shares.drop(SONG.name);
		wants.node.fetch(requestOf(wants.hits[0]!));
		wait(net, 300);
		expect(wants.fetched).toEqual(['the server says that the file is not there, or its user away']);
	});
});

describe('the name of a source', () => {
	it('keeps any bytes of a path', () => {
		const path = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i)).replaceAll('\0', '');
		const id = nameSource({ nick: 'anna', path });
		expect(id).toMatch(/^[ -~]*$/);
		expect(readSourceName(id)).toEqual({ nick: 'anna', path });
		for (const odd of ['', 'anna', ' path', `${'n'.repeat(33)} path`, 'anna p\u00e4th']) {
			expect(readSourceName(odd)).toBeUndefined();
		}
	});
});

/**
 * Wireshark's tshark reads what our server and we as its client say: each message must come out of it as eDonkey, with
 * its kind, and none as malformed. Its dissector knows both ports by default; it cannot read packed frames.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isRefusal } from '../../src/evidence/refusal.ts';
import { hex } from '../../src/networks/common/hash.ts';
import { newMemory } from '../../src/networks/edonkey/server/memory.ts';
import { EdonkeyServer } from '../../src/networks/edonkey/server.ts';
import { EDONKEY, EMULE, encodeFrame, FrameSplitter } from '../../src/networks/edonkey/wire/frames.ts';
import { encodeHello } from '../../src/networks/edonkey/wire/hello.ts';
import { encodeLogin } from '../../src/networks/edonkey/wire/login.ts';
import { ClientMessage, MuleMessage, ServerMessage } from '../../src/networks/edonkey/wire/messages.ts';
import { encodeOffers } from '../../src/networks/edonkey/wire/records.ts';
import { encodeSearch } from '../../src/networks/edonkey/wire/search-tree.ts';
import { encodeCallbackRequest, encodeGetSources } from '../../src/networks/edonkey/wire/sources.ts';
import type { FetchRequest } from '../../src/networks/network.ts';
import { Recorder } from '../../src/world/recorder.ts';
import type { Address, Link } from '../../src/world/world.ts';
import { ed2kOf, fileAt, mule, type TestMule, wanted } from '../networks/edonkey/net.ts';
import { makeNet, makeServer, SERVER } from '../networks/edonkey/server/net.ts';
import { hash, kinds, someHello, someRecord, someTree } from '../networks/edonkey/wire/kinds.ts';
import { type Said, writePcap } from './capture.ts';

const version = spawnSync('tshark', ['--version'], { encoding: 'utf8' }).stdout;
if (!version) console.log('skipped: tshark is not installed (Debian: apt install tshark)');

const folder = mkdtempSync(join(tmpdir(), 'sallyport-tshark-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Protocol and kind of each message, in order, and how many packets are malformed. */
function dissected(said: readonly Said[], port: number): { kinds: string[]; malformed: number } {
	const file = join(folder, `${port}.pcap`);
	writeFileSync(file, writePcap({ host: '198.51.100.2', port: 40_000 }, { host: '203.0.113.1', port }, said));
	const read = (...more: string[]): string[] => {
		const words = ['-n', '-r', file, '-d', `tcp.port==${port},edonkey`, ...more];
		const { status, stdout, stderr } = spawnSync('tshark', words, { encoding: 'utf8' });
		if (status !== 0) throw new Error(`tshark ended with ${status}: ${stderr}`);
		return stdout.split('\n').filter(Boolean);
	};
	const fields = ['-T', 'fields', '-e', 'edonkey.protocol', '-e', 'edonkey.message.type'];
	const rows = read('-Y', 'edonkey', ...fields, '-E', 'occurrence=a', '-E', 'aggregator=|');
	const found = rows.flatMap((row) => {
		const [protocols = '', types = ''] = row.split('\t').map((cell) => cell);
		return types
			.split('|')
			.map((type, i) => `${Number(protocols.split('|')[i]).toString(16)} ${Number(type).toString(16)}`);
	});
	return { kinds: found, malformed: read('-Y', '_ws.malformed').length };
}

/** What a client says to our server, and what it answers. */
function session(): Said[] {
	const world = new Recorder();
	world.attach(
		new EdonkeyServer(world, {
			name: 'a server',
			description: 'for a dissector',
			announce: { host: '203.0.113.1', port: 4661 },
			version: '1',
			usable: () => true,
			servers: [{ host: '203.0.113.9', port: 4242 }],
			memory: newMemory((bytes) => world.random(bytes)),
		}),
	);
	const link = world.accept({ host: '198.51.100.2', port: 40_000 });
	const said: Said[] = [];
	const say = (opcode: number, body?: Uint8Array): void => {
		const bytes = encodeFrame(opcode, body);
		said.push({ by: 'dialler', bytes });
		world.feed(link, bytes);
		world.flush();
		for (const one of world.sent.splice(0)) said.push({ by: 'listener', bytes: one.bytes });
	};
	const login = { hash: hash(1), id: 0, port: 0, name: 'tester', capabilities: 0x11d, muleVersion: 0 };
	say(ServerMessage.Login, encodeLogin(login));
	say(ServerMessage.GetServerList);
	say(ServerMessage.OfferFiles, encodeOffers([{ ...someRecord, size: 70_000 }], false));
	say(ServerMessage.Search, encodeSearch({ kind: 'words', text: 'talk' }));
	say(ServerMessage.Search, encodeSearch(someTree));
	say(ServerMessage.MoreResults);
	say(ServerMessage.GetSources, encodeGetSources({ hash: someRecord.hash, size: 70_000 }));
	say(ServerMessage.CallbackRequest, encodeCallbackRequest(99));
	return said;
}

it.skipIf(!version)('tshark reads a session with our server, every message of it', () => {
	const said = session();
	const { kinds: found, malformed } = dissected(said, 4661);
	expect(malformed).toBe(0);
	expect(found).toEqual(said.map(({ bytes }) => `${bytes[0]!.toString(16)} ${bytes[5]!.toString(16)}`));
	expect(new Set(found)).toEqual(
		new Set([
			'e3 1',
			'e3 38',
			'e3 40',
			'e3 34',
			'e3 14',
			'e3 32',
			'e3 41',
			'e3 15',
			'e3 16',
			'e3 33',
			'e3 21',
			'e3 19',
			'e3 1c',
			'e3 36',
		]),
	);
});

/** What a node of ours says on the links of one kind that it has, and what it is told there: each link from its beginning. */
function tapped({ world, edonkey }: TestMule, isTapped: (remote: Address, dialled: boolean) => boolean) {
	const links = new Map<Link, { dialled: boolean; said: Said[] }>();
	const { opened, received } = edonkey;
	edonkey.opened = (link, remote, dialled) => {
		if (isTapped(remote, dialled)) links.set(link, { dialled, said: [] });
		opened.call(edonkey, link, remote, dialled);
	};
	edonkey.received = (link, bytes) => {
		const one = links.get(link);
		one?.said.push({ by: one.dialled ? 'listener' : 'dialler', bytes: bytes.slice() });
		received.call(edonkey, link, bytes);
	};
	const { send } = world;
	world.send = (link, bytes) => {
		const one = links.get(link);
		one?.said.push({ by: one.dialled ? 'dialler' : 'listener', bytes: bytes.slice() });
		return send.call(world, link, bytes);
	};
	return links;
}

/** Kinds of all frames of a link, counted from its bytes. */
function kindsSaid(said: readonly Said[]): string[] {
	const splitters = { dialler: new FrameSplitter(), listener: new FrameSplitter() };
	return said.flatMap(({ by, bytes }) => {
		const splitter = splitters[by];
		splitter.push(bytes);
		const found: string[] = [];
		for (let frame = splitter.next(); frame !== undefined; frame = splitter.next()) {
			if (isRefusal(frame)) throw new Error(frame.refused);
			found.push(`${frame.protocol.toString(16)} ${frame.opcode.toString(16)}`);
		}
		return found;
	});
}

it.skipIf(!version)(
	'tshark reads what nodes of ours say to a server and to each other, every message of it',
	() => {
		const net = makeNet();
		makeServer(net);
		let free = true;
		const size = 20_000_000;
		const busy = { retryAfter: 45, queue: { position: 3, pollFrom: 45, pollTo: 120 } };
		const source = {
			...{ files: [{ name: 'talk.pdf', size }], admit: () => free || busy },
			...({ obfuscation: 'off' } as const),
			tree: { kind: 'ed2k', slices: new Uint8Array(48).fill(7), slice: 9_728_000 },
		} as const;
		const plain = mule(net, '203.0.113.10', source);
		mule(net, '203.0.113.12', { ...source, packs: true });
		const taker = mule(net, '203.0.113.11', { obfuscation: 'off' });
		const links = tapped(taker, () => true);
		const sharing = tapped(plain, ({ host }) => host === SERVER.host);
		net.run(net.now + 15_000);
		taker.edonkey.search(1, 'talk type:doc size>1000');
		net.run(net.now + 5000);
		let fetch = 0;
		const asks = (host: string, given: Partial<FetchRequest> = {}): void => {
			taker.edonkey.fetch(wanted(fileAt(host), size, { fetch: ++fetch, from: 100, to: 5000, ...given }));
			net.run(net.now + 3000);
		};
		asks('203.0.113.10', { tree: true, from: 0 });
		// A fetch has told the size: tshark takes a GETSOURCES without one, as of old, for malformed.
		taker.edonkey.search(2, '', `urn:ed2k:${hex(ed2kOf('talk.pdf'))}`);
		asks('203.0.113.10', { ed2k: hex(ed2kOf('another')) });
		asks('203.0.113.10');
		asks('203.0.113.12');
		free = false;
		asks('203.0.113.10', { from: 6000, to: 9000 });
		net.run(net.now + 60_000);
		const found = new Set<string>();
		for (const { said } of [...links.values(), ...sharing.values()]) {
			const port = said === links.values().next().value!.said ? 4661 : 4662;
			const { kinds: read, malformed } = dissected(said, port);
			expect(malformed).toBe(0);
			expect(read).toEqual(kindsSaid(said));
			for (const kind of read) found.add(kind);
		}
		const toServer = ['e3 1', 'e3 40', 'e3 15', 'e3 16', 'e3 33', 'e3 19', 'e3 42'];
		const asked = ['c5 a4', 'e3 51', 'e3 54', 'e3 47', 'e3 56'];
		const answered = ['e3 4c', 'c5 93', 'e3 52', 'e3 48', 'e3 55', 'e3 46', 'c5 40', 'e3 57', 'c5 60'];
		expect([...found]).toEqual(expect.arrayContaining([...toServer, ...asked, ...answered]));
	},
);

it.skipIf(!version)('tshark reads what clients say to each other', () => {
	// Its dissector tells a hello of clients from a login by the marks in the user's hash.
	const user = Uint8Array.from(hash(1), (byte, i) => (i === 5 ? 0x0e : i === 14 ? 0x6f : byte));
	const body = (name: string): Uint8Array => kinds.find((kind) => kind.name === name)!.good;
	const messages: [number, number, Uint8Array][] = [
		[EDONKEY, ClientMessage.Hello, encodeHello({ ...someHello, hash: user }, false)],
		[EDONKEY, ClientMessage.HelloAnswer, encodeHello({ ...someHello, hash: user }, true)],
		[EDONKEY, ClientMessage.SetFile, hash(1)],
		[EDONKEY, ClientMessage.FileStatus, body('file status')],
		[EDONKEY, ClientMessage.FileNameAnswer, body('file name')],
		[EDONKEY, ClientMessage.HashSet, body('hash set')],
		[EDONKEY, ClientMessage.RequestParts, body('parts asked')],
		[EDONKEY, ClientMessage.SendingPart, body('part sent')],
		[EMULE, MuleMessage.QueueRanking, body('queue ranking')],
		[EMULE, MuleMessage.CompressedPart, body('part packed')],
		[EMULE, MuleMessage.PublicKey, body('public key')],
		[EMULE, MuleMessage.IdentityState, body('identity state')],
	];
	const said = messages.map(([protocol, opcode, bytes], i): Said => {
		return { by: i % 2 ? 'listener' : 'dialler', bytes: encodeFrame(opcode, bytes, protocol) };
	});
	const { kinds: found, malformed } = dissected(said, 4662);
	expect(malformed).toBe(0);
	expect(found).toEqual(
		messages.map(([protocol, opcode]) => `${protocol.toString(16)} ${opcode.toString(16)}`),
	);
});

import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isRefusal } from '../../src/evidence/refusal.ts';
import { parseAddress } from '../../src/networks/common/address.ts';
import { encodeFrame, type Frame, FrameSplitter } from '../../src/networks/edonkey/wire/frames.ts';
import { decodeIdChange, encodeLogin } from '../../src/networks/edonkey/wire/login.ts';
import { ServerDatagram, ServerMessage } from '../../src/networks/edonkey/wire/messages.ts';
import { COMPLETE_ID, decodeResults, encodeOffers } from '../../src/networks/edonkey/wire/records.ts';
import { encodeSearch } from '../../src/networks/edonkey/wire/search-tree.ts';
import {
	decodeAnswers,
	decodeStatus,
	encodeChallenge,
	encodeDatagram,
	statusChallenge,
} from '../../src/networks/edonkey/wire/server-datagrams.ts';
import type { Address } from '../../src/world/world.ts';
import { removeFolders, startNode, temporaryFolder } from './sallyport.ts';

afterAll(removeFolders);

interface ServerReady {
	readonly listen: string;
	readonly metrics: string;
	stop(): Promise<{ status: number; stderr: string }>;
}

async function startServer(home: string): Promise<ServerReady & { at: Address }> {
	const words = [
		'server',
		'--network',
		'edonkey',
		'--home',
		home,
		'--listen',
		'127.0.0.8:0',
		'--metrics',
		'127.0.0.1:0',
	];
	const server = (await startNode(words)) as unknown as ServerReady;
	return { ...server, at: parseAddress(server.listen)! };
}

/** The next frame of this opcode. */
function frame(socket: Socket, opcode: number): Promise<Frame> {
	const splitter = new FrameSplitter();
	return new Promise((resolve, reject) => {
		const read = (bytes: Buffer): void => {
			splitter.push(new Uint8Array(bytes));
			for (let next = splitter.next(); next !== undefined; next = splitter.next()) {
				if (isRefusal(next)) return reject(new Error(next.refused));
				if (next.opcode !== opcode) continue;
				socket.off('data', read);
				return resolve(next);
			}
		};
		socket.on('data', read);
		socket.once('close', () => reject(new Error('the server hung up')));
	});
}

async function logIn(at: Address, from: string): Promise<{ socket: Socket; id: number }> {
	const socket = connect({ ...at, localAddress: from });
	const login = {
		hash: new Uint8Array(16).fill(9),
		id: 0,
		port: 0,
		name: 'x',
		capabilities: 0x11d,
		muleVersion: 0,
	};
	const change = frame(socket, ServerMessage.IdChange);
	socket.write(encodeFrame(ServerMessage.Login, encodeLogin(login)));
	const read = decodeIdChange((await change).body);
	if (isRefusal(read)) throw new Error(read.refused);
	return { socket, id: read.id };
}

function asked(at: Address, question: Uint8Array): Promise<Uint8Array> {
	const socket = createSocket('udp4');
	return new Promise((resolve) => {
		socket.once('message', (bytes, { port }) => {
			expect(port).toBe(at.port + 4);
			socket.close(() => resolve(new Uint8Array(bytes).subarray(2)));
		});
		socket.bind(0, '127.0.0.7', () => socket.send(question, at.port + 4, at.host));
	});
}

it('a server takes offers, answers by TCP and by UDP, gives its figures, and knows itself after a restart', async () => {
	const home = join(temporaryFolder(), 'home');
	const server = await startServer(home);
	const { socket, id } = await logIn(server.at, '127.0.0.6');
	expect(id).toBe(1);
	const file = {
		hash: new Uint8Array(16).fill(3),
		size: 70_000,
		id: COMPLETE_ID,
		port: 0,
		name: 'a talk about doors.pdf',
	};
	socket.write(encodeFrame(ServerMessage.OfferFiles, encodeOffers([file], true)));
	const answer = frame(socket, ServerMessage.SearchResult);
	socket.write(encodeFrame(ServerMessage.Search, encodeSearch({ kind: 'words', text: 'doors talk' })));
	expect(decodeResults((await answer).body)).toMatchObject({
		records: [{ name: file.name, size: 70_000, sources: 1 }],
	});

	const status = (): Promise<Uint8Array> =>
		asked(server.at, encodeDatagram(ServerDatagram.StatusRequest, encodeChallenge(statusChallenge(1))));
	const before = decodeStatus(await status());
	expect(before).toMatchObject({ challenge: statusChallenge(1), users: 1, files: 1, lowIds: 1 });
	const search = encodeDatagram(ServerDatagram.Search, encodeSearch({ kind: 'words', text: 'doors' }));
	const found = await asked(server.at, search);
	expect(decodeAnswers(Uint8Array.of(0xe3, 0x99, ...found))).toMatchObject([{ record: { name: file.name } }]);
	const text = await (await fetch(server.metrics)).text();
	expect(text).toMatch(/^sallyport_server_files 1$/m);
	expect(text).toMatch(/^sallyport_server_low_ids 1$/m);
	expect((await fetch(server.metrics.replace('metrics', ''))).status).toBe(404);
	const gone = new Promise((resolve) => socket.once('close', resolve));
	expect(await server.stop()).toMatchObject({ status: 0, stderr: '' });
	await gone;

	const again = await startServer(home);
	const back = await logIn(again.at, '127.0.0.6');
	// Not 1 again: who asks the first client to call back must not get the second.
	expect(back.id).toBe(2);
	const after = decodeStatus(
		await asked(again.at, encodeDatagram(ServerDatagram.StatusRequest, encodeChallenge(statusChallenge(2)))),
	);
	if (isRefusal(before) || isRefusal(after)) throw new Error('no status');
	expect(after.key).toBe(before.key);
	expect(after.files).toBe(0);
	back.socket.destroy();
	expect(await again.stop()).toMatchObject({ status: 0 });
});

it('two servers do not share a home', async () => {
	const home = join(temporaryFolder(), 'home');
	const server = await startServer(home);
	await expect(startServer(home)).rejects.toThrow(/already running/);
	await server.stop();
});

it("opens its operator's page, whose ban holds at once and over a crash", async () => {
	const home = join(temporaryFolder(), 'home');
	const words = ['server', '--home', home, '--listen', '127.0.0.8:0', '--open'];
	const first = await startNode(words);
	const at = parseAddress(first.listen)!;
	const one = await logIn(at, '127.0.0.31');
	const closed = new Promise((resolve) => one.socket.once('close', resolve));
	expect(first.console).toMatch(/\/\?token=.+#\/server$/);
	const { headers } = await fetch(first.console, { redirect: 'manual' });
	const cookie = headers.getSetCookie()[0]!.split(';')[0]!;
	const banned = await fetch(`${first.api}/api/v1/server/bans`, {
		method: 'POST',
		headers: { cookie, 'content-type': 'application/json', origin: first.api },
		body: JSON.stringify({ host: '127.0.0.31' }),
	});
	expect(banned.status).toBe(201);
	await closed;
	const view = await (await fetch(`${first.api}/api/v1/server`, { headers: { cookie } })).json();
	expect(view).toMatchObject({ figures: { users: 0, bans: 1 }, bans: [{ host: '127.0.0.31', until: null }] });
	await first.stop('SIGKILL');
	const second = await startNode(words);
	await expect(logIn(parseAddress(second.listen)!, '127.0.0.31')).rejects.toThrow('the server hung up');
	const other = await logIn(parseAddress(second.listen)!, '127.0.0.32');
	// Nobody gets the LowID of somebody who was there before the crash.
	expect([one.id, other.id > 100_000]).toEqual([1, true]);
	other.socket.destroy();
	await second.stop();
});
